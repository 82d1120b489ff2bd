// Polygon (now Massive): REST history by links from page to page, and its stream.

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
import type { BarRecord, MarketRecord, QuoteRecord, TradeRecord } from '../record.js';
import type { HistoryRequest, Subscription } from '../source.js';
import type { Vendor, VendorSettings } from './vendor.js';

/** Prefixes of the stream's channels. */
const CHANNEL = { trade: 'T', quote: 'Q', bar: 'AM' } as const;

/**
 * Polygon's stocks. Trades carry the tape's own sequence numbers, which rise but skip.
 * Source: polygon.io/docs (massive.com/docs), Stocks REST: Aggregates, Trades, Quotes; WebSocket.
 */
export const polygon: Vendor = {
  name: 'polygon',
  capabilities: {
    history: ['trade', 'quote', 'bar'],
    bars: ['1m', '1d'],
    live: ['trade', 'quote', 'bar'],
    isNumbered: false,
    repair: ['trade', 'quote', 'bar'],
    // The stream tells milliseconds, the history nanoseconds.
    timeStepUs: 1_000,
    rate: { calls: 100, perMs: 60_000 },
  },
  history: historyOf,
  live: liveOf,
};

function historyOf({ baseUrl, key }: VendorSettings): HistoryDialect {
  const headers = { authorization: `Bearer ${key}` };
  return {
    call(request, cursor) {
      const { kind, every, fromUs, toUs } = request;
      const symbol = encodeURIComponent(request.symbol);
      if (cursor !== undefined) return { url: `${baseUrl}${cursor}`, headers };
      if (kind === 'bar') {
        const span = every === '1m' ? 'minute' : 'day';
        const range = `${Math.ceil(fromUs / 1000)}/${Math.ceil(toUs / 1000) - 1}`;
        const query = 'adjusted=false&sort=asc&limit=50000';
        const url = `${baseUrl}/v2/aggs/ticker/${symbol}/range/1/${span}/${range}?${query}`;
        return { url, headers };
      }
      const query = new URLSearchParams({
        'timestamp.gte': `${Math.floor(fromUs)}000`,
        'timestamp.lt': `${Math.ceil(toUs)}000`,
        order: 'asc',
        sort: 'timestamp',
        limit: '50000',
      });
      return { url: `${baseUrl}/v3/${kind}s/${symbol}?${query}`, headers };
    },
    read: ({ body }, request) => readPage(body, request),
  };
}

/** Reads a page of the history. */
function readPage(body: string, request: HistoryRequest): PageReading {
  const answer = jsonOf(body);
  const status = fieldOf(answer, 'status');
  if (status !== 'OK' && status !== 'DELAYED') {
    const text = `expected status OK, was ${textOf(status).slice(0, 40) || 'none'}`;
    return { kind: 'refused', code: 'source.unreadable', text };
  }
  const records = listOf(fieldOf(answer, 'results')).map((item) => recordOf(item, request));
  const next = cursorOf(fieldOf(answer, 'next_url'));
  return next === undefined ? { kind: 'page', records } : { kind: 'page', records, next };
}

/** The link to the next page without its host: the key goes to the configured one alone. */
function cursorOf(link: unknown): string | undefined {
  if (typeof link !== 'string' || !URL.canParse(link)) return undefined;
  const { pathname, search } = new URL(link);
  return `${pathname}${search}`;
}

function recordOf(item: unknown, { kind, every, symbol }: HistoryRequest): MarketRecord {
  const timeUs = Math.floor(numberOf(fieldOf(item, 'sip_timestamp')) / 1000);
  if (kind === 'bar') return barOf(item, symbol, every, 't');
  if (kind === 'quote') {
    return {
      kind: 'quote',
      symbol,
      timeUs: Math.floor(timeUs / 1000) * 1000,
      bid: numberOf(fieldOf(item, 'bid_price')),
      ask: numberOf(fieldOf(item, 'ask_price')),
      bidSize: numberOf(fieldOf(item, 'bid_size')),
      askSize: numberOf(fieldOf(item, 'ask_size')),
      sequence: numberOf(fieldOf(item, 'sequence_number')),
    };
  }
  return {
    kind: 'trade',
    symbol,
    // To the step of the stream, so that a trade has one time however it came.
    timeUs: Math.floor(timeUs / 1000) * 1000,
    price: numberOf(fieldOf(item, 'price')),
    size: numberOf(fieldOf(item, 'size')),
    id: textOf(fieldOf(item, 'id')),
    sequence: numberOf(fieldOf(item, 'sequence_number')),
    conditions: listOf(fieldOf(item, 'conditions')).map(textOf).join(','),
  };
}

