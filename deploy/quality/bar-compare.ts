// Builds minute bars from a file of ticks, compares a vendor's own, explains what differs.

import { type Bar, type BarEvent, createBarBuilder, latestBars } from '../../actors/bars/index.js';
import { sessionOf, tradingDateOf } from '../../actors/calendar/index.js';
import {
  AUCTION_FLAGS,
  type ConditionRules,
  conditionsOf,
  SALE_CONDITIONS,
  UPDATES,
  updatesOf,
} from '../../actors/quality/index.js';
import { DuckDb, Fault } from '../../engine/index.js';
import { instantOf, layoutOf, readTrades, tableOf } from '../research/trade-file.js';
import { holdToColumns } from './daily-check.js';

/** What to compare. */
export interface CompareOptions {
  readonly ticks: string;
  readonly minutes: string;
  readonly rules: ConditionRules;
}

/** Fields of a bar that are compared. */
export const COMPARED_FIELDS = ['volume', 'high', 'low', 'open', 'close'] as const;

/** One of them. */
export type ComparedField = (typeof COMPARED_FIELDS)[number];

/** One difference between a bar of ours and the vendor's. */
export interface BarDifference {
  readonly symbol: string;
  /** Start of the minute. Units: microseconds since 1970 UTC. */
  readonly startUs: number;
  readonly field: ComparedField;
  readonly ours: number;
  readonly theirs: number;
  /** What explains it; `unexplained` where nothing does. */
  readonly cause: string;
}

/** How many minutes agree, of one symbol on one day. */
export interface CompareRow {
  readonly symbol: string;
  /** yyyymmdd. */
  readonly date: number;
  readonly minutes: number;
  readonly equal: Record<ComparedField, number>;
}

/** What the comparison found. */
export interface CompareReport {
  readonly rules: ConditionRules;
  readonly rows: readonly CompareRow[];
  readonly differences: readonly BarDifference[];
}

interface FlaggedTrade {
  readonly timeUs: number;
  readonly price: number;
  readonly size: number;
  readonly flags: number;
}

interface VendorBar {
  readonly startUs: number;
  readonly values: Readonly<Record<ComparedField, number>>;
}

const MINUTE_US = 60_000_000;

/** Bars end where prices of the files do: four decimals. */
const SAME = 1e-6;

const [OPENING, CLOSING, CROSS] = ['opening', 'closing', 'cross'].map(
  (wanted) => 1 << SALE_CONDITIONS.find(({ name }) => name === wanted)!.bit,
) as [number, number, number];

/**
 * Compares the regular session's minutes of the symbols and days that both files have.
 * Errors: `data.missing_file`, `data.unreadable`, `data.wrong_columns`, `data.nothing_in_common`.
 */
export async function compareBars({
  ticks,
  minutes,
  rules,
}: CompareOptions): Promise<CompareReport> {
  const rows: CompareRow[] = [];
  const differences: BarDifference[] = [];
  for (const [symbol, days] of await inCommon(ticks, minutes)) {
    const ours = await ourBars(ticks, symbol, rules);
    const auctions = await auctionPrints(ticks, symbol);
    for (const [date, bars] of days) {
      const row = { symbol, date, minutes: 0, equal: noneEqual() };
      for (const theirs of bars) {
        row.minutes++;
        const bar = ours.get(theirs.startUs);
        for (const field of COMPARED_FIELDS) {
          const [value, wanted] = [bar?.[field] ?? Number.NaN, theirs.values[field]];
          if (Math.abs(value - wanted) < SAME) row.equal[field]++;
          else
            differences.push({
              symbol,
              startUs: theirs.startUs,
              field,
              ours: value,
              theirs: wanted,
              cause: '',
            });
        }
      }
      rows.push(row);
    }
    await explain(ticks, symbol, { rules, auctions, differences });
  }
  return { rules, rows, differences };
}

function noneEqual(): Record<ComparedField, number> {
  return { volume: 0, high: 0, low: 0, open: 0, close: 0 };
}

