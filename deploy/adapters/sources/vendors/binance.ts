// Binance spot: klines and numbered trades, the stream of trades and best quotes; books apart.

import type { SourceClock } from '../clock.js';
import {
  fieldOf,
  type HistoryDialect,
  jsonOf,
  type LiveDialect,
  type LiveReading,
  numberOf,
  type PageReading,
  textOf,
} from '../dialect.js';
import type { TradeRecord } from '../record.js';
import type { HistoryRequest } from '../source.js';
import { binanceBooks } from './binance-books.js';
import { BAR_LETTERS, pageOf, readBar, readQuote, UNKNOWN_SYMBOL, unreadable } from './fields.js';
import type { Vendor, VendorSettings } from './vendor.js';

/** Rows of a page, the most that the vendor gives. */
const PAGE = 1_000;

/** Streams of the kinds. */
const STREAM = { trade: 'trade', quote: 'bookTicker', bar: 'kline_1m' } as const;

/** Places of a bar's fields in a row of the history. */
const KLINE = { open: '1', high: '2', low: '3', close: '4', volume: '5' } as const;

/** Names of a trade's fields in the history, and in the stream. */
const PAST_TRADE = {
  sequence: 'id',
  time: 'time',
  price: 'price',
  size: 'qty',
  isBuyerMaker: 'isBuyerMaker',
} as const;
const LIVE_TRADE = { sequence: 't', time: 'T', price: 'p', size: 'q', isBuyerMaker: 'm' } as const;

/** Names of a quote's fields in the stream. */
const BEST = { bid: 'b', ask: 'a', bidSize: 'B', askSize: 'A' } as const;

/**
 * Binance's spot market. Trades are numbered without holes, and asked for by number.
 * Source: github.com/binance/binance-spot-api-docs: rest-api.md, web-socket-streams.md.
 */
export const binance: Vendor = {
  name: 'binance',
  capabilities: {
    history: ['trade', 'bar'],
    bars: ['1m', '1d'],
    live: ['trade', 'quote', 'bar'],
    hasBooks: true,
    isNumbered: true,
    repair: ['trade', 'bar'],
    timeStepUs: 1_000,
    isUtcDay: true,
    rate: { calls: 600, perMs: 60_000 },
  },
  history: historyOf,
  live: liveOf,
  books: binanceBooks,
};

function historyOf({ baseUrl, key }: VendorSettings): HistoryDialect {
  return {
    call(request, cursor) {
      const { kind, symbol, every, fromUs, toUs, afterSequence } = request;
      const query = new URLSearchParams({ symbol, limit: String(PAGE) });
      const headers = key === '' ? {} : { 'X-MBX-APIKEY': key };
      if (kind === 'bar') {
        query.set('interval', every);
        query.set('startTime', cursor ?? String(Math.ceil(fromUs / 1000)));
        query.set('endTime', String(Math.ceil(toUs / 1000) - 1));
        return { url: `${baseUrl}/api/v3/klines?${query}`, headers };
      }
      if (cursor === undefined && afterSequence === undefined) {
        // Only aggregated trades are found by time; the first one names the number to begin with.
        const span = `startTime=${Math.ceil(fromUs / 1000)}&endTime=${Math.ceil(toUs / 1000) - 1}`;
        return { url: `${baseUrl}/api/v3/aggTrades?symbol=${symbol}&${span}&limit=1`, headers };
      }
      query.set('fromId', cursor ?? String(afterSequence! + 1));
      return { url: `${baseUrl}/api/v3/historicalTrades?${query}`, headers };
    },
    read: ({ body }, request) => readPage(body, request),
    readFailure: ({ status, body }) =>
      // -1121: invalid symbol.
      status === 400 && fieldOf(jsonOf(body), 'code') === -1121 ? UNKNOWN_SYMBOL : undefined,
  };
}