function barOf(item: unknown, symbol: string, every: BarRecord['every'], time: string): BarRecord {
  const value = (name: string): number => numberOf(fieldOf(item, name));
  return {
    kind: 'bar',
    symbol,
    every,
    timeUs: value(time) * 1000,
    open: value('o'),
    high: value('h'),
    low: value('l'),
    close: value('c'),
    volume: value('v'),
  };
}

function liveOf({ streamUrl, key }: VendorSettings): LiveDialect {
  return {
    url: () => streamUrl,
    begins: 'greeted',
    isAcknowledged: true,
    login: () => JSON.stringify({ action: 'auth', params: key }),
    subscribe: (subscription) => [
      JSON.stringify({ action: 'subscribe', params: channelsOf(subscription) }),
    ],
    staleMs: 30_000,
    read: readMessage,
  };
}

function channelsOf({ symbols, kinds }: Subscription): string {
  return kinds.flatMap((kind) => symbols.map((name) => `${CHANNEL[kind]}.${name}`)).join(',');
}

/** Reads a message of the stream: a list of states and records. */
function readMessage(message: string | Buffer): readonly LiveReading[] {
  const items = jsonOf(String(message));
  if (!Array.isArray(items)) return [{ kind: 'unreadable', reason: 'not_a_list' }];
  return items.map(readItem);
}

function readItem(item: unknown): LiveReading {
  switch (fieldOf(item, 'ev')) {
    case 'T':
      return { kind: 'record', record: liveTradeOf(item) };
    case 'Q':
      return { kind: 'record', record: liveQuoteOf(item) };
    case 'AM':
      return { kind: 'record', record: barOf(item, textOf(fieldOf(item, 'sym')), '1m', 's') };
    case 'status':
      return statusOf(textOf(fieldOf(item, 'status')));
    default:
      return { kind: 'unreadable', reason: 'unknown_event' };
  }
}

function statusOf(status: string): LiveReading {
  switch (status) {
    case 'auth_success':
      return { kind: 'ready' };
    case 'success':
      return { kind: 'subscribed' };
    case 'connected':
      return { kind: 'alive' };
    default:
      return {
        kind: 'refused',
        text: status.slice(0, 40),
        isFinal: status === 'auth_failed' || status === 'max_connections',
      };
  }
}

function liveTradeOf(item: unknown): TradeRecord {
  return {
    kind: 'trade',
    symbol: textOf(fieldOf(item, 'sym')),
    timeUs: numberOf(fieldOf(item, 't')) * 1000,
    price: numberOf(fieldOf(item, 'p')),
    size: numberOf(fieldOf(item, 's')),
    id: textOf(fieldOf(item, 'i')),
    sequence: numberOf(fieldOf(item, 'q')),
    conditions: listOf(fieldOf(item, 'c')).map(textOf).join(','),
  };
}

function liveQuoteOf(item: unknown): QuoteRecord {
  return {
    kind: 'quote',
    symbol: textOf(fieldOf(item, 'sym')),
    timeUs: numberOf(fieldOf(item, 't')) * 1000,
    bid: numberOf(fieldOf(item, 'bp')),
    ask: numberOf(fieldOf(item, 'ap')),
    bidSize: numberOf(fieldOf(item, 'bs')),
    askSize: numberOf(fieldOf(item, 'as')),
    sequence: numberOf(fieldOf(item, 'q')),
  };
}