/** The vendor's bars by symbol and day, where the ticks have them too. */
async function inCommon(
  ticks: string,
  minutes: string,
): Promise<Map<string, Map<number, VendorBar[]>>> {
  const [from, to] = [tableOf(ticks), tableOf(minutes)];
  const db = await DuckDb.open();
  try {
    const layout = await layoutOf(db, from, ticks);
    await holdToColumns(db, ticks, ['symbol', 'date']);
    await holdToColumns(db, minutes, ['symbol', 'date', 'ts_ms', ...COMPARED_FIELDS]);
    const rows = await db.rows(`SELECT m.symbol AS symbol,
        CAST(strftime(m.date, '%Y%m%d') AS DOUBLE) AS day,
        (CAST(m.date AS DATE) - DATE '1970-01-01')::DOUBLE * 86400000000 + m.ts_ms * 1000.0 AS wall,
        volume::DOUBLE AS volume, high::DOUBLE AS high, low::DOUBLE AS low, open::DOUBLE AS open,
        close::DOUBLE AS close
      FROM ${to} m
      WHERE (m.symbol, m.date) IN (SELECT DISTINCT (symbol, date) FROM ${from})
      ORDER BY m.symbol, m.date, m.ts_ms`);
    const found = new Map<string, Map<number, VendorBar[]>>();
    for (const row of rows) {
      const date = Number(row['day']);
      const startUs = instantOf({ ...layout, isWallClock: true }, Number(row['wall']));
      const { openUs, closeUs } = sessionOf(date);
      if (startUs < openUs || startUs >= closeUs) continue;
      const days = found.get(String(row['symbol'])) ?? new Map<number, VendorBar[]>();
      found.set(String(row['symbol']), days);
      const bars = days.get(date) ?? [];
      days.set(date, bars);
      const values = noneEqual();
      for (const field of COMPARED_FIELDS) values[field] = Number(row[field]);
      bars.push({ startUs, values });
    }
    if (found.size > 0) return found;
    throw new Fault(
      'data.nothing_in_common',
      `expected ${ticks} and ${minutes} to have symbols and days in common, they have none`,
    );
  } finally {
    db.close();
  }
}

/** Bars of our own by the start of their minute. */
async function ourBars(
  path: string,
  symbol: string,
  rules: ConditionRules,
): Promise<Map<number, Bar>> {
  const every = { unit: 'minute', count: 1 } as const;
  const builder = createBarBuilder({ kind: 'time', every, hours: 'regular' });
  const events: BarEvent[] = [];
  const emit = (event: BarEvent): void => {
    events.push(event);
  };
  await readTrades({ path, symbol, rules }, (trade) => builder.push(trade, emit));
  builder.finish(emit);
  return new Map(latestBars(events).map((bar) => [bar.startUs, bar]));
}

/** Opening and closing prints, with the official prices after them, by day. */
async function auctionPrints(path: string, symbol: string): Promise<Map<number, FlaggedTrade[]>> {
  const byDay = new Map<number, FlaggedTrade[]>();
  for (const trade of await flaggedTrades(path, symbol, `(flags & ${AUCTION_FLAGS}) <> 0`)) {
    const day = tradingDateOf(trade.timeUs);
    byDay.set(day, [...(byDay.get(day) ?? []), trade]);
  }
  return byDay;
}

async function flaggedTrades(path: string, symbol: string, where: string): Promise<FlaggedTrade[]> {
  const db = await DuckDb.open();
  try {
    const table = tableOf(path);
    const layout = await layoutOf(db, table, path);
    const trades: FlaggedTrade[] = [];
    await db.numbers(
      `SELECT at_us, price, size, flags::DOUBLE FROM (
        SELECT CAST(${layout.time} AS DOUBLE) AS at_us, price::DOUBLE AS price,
          ${layout.size}::DOUBLE AS size, CAST(${layout.flags} AS BIGINT) AS flags
        FROM ${table} WHERE symbol = '${symbol.replaceAll("'", "''")}') WHERE ${where}`,
      ([time, price, size, flags], count) => {
        for (let row = 0; row < count; row++) {
          const timeUs = instantOf(layout, time![row]!);
          trades.push({ timeUs, price: price![row]!, size: size![row]!, flags: flags![row]! });
        }
      },
    );
    return trades;
  } finally {
    db.close();
  }
}

interface Explaining {
  readonly rules: ConditionRules;
  readonly auctions: ReadonlyMap<number, readonly FlaggedTrade[]>;
  readonly differences: BarDifference[];
}

