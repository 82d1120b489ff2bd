// Fetches the past of many symbols, the important ones first, within a budget; can stop anywhere.

import type { Journal } from '../../engine/index.js';
import type { BarLength, MarketRecord, RecordKind } from '../adapters/sources/record.js';
import type { MarketDataSource } from '../adapters/sources/source.js';
import { type CoverageKey, cover, coveredSpans, missing, type Span } from './coverage.js';
import { writeHistory } from './history-files.js';

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
  readonly onSymbol: (done: number, of: number, symbol: string) => void;
}

/** What became of a symbol. */
export interface SymbolReport {
  readonly symbol: string;
  readonly state: 'complete' | 'incomplete' | 'refused';
  readonly records: number;
  readonly rejected: number;
  /** Spans that are still missing. */
  readonly missing: readonly Span[];
  /** Why it is not complete; empty where it is. */
  readonly reason: string;
}

/** Refusals after which no other symbol would fare better. */
const FINAL = new Set([
  'source.budget_spent',
  'source.unauthorised',
  'source.unavailable',
  'source.rate_limited',
]);

/** Fetches what is missing. Errors: `duckdb.failed` and those of the journal's writes. */
export async function backfill(options: BackfillOptions): Promise<readonly SymbolReport[]> {
  const reports: SymbolReport[] = [];
  const { symbols } = options;
  let stopped = '';
  for (const symbol of symbols) {
    if (options.isStopped()) stopped ||= 'stopped';
    const report = await backfillOne(options, symbol, stopped);
    reports.push(report);
    if (FINAL.has(report.reason)) stopped ||= report.reason;
    options.onSymbol(reports.length, symbols.length, symbol);
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
  const wanted = missing(span, coveredSpans(journal, key));
  let reason = wanted.length > 0 ? stopped : '';
  let records = 0;
  let rejected = 0;
  for (const part of wanted) {
    if (reason !== '') break;
    const fetched = await fetchSpan(options, key, part);
    records += fetched.records;
    rejected += fetched.rejected;
    reason = fetched.reason;
  }
  const left = missing(span, coveredSpans(journal, key));
  const isRefused = reason === 'source.unknown_symbol' || reason === 'source.unsupported';
  const state = left.length === 0 ? 'complete' : isRefused ? 'refused' : 'incomplete';
  return { symbol, state, records, rejected, missing: left, reason };
}

/** Fetches a span; what has been written counts as there even if the rest can't be had. */
async function fetchSpan(
  options: BackfillOptions,
  key: CoverageKey,
  [fromUs, toUs]: Span,
): Promise<{ readonly records: number; readonly rejected: number; readonly reason: string }> {
  const { source, dataDir, journal } = options;
  const { kind, every, symbol } = key;
  let held: MarketRecord[] = [];
  let startUs = fromUs;
  let count = 0;
  let rejected = 0;
  const write = async (endUs: number): Promise<void> => {
    // On disk before it is noted: a crash between the two fetches it again, to the same name.
    await writeHistory(dataDir, key, [startUs, endUs], held);
    await cover(journal, key, [startUs, endUs]);
    count += held.length;
    startUs = endUs;
    held = [];
  };
  for await (const page of source.history({ kind, every, symbol, fromUs, toUs })) {
    if (!page.ok) return { records: count, rejected, reason: page.refusal.code };
    held.push(...page.value.records);
    for (const bad of Object.values(page.value.rejectedByReason)) rejected += bad;
    const lastUs = held.at(-1)?.timeUs;
    if (held.length < RECORDS_MAX || lastUs === undefined) continue;
    // Records of the last time may go on in the next page: they wait for it.
    const whole = held.findIndex(({ timeUs }) => timeUs >= lastUs);
    const rest = held.splice(whole);
    if (whole > 0) await write(lastUs);
    held.push(...rest);
    if (options.isStopped()) return { records: count, rejected, reason: 'stopped' };
  }
  await write(toUs);
  return { records: count, rejected, reason: '' };
}