/** Reads a page of the history. */
function readPage(body: string, request: HistoryRequest): PageReading {
  const rows = jsonOf(body);
  if (!Array.isArray(rows)) return unreadable('expected a list');
  const { kind, symbol, every, toUs } = request;
  if (kind === 'bar') {
    const records = rows.map((row) => {
      const timeUs = numberOf(fieldOf(row, '0')) * 1000;
      return readBar(row, KLINE, { symbol, every, timeUs });
    });
    const last = records.at(-1);
    const isEnd = last === undefined || rows.length < PAGE;
    return pageOf(records, isEnd ? undefined : String(last.timeUs / 1000 + 1));
  }
  const first = fieldOf(rows[0], 'f');
  if (first !== undefined) return pageOf([], textOf(first));
  const records = rows.map((row) => tradeOf(row, PAST_TRADE, symbol));
  const last = records.at(-1);
  const isEnd = last === undefined || rows.length < PAGE || last.timeUs >= toUs;
  return pageOf(records, isEnd ? undefined : String(last.sequence + 1));
}

function tradeOf(
  item: unknown,
  names: typeof PAST_TRADE | typeof LIVE_TRADE,
  symbol: string,
): TradeRecord {
  const sequence = numberOf(fieldOf(item, names.sequence));
  return {
    kind: 'trade',
    symbol,
    timeUs: numberOf(fieldOf(item, names.time)) * 1000,
    price: numberOf(fieldOf(item, names.price)),
    size: numberOf(fieldOf(item, names.size)),
    id: textOf(sequence),
    sequence,
    conditions: fieldOf(item, names.isBuyerMaker) === true ? 'sell' : 'buy',
  };
}

function liveOf({ streamUrl }: VendorSettings, clock: SourceClock): LiveDialect {
  return {
    url: () => streamUrl,
    begins: 'ready',
    isAcknowledged: true,
    subscribe: ({ symbols, kinds }) => {
      const params = kinds.flatMap((kind) =>
        symbols.map((symbol) => `${symbol.toLowerCase()}@${STREAM[kind]}`),
      );
      return [JSON.stringify({ method: 'SUBSCRIBE', params, id: 1 })];
    },
    // The other side pings every 20 seconds.
    staleMs: 60_000,
    read: (message) => readMessage(message, () => clock.nowMs() * 1000),
  };
}

/** Reads a message of the stream; a best quote has no time of its own but the arrival's. */
function readMessage(message: string | Buffer, arrivalUs: () => number): readonly LiveReading[] {
  const outer = jsonOf(String(message));
  const item = fieldOf(outer, 'data') ?? outer;
  const symbol = textOf(fieldOf(item, 's'));
  switch (fieldOf(item, 'e')) {
    case 'trade':
      return [{ kind: 'record', record: tradeOf(item, LIVE_TRADE, symbol) }];
    case 'kline':
      return barsOf(fieldOf(item, 'k'));
  }
  const sequence = numberOf(fieldOf(item, 'u'));
  if (sequence >= 0 && textOf(fieldOf(item, 'b')) !== '') {
    const record = readQuote(item, BEST, { symbol, timeUs: arrivalUs(), sequence });
    return [{ kind: 'record', record }];
  }
  if (fieldOf(item, 'id') === 1 && fieldOf(item, 'result') === null)
    return [{ kind: 'subscribed' }];
  const error = fieldOf(item, 'error');
  if (error === undefined) return [{ kind: 'unreadable', reason: 'unknown_event' }];
  return [{ kind: 'refused', text: `error ${textOf(fieldOf(error, 'code'))}`, isFinal: true }];
}

/** A bar counts once it is closed. */
function barsOf(item: unknown): readonly LiveReading[] {
  if (fieldOf(item, 'x') !== true) return [{ kind: 'alive' }];
  const symbol = textOf(fieldOf(item, 's'));
  const timeUs = numberOf(fieldOf(item, 't')) * 1000;
  const record = readBar(item, BAR_LETTERS, { symbol, every: '1m', timeUs });
  return [{ kind: 'record', record }];
}
