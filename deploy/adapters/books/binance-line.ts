// One line of a Binance capture, spot or USD-M futures: receive time, then the message as it came.

import { ASK, BID } from '../../../actors/book/index.js';
import type { BookRecord, BookScale } from './book-record.js';
import { scaledDecimal } from './decimals.js';

/** Digits after the point of prices and sizes: Binance has eight at most, so one scale fits all. */
export const BINANCE_DECIMALS = 8;

const FINEST: BookScale = { priceDecimals: BINANCE_DECIMALS, sizeDecimals: BINANCE_DECIMALS };

/** Levels that one message may have; Binance's deepest snapshot has 5,000 a side. */
const MESSAGE_LEVELS_MAX = 20_000;

/** A message that is of no use, and why. */
export interface RejectedLine {
  readonly kind: 'rejected';
  readonly reason: string;
}

/** What a message holds. */
export type BinanceMessage = BookRecord | RejectedLine;

/** What a line holds. */
export type BinanceRecord = BinanceMessage & {
  /** When the line was received. Units: microseconds UTC; absent where it is rejected. */
  readonly receivedUs?: number;
};

type Fields = Readonly<Record<string, unknown>>;

/** Room for the levels of one message, reused from line to line. */
export function createLevels(): Float64Array {
  return new Float64Array(MESSAGE_LEVELS_MAX * 3);
}

/** Reads a line. `levels` takes the levels of depth messages. Never throws on bad input. */
export function parseBinanceLine(line: string, levels: Float64Array): BinanceRecord {
  const space = line.indexOf(' ');
  const receivedUs = /^\d{16,20}$/.test(line.slice(0, Math.max(0, space)))
    ? Math.floor(Number(line.slice(0, space)) / 1000)
    : Number.NaN;
  if (!Number.isFinite(receivedUs)) return rejected('no_receive_time');
  return { ...parseBinanceMessage(line.slice(space + 1), levels), receivedUs };
}

/**
 * Reads a message as it came, of a stream or of REST, by the scale of its symbol ('' for a whole
 * book, which names none); one that is finer than its scale is rejected. As of a line.
 */
export function parseBinanceMessage(
  json: string,
  levels: Float64Array,
  scaleOf: (symbol: string) => BookScale = () => FINEST,
): BinanceMessage {
  const outer = fieldsOf(json);
  if (outer === undefined) return rejected('not_json');
  const data = isFields(outer['data']) ? outer['data'] : outer;
  const scale = scaleOf(text(data['s']));
  if ('lastUpdateId' in data) return snapshot(data, levels, scale);
  if (data['e'] === 'depthUpdate') return depth(data, levels, scale);
  if (data['e'] === 'trade') return trade(data, scale);
  const stream = typeof outer['stream'] === 'string' ? outer['stream'] : '';
  // Without streams' names, as one asks for them by message, only best prices have no event's name.
  const isBest = data['e'] === undefined && 'u' in data && 'b' in data && 'B' in data;
  if (data['e'] === 'bookTicker' || stream.endsWith('@bookTicker') || isBest)
    return best(data, scale);
  return rejected('unknown_message');
}

function snapshot(data: Fields, levels: Float64Array, scale: BookScale): BinanceMessage {
  const lastId = id(data['lastUpdateId']);
  const count = levelsInto(levels, [data['bids'], data['asks']], scale);
  if (lastId < 0) return rejected('bad_update_id');
  if (typeof count === 'string') return rejected(count);
  return {
    kind: 'depth',
    isSnapshot: true,
    symbol: '',
    timeUs: timeUs(data['E']),
    previousId: -1,
    lastId,
    levels,
    levelCount: count,
    isFutures: 'T' in data,
  };
}

