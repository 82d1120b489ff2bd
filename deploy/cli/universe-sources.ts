// `sluice universe`: files of reference data that its commands are given, read into one master.

import {
  type Classification,
  type Dated,
  type Listing,
  SymbolMaster,
} from '../../actors/universe/index.js';
import { readClassifications, readListingFile, readMapFiles } from '../universe/reference-files.js';

/** Flags that name files of reference data. */
export interface SourceFlags {
  readonly listing?: readonly string[];
  readonly sectors?: readonly string[];
  readonly maps?: string;
  readonly json?: boolean;
}

/** Dates after every other: everything that is known. */
export const TODAY = 99_991_231;

/** Listings of files, with their dates. Errors: `data.*`. */
export async function listingsOf(paths: readonly string[] = []): Promise<Dated<Listing>[]> {
  const files = await Promise.all(paths.map(readListingFile));
  return files.flatMap(({ listings }) => listings);
}

/** What the files named by flags know of symbols. Errors: `data.*`. */
export async function masterOf({
  listing,
  sectors = [],
  maps,
}: SourceFlags): Promise<SymbolMaster> {
  const classifications = new Map<string, Dated<Classification>[]>();
  for (const path of sectors) {
    for (const [symbol, values] of await readClassifications(path)) {
      classifications.set(symbol, [...(classifications.get(symbol) ?? []), ...values]);
    }
  }
  const lives = maps === undefined ? [] : readMapFiles(maps);
  return new SymbolMaster({ lives, listings: await listingsOf(listing), classifications });
}
