// `sluice recording`: what a recording holds, and its upkeep.

import { resolve } from 'node:path';
import { sourceEntry } from '../adapters/sources/catalogue.js';
import { systemClock } from '../adapters/sources/clock.js';
import { readSourceSettings } from '../adapters/sources/settings.js';
import { invalid, wholeFlag } from '../app/settings.js';
import { openSegments } from '../recorder/open-tables.js';
import { type Dialects, dialectsOf, rereadRaw } from '../recorder/raw-reading.js';
import { checkRecording, datesOf, isRaw, kindsOf } from '../recorder/recording.js';
import { compact, type Retained, retain, retainRaw, summarise } from '../recorder/upkeep.js';
import { print, table } from './output.js';

/** Flags of the commands, as typed. */
export interface RecordingFlags {
  readonly json?: boolean;
}

/** Longest that days may be kept. */
const DAYS_MAX = 36_500;

/** `recording show DIR`. Errors: `recording.missing`. */
export function recordingShow(dir: string, flags: RecordingFlags): void {
  checkRecording(resolve(dir));
  // What is no table yet first: it may become one meanwhile, and is told twice rather than never.
  const open = openSegments(resolve(dir)).map((segment) => ({ ...segment, tables: 0 }));
  const partitions = [...summarise(resolve(dir)), ...open];
  print(partitions, flags.json === true, () =>
    table([
      ['date', 'kind', 'tables', 'kilobytes'],
      ...partitions.map(({ date, kind, tables, bytes }) => [
        date,
        kind,
        tables || 'open',
        Math.ceil(bytes / 1000),
      ]),
    ]),
  );
}

/** `recording compact DIR`. Errors: `recording.missing`, `duckdb.failed`. */
export async function recordingCompact(dir: string, flags: RecordingFlags): Promise<void> {
  const compacted = await compact(resolve(dir));
  const { sealed, before, after, rows } = compacted;
  print(compacted, flags.json === true, () =>
    [...sealedText(sealed), `${before} tables are ${after}; ${rows} rows moved`].join('\n'),
  );
}

/** What is told of segments that a process had left open. */
function sealedText(sealed: number): readonly string[] {
  return sealed === 0 ? [] : [`made tables of what a process had left open: ${sealed} segments`];
}

/** Flags of `recording retain`, as typed. */
export interface RetainFlags extends RecordingFlags {
  readonly days?: string;
  readonly rawDays?: string;
}

/**
 * `recording retain DIR --days N --raw-days N`. Errors: `recording.missing`, `flag.invalid`,
 * `recording.unwritable`, `duckdb.failed`.
 */
export async function recordingRetain(dir: string, flags: RetainFlags): Promise<void> {
  const { days, rawDays } = flags;
  if (days === undefined && rawDays === undefined) {
    throw invalid('--days', 'it or --raw-days', 'none');
  }
  const kept = (name: string, text: string): number => wholeFlag(name, text, 1, DAYS_MAX);
  const raw = rawDays && (await retainRaw(resolve(dir), kept('--raw-days', rawDays)));
  const all = days && (await retain(resolve(dir), kept('--days', days)));
  print({ ...all, ...(raw && { raw }) }, flags.json === true, () =>
    [
      ...sealedText((raw ? raw.sealed : 0) + (all ? all.sealed : 0)),
      ...(raw ? [`what vendors sent: ${told(raw)}`] : []),
      ...(all ? [told(all)] : []),
      ...(all && all.dropped.length > 0 ? ['what is left can be queried, not replayed'] : []),
    ].join('\n'),
  );
}

function told({ dropped, bytes }: Retained): string {
  if (dropped.length === 0) return 'nothing is older';
  const days = `${dropped.length} days, ${dropped[0]} to ${dropped.at(-1)}`;
  return `dropped ${days}: ${Math.ceil(bytes / 1000)} kB`;
}

/** What a source's messages are when they are read again. */
interface RereadCounts {
  readonly source: string;
  messages: number;
  trade: number;
  quote: number;
  bar: number;
  unreadable: number;
}

/** `recording reread DIR`. Errors: `recording.missing`, `duckdb.failed`, `config.invalid`. */
export async function recordingReread(dir: string, flags: RecordingFlags): Promise<void> {
  const from = resolve(dir);
  checkRecording(from);
  const kinds = datesOf(from).flatMap((date) => kindsOf(from, date).filter(isRaw));
  const counts: RereadCounts[] = [];
  for (const kind of [...new Set(kinds)]) {
    const source = kind.slice('raw@'.length);
    const dialects = dialectsOfSource(source);
    if (dialects === undefined) continue;
    const count = { source, messages: 0, trade: 0, quote: 0, bar: 0, unreadable: 0 };
    for await (const { records, unreadable } of rereadRaw(from, source, dialects)) {
      count.messages++;
      count.unreadable += unreadable;
      for (const { kind } of records) count[kind]++;
    }
    counts.push(count);
  }
  print(counts, flags.json === true, () =>
    table([
      ['source', 'messages', 'trades', 'quotes', 'bars', 'unreadable'],
      ...counts.map(({ source, messages, trade, quote, bar, unreadable }) => [
        ...[source, messages, trade, quote, bar, unreadable],
      ]),
    ]),
  );
}

/** How a source's messages are read: reading needs no credential, so none is asked for. */
function dialectsOfSource(name: string): Dialects | undefined {
  const entry = sourceEntry(name);
  if (entry?.vendor === undefined) return undefined;
  const names = { ...entry.settings, needsKey: false, needsSecret: false };
  return dialectsOf(entry.vendor, readSourceSettings(name, names, process.env), systemClock);
}
