// One line of a Binance capture, spot or USD-M futures: receive time, then the message as it came.

import { ASK, BID } from '../../../actors/book/index.js';
import { scaledDecimal } from './decimals.js';

/** Digits after the point of prices and sizes: Binance has eight at most, so one scale fits all. */
export const BINANCE_DECIMALS = 8;

/** Levels that one message may have; Binance's deepest snapshot has 5,000 a side. */
const MESSAGE_LEVELS_MAX = 20_000;

/** Changed or whole levels, numbered. */
export interface DepthRecord {
  readonly kind: 'depth';
  readonly isSnapshot: boolean;
  /** Empty for a snapshot, whose message has no symbol. */
  readonly symbol: string;
  /** Exchange time; 0 where the message tells none. Units: microseconds UTC. */
  readonly timeUs: number;
  readonly previousId: number;
  readonly lastId: number;
  /** Side, price in ticks and size in lots of each level. Owned by the reader of the lines. */
  readonly levels: Float64Array;
  readonly levelCount: number;
  /** Whether it is of futures, whose events name the one before. */
  readonly isFutures: boolean;
}

/** The exchange's own best prices. Units: ticks, lots. */
export interface BestRecord {
  readonly kind: 'best';
  readonly symbol: string;
  readonly timeUs: number;
  readonly id: number;
  readonly bid: number;
  readonly bidSize: number;
  readonly ask: number;
  readonly askSize: number;
}

/** A trade. Units: ticks, lots, microseconds UTC. */
export interface TradeRecord {
  readonly kind: 'trade';
  readonly symbol: string;
  readonly timeUs: number;
  readonly id: number;
  readonly priceTicks: number;
  readonly sizeLots: number;
  /** 1 where the buyer took, -1 where the seller did: the exchange's own flag. */
  readonly aggressor: 1 | -1;
}

/** A line that is of no use, and why. */
export interface RejectedLine {
  readonly kind: 'rejected';
  readonly reason: string;
}

/** What a line holds. */
export type BinanceRecord = (DepthRecord | BestRecord | TradeRecord | RejectedLine) & {
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
  const outer = fieldsOf(line.slice(space + 1));
  if (outer === undefined) return rejected('not_json');
  const data = isFields(outer['data']) ? outer['data'] : outer;
  const stream = typeof outer['stream'] === 'string' ? outer['stream'] : '';
  return { ...recordOf(data, stream, levels), receivedUs };
}

function recordOf(data: Fields, stream: string, levels: Float64Array): BinanceRecord {
  if ('lastUpdateId' in data) return snapshot(data, levels);
  if (data['e'] === 'depthUpdate') return depth(data, levels);
  if (data['e'] === 'trade') return trade(data);
  if (data['e'] === 'bookTicker' || stream.endsWith('@bookTicker')) return best(data);
  return rejected('unknown_message');
}

function snapshot(data: Fields, levels: Float64Array): BinanceRecord {
  const lastId = id(data['lastUpdateId']);
  const count = levelsInto(levels, data['bids'], data['asks']);
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

function depth(data: Fields, levels: Float64Array): BinanceRecord {
  const first = id(data['U']);
  const lastId = id(data['u']);
  const isFutures = 'pu' in data;
  const previousId = isFutures ? id(data['pu']) : first - 1;
  if (first < 0 || lastId < first || previousId < 0) return rejected('bad_update_id');
  const count = levelsInto(levels, data['b'], data['a']);
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

function best(data: Fields): BinanceRecord {
  const [bid, bidSize, ask, askSize] = [data['b'], data['B'], data['a'], data['A']].map(scaled);
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

function trade(data: Fields): BinanceRecord {
  const priceTicks = scaled(data['p']);
  const sizeLots = scaled(data['q']);
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
function levelsInto(out: Float64Array, bids: unknown, asks: unknown): number | string {
  if (!Array.isArray(bids) || !Array.isArray(asks)) return 'no_levels';
  if ((bids.length + asks.length) * 3 > out.length) return 'too_many_levels';
  let count = 0;
  for (const [side, rows] of [
    [BID, bids],
    [ASK, asks],
  ] as const) {
    for (const row of rows as readonly unknown[]) {
      if (!Array.isArray(row)) return 'bad_level';
      const price = scaled(row[0]);
      const size = scaled(row[1]);
      if (!(price > 0 && size >= 0)) return 'bad_level';
      out[count * 3] = side;
      out[count * 3 + 1] = price;
      out[count * 3 + 2] = size;
      count++;
    }
  }
  return count;
}

function scaled(value: unknown): number {
  return typeof value === 'string' ? scaledDecimal(value, BINANCE_DECIMALS) : Number.NaN;
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
