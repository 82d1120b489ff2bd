// Binance spot: klines and numbered trades, and the stream of trades and best quotes.

import type { SourceClock } from '../clock.js';
import {
  fieldOf,
  type HistoryDialect,
  jsonOf,
  type LiveDialect,
  type LiveReading,
  listOf,
  numberOf,
  type PageReading,
  textOf,
} from '../dialect.js';
import type { BarRecord, QuoteRecord, TradeRecord } from '../record.js';
import type { HistoryRequest } from '../source.js';
import type { Vendor, VendorSettings } from './vendor.js';

/** Rows of a page, the most that the vendor gives. */
const PAGE = 1_000;

/** Streams of the kinds. */
const STREAM = { trade: 'trade', quote: 'bookTicker', bar: 'kline_1m' } as const;

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
    isNumbered: true,
    repair: ['trade', 'bar'],
    timeStepUs: 1_000,
    rate: { calls: 600, perMs: 60_000 },
  },
  history: historyOf,
  live: liveOf,
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
      status === 400 && fieldOf(jsonOf(body), 'code') === -1121
        ? { kind: 'refused', code: 'source.unknown_symbol', text: 'expected a symbol it lists' }
        : undefined,
  };
}

/** Reads a page of the history. */
function readPage(body: string, request: HistoryRequest): PageReading {
  const rows = jsonOf(body);
  if (!Array.isArray(rows)) {
    return { kind: 'refused', code: 'source.unreadable', text: 'expected a list' };
  }
  const { kind, symbol, every, toUs } = request;
  if (kind === 'bar') {
    const records = rows.map((row) => klineOf(listOf(row), symbol, every));
    const last = records.at(-1);
    if (last === undefined || rows.length < PAGE) return { kind: 'page', records };
    return { kind: 'page', records, next: String(last.timeUs / 1000 + 1) };
  }
  const first = fieldOf(rows[0], 'f');
  if (first !== undefined) return { kind: 'page', records: [], next: textOf(first) };
  const records = rows.map((row) => restTradeOf(row, symbol));
  const last = records.at(-1);
  const isEnd = last === undefined || rows.length < PAGE || last.timeUs >= toUs;
  return isEnd
    ? { kind: 'page', records }
    : { kind: 'page', records, next: String(last.sequence + 1) };
}

function klineOf(row: readonly unknown[], symbol: string, every: BarRecord['every']): BarRecord {
  const [time, open, high, low, close, volume] = row.slice(0, 6).map(numberOf);
  return {
    kind: 'bar',
    symbol,
    every,
    timeUs: (time ?? Number.NaN) * 1000,
    open: open ?? Number.NaN,
    high: high ?? Number.NaN,
    low: low ?? Number.NaN,
    close: close ?? Number.NaN,
    volume: volume ?? Number.NaN,
  };
}

function restTradeOf(row: unknown, symbol: string): TradeRecord {
  const sequence = numberOf(fieldOf(row, 'id'));
  return {
    kind: 'trade',
    symbol,
    timeUs: numberOf(fieldOf(row, 'time')) * 1000,
    price: numberOf(fieldOf(row, 'price')),
    size: numberOf(fieldOf(row, 'qty')),
    id: textOf(sequence),
    sequence,
    conditions: fieldOf(row, 'isBuyerMaker') === true ? 'sell' : 'buy',
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
  switch (fieldOf(item, 'e')) {
    case 'trade':
      return [{ kind: 'record', record: liveTradeOf(item) }];
    case 'kline':
      return barsOf(fieldOf(item, 'k'));
  }
  if (numberOf(fieldOf(item, 'u')) >= 0 && textOf(fieldOf(item, 'b')) !== '') {
    return [{ kind: 'record', record: bestOf(item, arrivalUs()) }];
  }
  if (fieldOf(item, 'id') === 1 && fieldOf(item, 'result') === null)
    return [{ kind: 'subscribed' }];
  const error = fieldOf(item, 'error');
  if (error === undefined) return [{ kind: 'unreadable', reason: 'unknown_event' }];
  return [{ kind: 'refused', text: `error ${textOf(fieldOf(error, 'code'))}`, isFinal: true }];
}

function liveTradeOf(item: unknown): TradeRecord {
  const sequence = numberOf(fieldOf(item, 't'));
  return {
    kind: 'trade',
    symbol: textOf(fieldOf(item, 's')),
    timeUs: numberOf(fieldOf(item, 'T')) * 1000,
    price: numberOf(fieldOf(item, 'p')),
    size: numberOf(fieldOf(item, 'q')),
    id: textOf(sequence),
    sequence,
    conditions: fieldOf(item, 'm') === true ? 'sell' : 'buy',
  };
}

function bestOf(item: unknown, timeUs: number): QuoteRecord {
  return {
    kind: 'quote',
    symbol: textOf(fieldOf(item, 's')),
    timeUs,
    bid: numberOf(fieldOf(item, 'b')),
    ask: numberOf(fieldOf(item, 'a')),
    bidSize: numberOf(fieldOf(item, 'B')),
    askSize: numberOf(fieldOf(item, 'A')),
    sequence: numberOf(fieldOf(item, 'u')),
  };
}

/** A bar counts once it is closed. */
function barsOf(item: unknown): readonly LiveReading[] {
  if (fieldOf(item, 'x') !== true) return [{ kind: 'alive' }];
  const row = ['t', 'o', 'h', 'l', 'c', 'v'].map((name) => fieldOf(item, name));
  return [{ kind: 'record', record: klineOf(row, textOf(fieldOf(item, 's')), '1m') }];
}
