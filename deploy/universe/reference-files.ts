// Reads reference data: listing files, classifications, map and factor files, with what was wrong.

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import {
  type Classification,
  type Dated,
  type FactorStep,
  type Listing,
  parseFactorFile,
  parseMapFile,
  type SecurityLife,
} from '../../actors/universe/index.js';
import { Fault } from '../../engine/index.js';
import { type TextRow, textOf, textRows } from '../research/text-rows.js';

/** Files of a folder that are read. */
const FILES_MAX = 50_000;

/** Listings with the date of their file. */
export interface ListingFile {
  readonly listings: readonly Dated<Listing>[];
  /** Rows without a symbol or a name, such as a footer. */
  readonly leftOut: number;
}

/** A date as it stands in a name or a cell, `2026-08-01`, as yyyymmdd; 0 where there is none. */
function dateIn(value: string): number {
  const [, year, month, day] = /(\d{4})-(\d{2})-(\d{2})/.exec(value) ?? [];
  return year === undefined ? 0 : Number(`${year}${month}${day}`);
}

/**
 * Reads a listing file of NASDAQ Trader: `nasdaqlisted` (its exchange is Q) or `otherlisted`. Its
 * date is the one in its name. Errors: `data.*`, `data.no_date` where its name has none.
 */
export async function readListingFile(path: string): Promise<ListingFile> {
  const from = dateIn(basename(path));
  if (from === 0) {
    throw new Fault('data.no_date', `expected a date such as 2026-08-01 in the name of ${path}`);
  }
  const rows = await textRows(path, ['Security Name', 'ETF', 'Test Issue', 'Round Lot Size']);
  const listings: Dated<Listing>[] = [];
  for (const row of rows) {
    const symbol = textOf(row, 'Symbol') || textOf(row, 'ACT Symbol');
    const name = textOf(row, 'Security Name');
    if (symbol === '' || name === '') continue;
    const value: Listing = {
      symbol,
      name,
      exchange: textOf(row, 'Exchange') || 'Q',
      isEtf: textOf(row, 'ETF') === 'Y',
      isTest: textOf(row, 'Test Issue') === 'Y',
      lotSize: Number(textOf(row, 'Round Lot Size') || Number.NaN),
      status: textOf(row, 'Financial Status'),
    };
    listings.push({ from, value });
  }
  return { listings, leftOut: rows.length - listings.length };
}

/**
 * Reads who stood in which sector from when: columns symbol, name, sector, sub_industry and
 * snapshot_date; or those of a list of constituents (Symbol, Security or Name, GICS Sector or
 * Sector), whose date is in its name. Errors: `data.*`.
 */
export async function readClassifications(
  path: string,
): Promise<Map<string, Dated<Classification>[]>> {
  const rows = await textRows(path, []);
  const bySymbol = new Map<string, Dated<Classification>[]>();
  const either = (row: TextRow, names: readonly string[]): string =>
    names.map((name) => textOf(row, name)).find((value) => value !== '') ?? '';
  const fileDate = dateIn(basename(path));
  for (const row of rows) {
    const symbol = either(row, ['symbol', 'Symbol']);
    if (symbol === '') continue;
    const value = {
      name: either(row, ['name', 'Name', 'Security']),
      sector: either(row, ['sector', 'Sector', 'GICS Sector']),
      subIndustry: either(row, ['sub_industry', 'GICS Sub-Industry']),
    };
    const list = bySymbol.get(symbol) ?? [];
    bySymbol.set(symbol, list);
    list.push({ from: dateIn(textOf(row, 'snapshot_date')) || fileDate, value });
  }
  if (bySymbol.size > 0) return bySymbol;
  throw new Fault('data.wrong_columns', `expected ${path} to have symbol, name and sector`);
}

/** Files of a folder by their names without the ending. Errors: `data.missing_file`. */
function filesOf(folder: string): Map<string, string> {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new Fault('data.missing_file', `expected a folder at ${folder}, there is none`);
  }
  const names = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.name.endsWith('.csv') && !entry.isDirectory())
    .map(({ name }) => name);
  if (names.length > FILES_MAX) {
    throw new Fault('data.too_large', `expected at most ${FILES_MAX} files, was ${names.length}`);
  }
  return new Map(
    names.sort().map((name) => [name.slice(0, -4), readFileSync(join(folder, name), 'utf8')]),
  );
}

/** Reads a folder of LEAN's map files. Errors: `data.missing_file`, `data.unreadable`. */
export function readMapFiles(folder: string): readonly SecurityLife[] {
  return [...filesOf(folder)].map(([id, content]) => {
    const parsed = parseMapFile(id, content);
    if (parsed.ok) return parsed.life;
    const { line, problem } = parsed.problem;
    throw new Fault('data.unreadable', `${join(folder, `${id}.csv`)}:${line}: ${problem}`);
  });
}

/** Reads a folder of LEAN's factor files. Errors: `data.missing_file`, `data.unreadable`. */
export function readFactorFiles(folder: string): ReadonlyMap<string, readonly FactorStep[]> {
  return new Map(
    [...filesOf(folder)].map(([id, content]) => {
      const parsed = parseFactorFile(content);
      if (parsed.ok) return [id.toUpperCase(), parsed.steps];
      const at = `${join(folder, `${id}.csv`)}:${parsed.line}`;
      throw new Fault('data.unreadable', `${at}: expected rising dates and factors above 0`);
    }),
  );
}

/** Columns of a file of fundamentals, with what stands in each. */
export const FUNDAMENTAL_COLUMNS = ['symbol', 'metric', 'period_end', 'value', 'known_on'] as const;

/** Rows of text with the columns wanted. Errors: `data.*`. */
export function readTextColumns(path: string, columns: readonly string[]): Promise<TextRow[]> {
  return textRows(path, columns);
}
