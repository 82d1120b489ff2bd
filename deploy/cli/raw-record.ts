// The record of what vendors send, as commands that ask vendors keep it.

import { sourceEntry } from '../adapters/sources/catalogue.js';
import { invalid, wholeFlag } from '../app/settings.js';
import { RawRecorder } from '../recorder/raw-recorder.js';
import { say } from './output.js';

/** Most gigabytes of messages that are kept. */
const RAW_GB_MAX = 10_000;

/** Flags that such a command has, as typed. */
export interface RawFlags {
  readonly source?: string;
  readonly recordRaw?: string;
}

/**
 * Bytes of messages that are kept; undefined where none are: a replay needs none, and many licences
 * forbid to keep them. Errors: `flag.invalid`.
 */
export function rawBytesOf({ source, recordRaw }: RawFlags): number | undefined {
  if (recordRaw === undefined) return undefined;
  if (source === undefined || sourceEntry(source)?.vendor === undefined) {
    const others = 'what others send is recorded whole without --record-raw';
    throw invalid('--source', `a vendor (${others})`, source ?? 'none');
  }
  return wholeFlag('--record-raw', recordRaw, 1, RAW_GB_MAX) * 1e9;
}

/** Opens the record in a folder; undefined where none is wanted. Errors: `duckdb.failed`. */
export async function openRaw(
  dir: string | undefined,
  bytesMax: number | undefined,
): Promise<RawRecorder | undefined> {
  if (dir === undefined || bytesMax === undefined) return undefined;
  return await RawRecorder.open(dir, { bytesMax, tell: (text) => say(`sluice: ${text}`) });
}

/** Closes the record, and tells what is not in it. */
export async function closeRaw(raw: RawRecorder): Promise<void> {
  try {
    await raw.close();
  } catch (error) {
    say(`sluice: messages of vendors wait for the next run: ${String(error)}`);
  }
  const { dropped, removed } = raw.counters;
  if (dropped > 0) say(`sluice: ${dropped} messages of vendors were not recorded`);
  if (removed > 0) say(`sluice: ${removed} old tables of messages made room for new ones`);
}
