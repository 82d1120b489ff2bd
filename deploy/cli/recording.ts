// `sluice recording`: what a recording holds, and its upkeep.

import { resolve } from 'node:path';
import { wholeFlag } from '../app/settings.js';
import { compact, retain, summarise } from '../recorder/upkeep.js';
import { print, table } from './output.js';

/** Flags of the commands, as typed. */
export interface RecordingFlags {
  readonly json?: boolean;
}

/** Longest that days may be kept. */
const DAYS_MAX = 36_500;

/** `recording show DIR` */
export function recordingShow(dir: string, flags: RecordingFlags): void {
  const partitions = summarise(resolve(dir));
  print(partitions, flags.json === true, () =>
    table([
      ['date', 'kind', 'tables', 'kilobytes'],
      ...partitions.map(({ date, kind, tables, bytes }) => [
        date,
        kind,
        tables,
        Math.ceil(bytes / 1000),
      ]),
    ]),
  );
}

/** `recording compact DIR`. Errors: `recording.missing`, `duckdb.failed`. */
export async function recordingCompact(dir: string, flags: RecordingFlags): Promise<void> {
  const compacted = await compact(resolve(dir));
  const { before, after, rows } = compacted;
  print(compacted, flags.json === true, () => `${before} tables are ${after}; ${rows} rows moved`);
}

/** `recording retain DIR --days N`. Errors: `recording.missing`, `flag.invalid`. */
export function recordingRetain(
  dir: string,
  flags: RecordingFlags & { readonly days: string },
): void {
  const retained = retain(resolve(dir), wholeFlag('--days', flags.days, 1, DAYS_MAX));
  const { dropped, bytes } = retained;
  print(retained, flags.json === true, () =>
    dropped.length === 0
      ? 'nothing is older'
      : `dropped ${dropped.length} days, ${dropped[0]} to ${dropped.at(-1)}: ${Math.ceil(bytes / 1000)} kB; what is left can be queried, not replayed`,
  );
}