function depth(data: Fields, levels: Float64Array, scale: BookScale): BinanceMessage {
  const first = id(data['U']);
  const lastId = id(data['u']);
  const isFutures = 'pu' in data;
  const previousId = isFutures ? id(data['pu']) : first - 1;
  if (first < 0 || lastId < first || previousId < 0) return rejected('bad_update_id');
  const count = levelsInto(levels, [data['b'], data['a']], scale);
  if (typeof count === 'string') return rejected(count);
  return {
    kind: 'depth',
    isSnapshot: false,
    symbol: text(data['s']),
    timeUs: timeUs(data['E']),
    previousId,
    lastId,
    levels,
    levelCount: count,
    isFutures,
  };
}

function best(data: Fields, { priceDecimals, sizeDecimals }: BookScale): BinanceMessage {
  const [bid, ask] = [data['b'], data['a']].map((value) => scaled(value, priceDecimals));
  const [bidSize, askSize] = [data['B'], data['A']].map((value) => scaled(value, sizeDecimals));
  const updateId = id(data['u']);
  if (updateId < 0) return rejected('bad_update_id');
  // A sum is NaN where any part is.
  if (Number.isNaN(bid! + bidSize! + ask! + askSize!)) return rejected('bad_number');
  return {
    kind: 'best',
    symbol: text(data['s']),
    timeUs: timeUs(data['E']),
    id: updateId,
    bid: bid!,
    bidSize: bidSize!,
    ask: ask!,
    askSize: askSize!,
  };
}

function trade(data: Fields, { priceDecimals, sizeDecimals }: BookScale): BinanceMessage {
  const priceTicks = scaled(data['p'], priceDecimals);
  const sizeLots = scaled(data['q'], sizeDecimals);
  const tradeId = id(data['t']);
  if (!(priceTicks > 0 && sizeLots > 0)) return rejected('bad_number');
  if (tradeId < 0 || typeof data['m'] !== 'boolean') return rejected('bad_trade');
  // Futures mark what is not a trade of the market, such as insurance fund fills: not taken.
  if (data['X'] !== undefined && data['X'] !== 'MARKET') return rejected('not_a_market_trade');
  return {
    kind: 'trade',
    symbol: text(data['s']),
    timeUs: timeUs(data['T']),
    id: tradeId,
    priceTicks,
    sizeLots,
    aggressor: data['m'] ? -1 : 1,
  };
}

/** Fills the levels and returns how many, or the reason why not. */
function levelsInto(
  out: Float64Array,
  [bids, asks]: readonly [unknown, unknown],
  { priceDecimals, sizeDecimals }: BookScale,
): number | string {
  if (!Array.isArray(bids) || !Array.isArray(asks)) return 'no_levels';
  if ((bids.length + asks.length) * 3 > out.length) return 'too_many_levels';
  let count = 0;
  for (const [side, rows] of [
    [BID, bids],
    [ASK, asks],
  ] as const) {
    for (const row of rows as readonly unknown[]) {
      if (!Array.isArray(row)) return 'bad_level';
      const price = scaled(row[0], priceDecimals);
      const size = scaled(row[1], sizeDecimals);
      if (!(price > 0 && size >= 0)) return 'bad_level';
      out[count * 3] = side;
      out[count * 3 + 1] = price;
      out[count * 3 + 2] = size;
      count++;
    }
  }
  return count;
}

function scaled(value: unknown, decimals: number): number {
  return typeof value === 'string' ? scaledDecimal(value, decimals) : Number.NaN;
}

function id(value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : -1;
}

/** Milliseconds since 1970 as microseconds; 0 where it is none. */
function timeUs(value: unknown): number {
  return typeof value === 'number' && value >= 0 && value < 1e14 ? Math.floor(value) * 1000 : 0;
}

function text(value: unknown): string {
  return typeof value === 'string' && /^[A-Z0-9_]{1,32}$/.test(value) ? value : '';
}

function fieldsOf(json: string): Fields | undefined {
  try {
    const data: unknown = JSON.parse(json);
    return isFields(data) ? data : undefined;
  } catch {
    return undefined;
  }
}

function isFields(data: unknown): data is Fields {
  return typeof data === 'object' && data !== null && !Array.isArray(data);
}

function rejected(reason: string): RejectedLine {
  return { kind: 'rejected', reason };
}
