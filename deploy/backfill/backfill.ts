// Fetches the past of many symbols, the important ones first, within a budget; can stop anywhere.

import { rmSync } from 'node:fs';
import type { Journal } from '../../engine/index.js';
import type { BarLength, MarketRecord, RecordKind } from '../adapters/sources/record.js';
import type { MarketDataSource } from '../adapters/sources/source.js';
import { type CoverageKey, cover, coveredSpans, missing, type Span, uncover } from './coverage.js';
import { damagedFiles, writeHistory } from './history-files.js';

/** Records of one span held in memory; a span with more is written in parts. */
const RECORDS_MAX = 500_000;

/** What is to be fetched. */
export interface BackfillOptions {
  readonly source: MarketDataSource;
  readonly journal: Journal;
  readonly dataDir: string;
  readonly kind: RecordKind;
  readonly every: BarLength;
  /** The most important first. */
  readonly symbols: readonly string[];
  readonly span: Span;
  readonly isStopped: () => boolean;
  /** Told of each symbol until the end; not of those that nothing was asked of any more. */
  readonly onSymbol: (done: number, of: number, symbol: string) => void;
}

/** What became of a symbol. */
export interface SymbolReport {
  readonly symbol: string;
  readonly state: 'complete' | 'incomplete' | 'refused';
  readonly records: number;
  readonly rejected: number;
  /** Whether it was asked for to the end, and the source had nothing: its name may be another. */
  readonly isEmpty: boolean;
  /** Files that could not be read any more, and were taken away. */
  readonly damaged: number;
  /** Spans that are still missing. */
  readonly missing: readonly Span[];
  /** Why it is not complete; empty where it is. */
  readonly reason: string;
  /** What the source said of that; empty where it said nothing. */
  readonly said: string;
}

/** Why nothing more was asked for. */
const STOPPED = 'source.stopped';

/** Refusals after which no other symbol would fare better. */
const FINAL = new Set([
  'source.budget_spent',
  'source.unauthorised',
  'source.unavailable',
  'source.rate_limited',
  STOPPED,
]);

/** Fetches what is missing. Errors: `duckdb.failed` and those of the journal's writes. */
export async function backfill(options: BackfillOptions): Promise<readonly SymbolReport[]> {
  const reports: SymbolReport[] = [];
  const { symbols } = options;
  let stopped = '';
  for (const symbol of symbols) {
    if (options.isStopped()) stopped ||= STOPPED;
    const report = await backfillOne(options, symbol, stopped);
    reports.push(report);
    if (FINAL.has(report.reason)) stopped ||= report.reason;
    if (stopped === '') options.onSymbol(reports.length, symbols.length, symbol);
  }
  return reports;
}

async function backfillOne(
  options: BackfillOptions,
  symbol: string,
  stopped: string,
): Promise<SymbolReport> {
  const { source, journal, kind, every, span } = options;
  const key: CoverageKey = { source: source.name, kind, every, symbol };
  const damaged = await forgetDamaged(options, key);
  const wanted = missing(span, coveredSpans(journal, key));
  let reason = wanted.length > 0 ? stopped : '';
  let said = '';
  let records = 0;
  let rejected = 0;
  for (const part of wanted) {
    if (reason !== '') break;
    const fetched = await fetchSpan(options, key, part);
    records += fetched.records;
    rejected += fetched.rejected;
    ({ reason, said } = fetched);
  }
  const left = missing(span, coveredSpans(journal, key));
  const isRefused = reason === 'source.unknown_symbol' || reason === 'source.unsupported';
  const state = left.length === 0 ? 'complete' : isRefused ? 'refused' : 'incomplete';
  const isEmpty = state === 'complete' && wanted.length > 0 && records + rejected === 0;
  return { symbol, state, records, rejected, isEmpty, damaged, missing: left, reason, said };
}

/** Takes away files that can't be read, whose spans are to be fetched again; returns how many. */
async function forgetDamaged(
  { journal, dataDir }: BackfillOptions,
  key: CoverageKey,
): Promise<number> {
  const damaged = damagedFiles(dataDir, key);
  for (const { path, span } of damaged) {
    // Noted first: a crash between the two finds the file again.
    await uncover(journal, key, span);
    rmSync(path);
  }
  return damaged.length;
}

/** What came of a span. */
interface Fetched {
  readonly records: number;
  readonly rejected: number;
  readonly reason: string;
  readonly said: string;
}

/** Fetches a span; what has come counts as there even if the rest can't be had. */
async function fetchSpan(
  options: BackfillOptions,
  key: CoverageKey,
  [fromUs, toUs]: Span,
): Promise<Fetched> {
  const part = new SpanWriter(options, key, fromUs);
  const { kind, every, symbol } = key;
  let rejected = 0;
  let reason = '';
  let said = '';
  for await (const page of options.source.history({ kind, every, symbol, fromUs, toUs })) {
    if (!page.ok) {
      reason = page.refusal.code;
      said = page.refusal.text;
      break;
    }
    const { records, rejectedByReason, sinceUs = fromUs } = page.value;
    for (const bad of Object.values(rejectedByReason)) rejected += bad;
    if (sinceUs > fromUs) {
      reason = 'source.no_older';
      part.beginAt(Math.min(sinceUs, toUs));
    }
    part.hold(records);
    if (part.isFull) await part.writeWhole();
    if (page.value.isLast === true || !options.isStopped()) continue;
    reason = STOPPED;
    break;
  }
  // What was fetched is kept however it ended: the next day's calls are for what is behind it.
  if (reason === '' || reason === 'source.no_older') await part.write(toUs);
  else await part.writeWhole();
  return { records: part.count, rejected, reason, said };
}

/** Writes the records of a span from its start on, and notes what is there. */
class SpanWriter {
  readonly #options: BackfillOptions;
  readonly #key: CoverageKey;
  #held: MarketRecord[] = [];
  #startUs: number;
  /** Records written. */
  count = 0;

  constructor(options: BackfillOptions, key: CoverageKey, fromUs: number) {
    this.#options = options;
    this.#key = key;
    this.#startUs = fromUs;
  }

  get isFull(): boolean {
    return this.#held.length >= RECORDS_MAX;
  }

  /** Leaves out what is before a time: the source says that it does not have it. */
  beginAt(timeUs: number): void {
    this.#startUs = Math.max(this.#startUs, timeUs);
  }

  hold(records: readonly MarketRecord[]): void {
    for (const record of records) this.#held.push(record);
  }

  /** Writes up to the last time, whose records may go on in a page that has not come. */
  async writeWhole(): Promise<void> {
    const lastUs = this.#held.at(-1)?.timeUs;
    if (lastUs === undefined) return;
    const whole = this.#held.findIndex(({ timeUs }) => timeUs >= lastUs);
    const rest = this.#held.splice(whole);
    if (whole > 0) await this.write(lastUs);
    this.#held.push(...rest);
  }

  /** Writes all that is held as everything before a time. */
  async write(endUs: number): Promise<void> {
    const { dataDir, journal } = this.#options;
    if (!(endUs > this.#startUs)) return;
    const span: Span = [this.#startUs, endUs];
    // On disk before it is noted: a crash between the two fetches it again, in the place of this.
    await writeHistory(dataDir, this.#key, span, this.#held);
    await cover(journal, this.#key, span);
    this.count += this.#held.length;
    this.#startUs = endUs;
    this.#held = [];
  }
}
