// `sluice backfill`: history of symbols by priority, within a budget, and what is missing of it.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { dateOf, daysOf, newYorkMidnightUs, tradingDateOf } from '../../actors/calendar/index.js';
import { Fault, Journal } from '../../engine/index.js';
import { configuredSource, sourceEntry } from '../adapters/sources/catalogue.js';
import { systemClock } from '../adapters/sources/clock.js';
import { readSourceSettings } from '../adapters/sources/settings.js';
import type { Capabilities } from '../adapters/sources/source.js';
import { dateFlag, invalid, wholeFlag } from '../app/settings.js';
import { backfill, type SymbolReport } from '../backfill/backfill.js';
import type { Span } from '../backfill/coverage.js';
import { CallLedger, stoppable, vendorTime } from '../backfill/ledger.js';
import type { RawRecorder } from '../recorder/raw-recorder.js';
import { EXIT, print, say, table } from './output.js';
import { stepBar } from './progress.js';
import { closeRaw, openRaw, rawBytesOf } from './raw-record.js';

/** Flags of the command, as typed. */
export interface BackfillFlags {
  readonly source: string;
  readonly symbols?: string;
  readonly list?: string;
  readonly kind: string;
  readonly from: string;
  readonly to?: string;
  readonly budget?: string;
  readonly recordRaw?: string;
  readonly dataDir: string;
  readonly json?: boolean;
}

/** Symbols of one run: all listed ones, and more. */
const SYMBOLS_MAX = 20_000;

const KINDS = {
  'bars-1d': ['bar', '1d'],
  'bars-1m': ['bar', '1m'],
  trades: ['trade', '1m'],
  quotes: ['quote', '1m'],
} as const;

/** Names in a line. */
const NAMES_MAX = 20;

/** Different things that a source said of symbols, as shown. */
const SAID_MAX = 5;

const DAY_US = 86_400_000_000;

/** Runs the command. */
export async function runBackfill(flags: BackfillFlags): Promise<void> {
  const entry = sourceEntry(flags.source);
  if (entry === undefined) throw invalid('--source', 'a name of sources list', flags.source);
  const kind = Object.entries(KINDS).find(([name]) => name === flags.kind)?.[1];
  if (kind === undefined) throw invalid('--kind', Object.keys(KINDS).join(', '), flags.kind);
  const symbols = symbolsOf(flags);
  const span = spanOf(flags, Date.now() * 1_000, entry.capabilities);
  const rawBytesMax = rawBytesOf(flags);
  const journal = Journal.open(join(flags.dataDir, 'backfill'));
  const stop = stopSignal();
  let raw: RawRecorder | undefined;
  try {
    const ledger = await ledgerOf(flags, journal);
    raw = await openRaw(flags.dataDir, rawBytesMax);
    const world = {
      clock: { ...systemClock, sleep: stop.sleep },
      budget: stoppable(stop.isStopped, ledger),
      ...(raw && { onRaw: raw.take.bind(raw) }),
    };
    const bar = stepBar('backfill', 'symbol', symbols.length);
    const reports = await backfill({
      source: configuredSource(entry, process.env, world),
      journal,
      dataDir: flags.dataDir,
      kind: kind[0],
      every: kind[1],
      symbols,
      span,
      isStopped: stop.isStopped,
      onSymbol: (done) => bar?.update(done),
    });
    bar?.stop();
    report(flags, reports, ledger);
  } finally {
    stop.forget();
    if (raw !== undefined) await closeRaw(raw);
    await journal.close();
  }
}

/**
 * The span that flags name, in days of the source. What is covered is never asked for again, so
 * that no span ends after yesterday: today's bars are not whole, and later ones are not there.
 * Errors: `flag.invalid`.
 */
export function spanOf(
  { from, to }: Pick<BackfillFlags, 'from' | 'to'>,
  nowUs: number,
  { isUtcDay }: Pick<Capabilities, 'isUtcDay'>,
): Span {
  const midnightUs = (date: number): number =>
    isUtcDay === true ? daysOf(date) * DAY_US : newYorkMidnightUs(date);
  const fromUs = midnightUs(dateFlag('--from', from));
  const today = isUtcDay === true ? dateOf(Math.floor(nowUs / DAY_US)) : tradingDateOf(nowUs);
  const date = to === undefined ? undefined : dateFlag('--to', to);
  if (date !== undefined && date >= today) throw invalid('--to', 'a date before today', to!);
  // By the calendar: a day on which clocks change has an hour more or less.
  const wantedUs = midnightUs(date === undefined ? today : dateOf(daysOf(date) + 1));
  // Coins of a source of both have days of UTC, whose last may be under way after New York's.
  const endUs = Math.min(wantedUs, Math.floor(nowUs / DAY_US) * DAY_US);
  if (endUs > fromUs) return [fromUs, endUs];
  throw invalid('--from', 'a date before today, and not after --to', from);
}

