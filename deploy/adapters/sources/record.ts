// What every source gives, whatever its vendor calls it: trades, quotes and bars.

import { EVENT_US_MAX, EVENT_US_MIN } from '../../../actors/calendar/index.js';

/** Kinds of records. */
const RECORD_KINDS = ['trade', 'quote', 'bar'] as const;

/** A kind of record. */
export type RecordKind = (typeof RECORD_KINDS)[number];

/** Lengths of bars that sources have. */
export type BarLength = '1m' | '1d';

/** A trade. Units: microseconds UTC; dollars (or the quote currency) as traded; shares or coins. */
export interface TradeRecord {
  readonly kind: 'trade';
  readonly symbol: string;
  readonly timeUs: number;
  readonly price: number;
  readonly size: number;
  /** The vendor's own name of the trade; empty where it has none. */
  readonly id: string;
  /** Its number among the trades of the symbol, where the vendor numbers them; else NaN. */
  readonly sequence: number;
  /** Sale conditions as the vendor writes them, comma-separated. */
  readonly conditions: string;
}

/** Best bid and offer. A side that is not there is 0. Units: as of a trade. */
export interface QuoteRecord {
  readonly kind: 'quote';
  readonly symbol: string;
  readonly timeUs: number;
  readonly bid: number;
  readonly ask: number;
  readonly bidSize: number;
  readonly askSize: number;
  /** As of a trade. */
  readonly sequence: number;
}

/** A bar; its time is its start. Units: as of a trade. */
export interface BarRecord {
  readonly kind: 'bar';
  readonly symbol: string;
  readonly every: BarLength;
  readonly timeUs: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

/** Anything that a source gives. */
export type MarketRecord = TradeRecord | QuoteRecord | BarRecord;

const isTime = (timeUs: number): boolean => timeUs >= EVENT_US_MIN && timeUs < EVENT_US_MAX;
const isPrice = (price: number): boolean => price > 0 && price < Number.POSITIVE_INFINITY;
const isSide = (price: number): boolean => price >= 0 && price < Number.POSITIVE_INFINITY;

/** Why a record can't be one, whoever sent it; undefined for one that can. */
export function faultOfRecord(record: MarketRecord): string | undefined {
  if (record.symbol === '' || record.symbol.length > 32) return 'bad_symbol';
  if (!isTime(record.timeUs)) return 'bad_time';
  switch (record.kind) {
    case 'trade':
      if (!isPrice(record.price)) return 'bad_price';
      return isPrice(record.size) ? undefined : 'bad_size';
    case 'quote':
      if (!(isSide(record.bid) && isSide(record.ask))) return 'bad_price';
      return isSide(record.bidSize) && isSide(record.askSize) ? undefined : 'bad_size';
    case 'bar':
      if (![record.open, record.high, record.low, record.close].every(isPrice)) return 'bad_price';
      if (!isSide(record.volume)) return 'bad_size';
      return record.low <= Math.min(record.open, record.close) &&
        record.high >= Math.max(record.open, record.close)
        ? undefined
        : 'bad_range';
  }
}

/** What tells a record from every other of its source; the same one sent twice has it twice. */
export function identityOf(record: MarketRecord): string {
  switch (record.kind) {
    case 'trade': {
      const { symbol, id, timeUs, price, size } = record;
      return id === '' ? `t|${symbol}|${timeUs}|${price}|${size}` : `t|${symbol}|${id}|${timeUs}`;
    }
    case 'quote': {
      const { symbol, timeUs, bid, ask, bidSize, askSize } = record;
      return `q|${symbol}|${timeUs}|${bid}|${ask}|${bidSize}|${askSize}`;
    }
    case 'bar':
      return `b|${record.symbol}|${record.every}|${record.timeUs}`;
  }
}

/**
 * What two records of one tape have in common where they are the same, whoever gives them and by
 * whatever name: symbol, time to a step, price and size. Units: microseconds.
 */
export function likenessOf(
  record: Exclude<MarketRecord, { readonly kind: 'quote' }>,
  stepUs: number,
): string {
  const step = Math.floor(record.timeUs / stepUs);
  return record.kind === 'trade'
    ? `t|${record.symbol}|${step}|${record.price}|${record.size}`
    : `b|${record.symbol}|${record.every}|${step}`;
}
