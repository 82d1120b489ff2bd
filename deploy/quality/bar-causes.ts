// Explains where minute bars of a vendor differ from ours, by the trades of the minute.

import { sessionOf, tradingDateOf } from '../../actors/calendar/index.js';
import {
  AUCTION_FLAGS,
  type ConditionRules,
  conditionsOf,
  SALE_CONDITIONS,
  UPDATES,
  updatesOf,
} from '../../actors/quality/index.js';
import { DuckDb } from '../../engine/index.js';
import { fileTable } from '../research/file-table.js';
import { instantOf, layoutOf } from '../research/trade-file.js';
import { type BarDifference, type ComparedField, SAME } from './bar-difference.js';

interface FlaggedTrade {
  readonly timeUs: number;
  readonly price: number;
  readonly size: number;
  readonly flags: number;
}

const MINUTE_US = 60_000_000;

const [OPENING, CLOSING, CROSS] = ['opening', 'closing', 'cross'].map(
  (wanted) => 1 << SALE_CONDITIONS.find(({ name }) => name === wanted)!.bit,
) as [number, number, number];

/** Puts a cause to every difference of a symbol, from the trades of its minute. */
export async function explain(
  path: string,
  symbol: string,
  rules: ConditionRules,
  differences: BarDifference[],
): Promise<void> {
  const starts = new Set(
    differences.filter((one) => one.symbol === symbol).map(({ startUs }) => startUs),
  );
  if (starts.size === 0) return;
  const auctions = await auctionPrints(path, symbol);
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
    const table = fileTable(path);
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
