// Alpaca: REST history by pages, and the stream of trades, quotes and minute bars.

import { EVERY_KIND } from '../capabilities.js';
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
  timeText,
  timeUsOf,
} from '../dialect.js';
import type { BarRecord, MarketRecord, QuoteRecord, TradeRecord } from '../record.js';
import type { HistoryRequest, Subscription } from '../source.js';
import {
  BAR_LETTERS,
  pageOf,
  QUOTE_LETTERS,
  readBar,
  readList,
  readQuote,
  unreadable,
} from './fields.js';
import type { Vendor, VendorSettings } from './vendor.js';

/** Records of a page, the most that the vendor gives. */
const PAGE = 10_000;

/** Names of the kinds in addresses and subscriptions. */
const PLURAL = { trade: 'trades', quote: 'quotes', bar: 'bars' } as const;

/** Errors of the stream that come back however often one tries: credentials, plan, limits. */
const FINAL_ERRORS = new Set([402, 404, 405, 406, 409, 410, 413]);

/**
 * Alpaca's market data, version 2.
 * Source: docs.alpaca.markets, Market Data API: Historical Stock Data; Real-time Stock Data.
 */
export const alpaca: Vendor = {
  name: 'alpaca',
  capabilities: {
    ...EVERY_KIND,
    timeStepUs: 1,
    rate: { calls: 200, perMs: 60_000 },
  },
  history: historyOf,
  live: liveOf,
};

function historyOf({ baseUrl, key, secret, extras }: VendorSettings): HistoryDialect {
  return {
    call(request, cursor) {
      const { kind, every, symbol, fromUs, toUs } = request;
      const query = new URLSearchParams({
        symbols: symbol,
        start: timeText(fromUs),
        // Both ends belong to what the vendor gives; ours does not.
        end: timeText(toUs - 1),
        limit: String(PAGE),
        feed: extras['feed'] || 'iex',
        sort: 'asc',
      });
      if (kind === 'bar') {
        query.set('timeframe', every === '1m' ? '1Min' : '1Day');
        query.set('adjustment', 'raw');
      }
      if (cursor !== undefined) query.set('page_token', cursor);
      return {
        url: `${baseUrl}/v2/stocks/${PLURAL[kind]}?${query}`,
        headers: { 'APCA-API-KEY-ID': key, 'APCA-API-SECRET-KEY': secret },
      };
    },
    read: ({ body }, request) => readPage(body, request),
  };
}

/** Reads a page of the history. */
function readPage(body: string, { kind, every, symbol }: HistoryRequest): PageReading {
  const answer = jsonOf(body);
  const found = fieldOf(answer, PLURAL[kind]);
  if (typeof found !== 'object') return unreadable(`expected JSON with ${PLURAL[kind]}`);
  const records: MarketRecord[] = listOf(fieldOf(found, symbol)).map((item) => {
    if (kind === 'trade') return tradeOf(item, symbol);
    return kind === 'quote' ? quoteOf(item, symbol) : barOf(item, symbol, every);
  });
  return pageOf(records, textOf(fieldOf(answer, 'next_page_token')) || undefined);
}

function tradeOf(item: unknown, symbol: string): TradeRecord {
  return {
    kind: 'trade',
    symbol,
    timeUs: timeUsOf(fieldOf(item, 't')),
    price: numberOf(fieldOf(item, 'p')),
    size: numberOf(fieldOf(item, 's')),
    // Numbered by exchange and tape: the number alone comes again elsewhere.
    id: ['i', 'x', 'z'].map((name) => textOf(fieldOf(item, name))).join('-'),
    sequence: Number.NaN,
    conditions: listOf(fieldOf(item, 'c')).map(textOf).join(','),
  };
}

function quoteOf(item: unknown, symbol: string): QuoteRecord {
  const timeUs = timeUsOf(fieldOf(item, 't'));
  return readQuote(item, QUOTE_LETTERS, { symbol, timeUs, sequence: Number.NaN });
}

function barOf(item: unknown, symbol: string, every: BarRecord['every']): BarRecord {
  return readBar(item, BAR_LETTERS, { symbol, every, timeUs: timeUsOf(fieldOf(item, 't')) });
}

function liveOf({ streamUrl, key, secret }: VendorSettings): LiveDialect {
  return {
    url: () => streamUrl,
    begins: 'greeted',
    isAcknowledged: true,
    // The vendor greets first, but takes a login at once, and greets again after it.
    login: () => JSON.stringify({ action: 'auth', key, secret }),
    subscribe: (subscription) => [subscribeText(subscription)],
    staleMs: 30_000,
    read: (message) => readList(message, readItem),
  };
}

function subscribeText({ symbols, kinds }: Subscription): string {
  const lists = kinds.map((kind) => [PLURAL[kind], symbols] as const);
  return JSON.stringify({ action: 'subscribe', ...Object.fromEntries(lists) });
}

/** Reads a control or a record of the stream. */
function readItem(item: unknown): LiveReading {
  const symbol = textOf(fieldOf(item, 'S'));
  switch (fieldOf(item, 'T')) {
    case 't':
      return { kind: 'record', record: tradeOf(item, symbol) };
    case 'q':
      return { kind: 'record', record: quoteOf(item, symbol) };
    case 'b':
      return { kind: 'record', record: barOf(item, symbol, '1m') };
    case 'success':
      return fieldOf(item, 'msg') === 'authenticated' ? { kind: 'ready' } : { kind: 'alive' };
    case 'subscription':
      return { kind: 'subscribed' };
    case 'error':
      return {
        kind: 'refused',
        text: `error ${textOf(fieldOf(item, 'code'))}`,
        isFinal: FINAL_ERRORS.has(numberOf(fieldOf(item, 'code'))),
      };
    default:
      return { kind: 'unreadable', reason: 'unknown_type' };
  }
}
