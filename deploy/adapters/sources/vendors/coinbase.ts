// Coinbase Exchange, by the names that CCXT gives markets (`BTC/USD`): candles, trades, its stream.

import {
  fieldOf,
  type HistoryDialect,
  jsonOf,
  type LiveDialect,
  type LiveReading,
  numberOf,
  type PageReading,
  textOf,
  timeUsOf,
} from '../dialect.js';
import type { BarRecord, TradeRecord } from '../record.js';
import type { HistoryRequest } from '../source.js';
import { pageOf, readBar, readQuote, unreadable, windowPage } from './fields.js';
import type { Vendor, VendorSettings } from './vendor.js';

/** Candles of a page, the most that the vendor gives, and trades of one. */
const CANDLES = 300;
const TRADES = 1_000;

/** Units: seconds. */
const SECONDS = { '1m': 60, '1d': 86_400 } as const;

/** Places of a bar's fields in a row of candles. */
const CANDLE = { low: '1', high: '2', open: '3', close: '4', volume: '5' } as const;

/** Names of a quote's fields in the stream. */
const TICKER = {
  bid: 'best_bid',
  ask: 'best_ask',
  bidSize: 'best_bid_size',
  askSize: 'best_ask_size',
} as const;

const productOf = (symbol: string): string => symbol.replace('/', '-');
const symbolOf = (product: unknown): string => textOf(product).replace('-', '/');

/**
 * Coinbase Exchange. Trades are numbered without holes and a heartbeat tells the last number each
 * second, so that a loss is seen even where nothing follows it.
 * Source: docs.cdp.coinbase.com, Exchange: Get product candles, Get product trades; WebSocket
 * channels matches, ticker, heartbeat.
 */
export const coinbase: Vendor = {
  name: 'coinbase',
  capabilities: {
    history: ['bar'],
    bars: ['1m', '1d'],
    live: ['trade', 'quote'],
    isNumbered: true,
    repair: ['trade'],
    timeStepUs: 1,
    isUtcDay: true,
    rate: { calls: 10, perMs: 1_000 },
  },
  history: historyOf,
  live: liveOf,
};

function historyOf({ baseUrl }: VendorSettings): HistoryDialect {
  return {
    call(request, cursor) {
      const { kind, every, afterSequence } = request;
      const product = `${baseUrl}/products/${productOf(request.symbol)}`;
      if (kind === 'bar') {
        const { fromUs, endUs } = windowOf(request, cursor);
        // Both ends are in what the vendor gives.
        const query = `granularity=${SECONDS[every]}&start=${fromUs / 1e6}&end=${endUs / 1e6 - 1}`;
        return { url: `${product}/candles?${query}` };
      }
      // `after` names the oldest trade that is not wanted, and the newest before it are given; as
      // numbers have no holes, this page ends where the next begins.
      const last = Number(cursor ?? afterSequence ?? 0);
      return { url: `${product}/trades?limit=${TRADES}&after=${last + TRADES + 1}` };
    },
    read: ({ body }, request, cursor) => readPage(body, request, cursor),
  };
}

/** The part of a request for bars that one call asks for. Units: microseconds, whole seconds. */
function windowOf({ every, fromUs, toUs }: HistoryRequest, cursor: string | undefined) {
  const startUs = Number(cursor ?? Math.ceil(fromUs / 1e6) * 1e6);
  // One second more than the last candle: a start between two candles gives no candle too many.
  const lengthUs = ((CANDLES - 1) * SECONDS[every] + 1) * 1e6;
  return { fromUs: startUs, endUs: Math.min(startUs + lengthUs, Math.ceil(toUs / 1e6) * 1e6) };
}

/** Reads a page of the history; the vendor gives the newest first. */
function readPage(body: string, request: HistoryRequest, cursor: string | undefined): PageReading {
  const rows = jsonOf(body);
  if (!Array.isArray(rows)) return unreadable('expected a list');
  const { kind, every, symbol, afterSequence = 0 } = request;
  if (kind === 'bar') {
    const readCandle = (row: unknown): BarRecord =>
      readBar(row, CANDLE, { symbol, every, timeUs: numberOf(fieldOf(row, '0')) * 1e6 });
    return windowPage(rows.map(readCandle).reverse(), windowOf(request, cursor), request);
  }
  const records = rows.map((row) => tradeOf(row, symbol)).reverse();
  const last = records.at(-1);
  // A page that does not reach its bound holds the newest trade there is.
  const isWhole = last !== undefined && (last.sequence - afterSequence) % TRADES === 0;
  return pageOf(records, isWhole ? last.id : undefined);
}

function tradeOf(row: unknown, symbol: string): TradeRecord {
  const sequence = numberOf(fieldOf(row, 'trade_id'));
  return {
    kind: 'trade',
    symbol,
    timeUs: timeUsOf(fieldOf(row, 'time')),
    price: numberOf(fieldOf(row, 'price')),
    size: numberOf(fieldOf(row, 'size')),
    id: textOf(sequence),
    sequence,
    // The vendor names the maker's side.
    conditions: fieldOf(row, 'side') === 'buy' ? 'sell' : 'buy',
  };
}

function liveOf({ streamUrl }: VendorSettings): LiveDialect {
  return {
    url: () => streamUrl,
    begins: 'ready',
    isAcknowledged: true,
    subscribe: ({ symbols, kinds }) => {
      const channels = ['heartbeat'];
      if (kinds.includes('trade')) channels.push('matches');
      if (kinds.includes('quote')) channels.push('ticker');
      const product_ids = symbols.map(productOf);
      return [JSON.stringify({ type: 'subscribe', product_ids, channels })];
    },
    staleMs: 5_000,
    read: readMessage,
  };
}

/** Reads a message of the stream. */
function readMessage(message: string | Buffer): readonly LiveReading[] {
  const item = jsonOf(String(message));
  const symbol = symbolOf(fieldOf(item, 'product_id'));
  switch (fieldOf(item, 'type')) {
    case 'match':
      return [{ kind: 'record', record: tradeOf(item, symbol) }];
    case 'last_match':
      // The last trade before the subscription: told as a mark, for it may have been seen.
      return [{ kind: 'alive' }];
    case 'ticker': {
      const timeUs = timeUsOf(fieldOf(item, 'time'));
      const sequence = numberOf(fieldOf(item, 'sequence'));
      const record = readQuote(item, TICKER, { symbol, timeUs, sequence });
      return [{ kind: 'record', record }];
    }
    case 'heartbeat':
      return [{ kind: 'alive', symbol, sequence: numberOf(fieldOf(item, 'last_trade_id')) }];
    case 'subscriptions':
      return [{ kind: 'subscribed' }];
    case 'error':
      return [{ kind: 'refused', text: 'error', isFinal: true }];
    default:
      return [{ kind: 'unreadable', reason: 'unknown_type' }];
  }
}