/** The budget's ledger, counted in the vendor's time; undefined where there is no budget. */
async function ledgerOf(flags: BackfillFlags, journal: Journal): Promise<CallLedger | undefined> {
  const entry = sourceEntry(flags.source)!;
  const own = entry.capabilities.callsPerDay;
  const callsPerDay =
    flags.budget === undefined ? own : wholeFlag('--budget', flags.budget, 1, 100_000);
  if (callsPerDay === undefined) return undefined;
  const settings = readSourceSettings(entry.name, entry.settings, process.env);
  const now = entry.settings.base === 'web' ? await vendorTime(settings.baseUrl) : Date.now;
  if (now === undefined) {
    throw new Fault('source.no_time', `${entry.name}: expected the vendor to tell its date`);
  }
  return new CallLedger({ journal, source: entry.name, callsPerDay, now });
}

function symbolsOf({ symbols, list }: BackfillFlags): readonly string[] {
  const text = symbols ?? (list === undefined ? '' : readList(list));
  const found = text.split(/[\s,]+/).filter((symbol) => symbol !== '');
  const wrong = found.find((symbol) => !/^[A-Za-z0-9./^=-]{1,32}$/.test(symbol));
  if (found.length === 0 || found.length > SYMBOLS_MAX || wrong !== undefined) {
    throw invalid('--symbols', `1 to ${SYMBOLS_MAX} names, the first ones first`, wrong ?? text);
  }
  return [...new Set(found)];
}

function readList(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new Fault('data.missing_file', `expected a file at ${path}`, { cause: error });
  }
}

function stopSignal() {
  const stopped = new AbortController();
  const onSignal = (): void => {
    if (stopped.signal.aborted) process.exit(EXIT.failed);
    stopped.abort();
    say('sluice: stopping after this request ...');
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return {
    isStopped: () => stopped.signal.aborted,
    /** Waits, until somebody stops. */
    sleep: (ms: number): Promise<void> =>
      setTimeout(ms, undefined, { signal: stopped.signal }).catch(() => {
        // Ended early: whoever waited asks whether to go on.
      }),
    forget() {
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
    },
  };
}

/** Symbols that the source had nothing of. */
function emptyLine(reports: readonly SymbolReport[]): readonly string[] {
  const names = reports.filter(({ isEmpty }) => isEmpty).map(({ symbol }) => symbol);
  if (names.length === 0) return [];
  const rest = names.length > NAMES_MAX ? ` and ${names.length - NAMES_MAX} more` : '';
  return [`the source has nothing in that time of ${names.slice(0, NAMES_MAX).join(', ')}${rest}`];
}

function report(
  flags: BackfillFlags,
  reports: readonly SymbolReport[],
  ledger: CallLedger | undefined,
): void {
  const count = (state: SymbolReport['state']): number =>
    reports.filter((one) => one.state === state).length;
  const counts = {
    complete: count('complete'),
    incomplete: count('incomplete'),
    refused: count('refused'),
  };
  const budget = ledger && { left: ledger.left(), next: new Date(ledger.nextMs()).toISOString() };
  const damaged = reports.reduce((sum, one) => sum + one.damaged, 0);
  const dayOf = (us: number): string => new Date(us / 1_000).toISOString().slice(0, 10);
  print({ ...counts, budget, symbols: reports }, flags.json === true, () => {
    const open = reports.filter(({ state }) => state !== 'complete');
    const rows = open.slice(0, 50).map((one) => [
      one.symbol,
      one.state,
      one.missing
        .map(([from, to]) => `${dayOf(from)}..${dayOf(to)}`)
        .join(' ')
        .slice(0, 60),
      one.reason,
    ]);
    const said = [...new Set(open.map((one) => one.said).filter((text) => text !== ''))];
    return [
      ...(rows.length > 0 ? [table([['symbol', 'state', 'missing', 'reason'], ...rows])] : []),
      ...said.slice(0, SAID_MAX),
      ...emptyLine(reports),
      ...(damaged === 0 ? [] : [`${damaged} damaged files were taken away, to be fetched anew`]),
      `${counts.complete} complete, ${counts.incomplete} incomplete, ${counts.refused} refused`,
      ...(budget === undefined ? [] : [`${budget.left} calls left; the next at ${budget.next}`]),
    ].join('\n');
  });
  if (counts.complete < reports.length) process.exitCode = EXIT.failed;
}