/** Puts a cause to every difference of a symbol, from the trades of its minute. */
async function explain(
  path: string,
  symbol: string,
  { rules, auctions, differences }: Explaining,
): Promise<void> {
  const starts = new Set(
    differences.filter((one) => one.symbol === symbol).map(({ startUs }) => startUs),
  );
  if (starts.size === 0) return;
  const byMinute = new Map<number, FlaggedTrade[]>([...starts].map((startUs) => [startUs, []]));
  for (const trade of await flaggedTrades(path, symbol, 'true')) {
    byMinute.get(Math.floor(trade.timeUs / MINUTE_US) * MINUTE_US)?.push(trade);
  }
  for (const [index, one] of differences.entries()) {
    if (one.symbol !== symbol) continue;
    const day = auctions.get(tradingDateOf(one.startUs)) ?? [];
    const trades = byMinute.get(one.startUs) ?? [];
    const cause =
      one.field === 'volume'
        ? causeOfVolume(one, trades, day)
        : causeOfPrice(one, rules, trades, day);
    differences[index] = { ...one, cause };
  }
}

/** The closing print that the vendor puts into the last minute: the first one after the bell. */
function closingPrint(
  startUs: number,
  auctions: readonly FlaggedTrade[],
): FlaggedTrade | undefined {
  const { closeUs } = sessionOf(tradingDateOf(startUs));
  if (startUs + MINUTE_US !== closeUs) return undefined;
  return auctions.find(
    ({ timeUs, flags }) => timeUs >= closeUs && (flags & CLOSING) !== 0 && (flags & CROSS) === 0,
  );
}

function causeOfVolume(
  { startUs, ours, theirs }: BarDifference,
  trades: readonly FlaggedTrade[],
  auctions: readonly FlaggedTrade[],
): string {
  if (closingPrint(startUs, auctions)?.size === theirs - ours) return 'closing_auction';
  const opening = trades.filter(({ flags }) => (flags & OPENING) !== 0);
  const shares = opening.reduce((sum, { size }) => sum + size, 0);
  return ours > theirs && ours - theirs <= shares ? 'opening_auction' : 'unexplained';
}

/** A price is explained by the trades that made it, where all of them are of one condition. */
function causeOfPrice(
  { startUs, field, ours, theirs }: BarDifference,
  rules: ConditionRules,
  trades: readonly FlaggedTrade[],
  auctions: readonly FlaggedTrade[],
): string {
  const closing = closingPrint(startUs, auctions);
  if (closing !== undefined && Math.abs(closing.price - theirs) < SAME) return 'closing_auction';
  const at = (price: number) => trades.filter((trade) => Math.abs(trade.price - price) < SAME);
  const isAuction = ({ flags }: FlaggedTrade): boolean => (flags & AUCTION_FLAGS) !== 0;
  const counts = field === 'open' || field === 'close' ? UPDATES.last : UPDATES.range;
  // Ours lies outside theirs: which of the trades that made it does the vendor leave out?
  const isWider = field === 'high' ? ours > theirs : field === 'low' ? ours < theirs : false;
  const made = at(isWider ? ours : theirs);
  if (field === 'open' && made.some(isAuction)) return 'opening_auction';
  const names = made
    .filter(({ flags }) => ((updatesOf(flags, rules) & counts) !== 0) === isWider)
    .flatMap(({ flags }) => conditionsOf(flags));
  const telling = EXPLAINING.find((name) => names.includes(name));
  return telling ?? (made.some(isAuction) ? 'opening_auction' : byOrder(field, ours, trades));
}

/** Conditions that the vendor treats otherwise, the most particular first. */
const EXPLAINING = [
  'average_price',
  'derivatively_priced',
  'stock_option',
  'prior_reference_price',
  'out_of_sequence',
  'sold_last',
  'extended_hours',
  'seller',
  'next_day',
  'cash',
  'intermarket_sweep',
];

/** Opens and closes are of the first and last trade: a sweep there moves them to the next one. */
function byOrder(field: ComparedField, ours: number, trades: readonly FlaggedTrade[]): string {
  const made = trades.filter(({ price }) => Math.abs(price - ours) < SAME);
  const names = new Set(made.flatMap(({ flags }) => conditionsOf(flags)));
  const isEnd = field === 'open' || field === 'close';
  return (isEnd && EXPLAINING.find((name) => names.has(name))) || 'unexplained';
}

/** Differences by field and cause, the most frequent first. */
export function countCauses(
  differences: readonly BarDifference[],
): readonly { readonly field: ComparedField; readonly cause: string; readonly minutes: number }[] {
  const counts = new Map<string, { field: ComparedField; cause: string; minutes: number }>();
  for (const { field, cause } of differences) {
    const key = `${field} ${cause}`;
    const entry = counts.get(key) ?? { field, cause, minutes: 0 };
    entry.minutes++;
    counts.set(key, entry);
  }
  return [...counts.values()].sort(
    (a, b) => b.minutes - a.minutes || a.field.localeCompare(b.field),
  );
}
