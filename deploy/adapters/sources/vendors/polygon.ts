// Polygon (now Massive): REST history by links from page to page, and its stream.

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
} from '../dialect.js';
import type { BarRecord, MarketRecord, TradeRecord } from '../record.js';
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

/** Prefixes of the stream's channels. */
const CHANNEL = { trade: 'T', quote: 'Q', bar: 'AM' } as const;

/** Names of a trade's fields in the history, and in the stream. */
const PAST_TRADE = {
  price: 'price',
  size: 'size',
  id: 'id',
  sequence: 'sequence_number',
  conditions: 'conditions',
} as const;
const LIVE_TRADE = { price: 'p', size: 's', id: 'i', sequence: 'q', conditions: 'c' } as const;

/** Names of a quote's fields in the history. */
const PAST_QUOTE = {
  bid: 'bid_price',
  ask: 'ask_price',
  bidSize: 'bid_size',
  askSize: 'ask_size',
} as const;

/**
 * Polygon's stocks. Trades carry the tape's own sequence numbers, which rise but skip.
 * Source: polygon.io/docs (massive.com/docs), Stocks REST: Aggregates, Trades, Quotes; WebSocket.
 */
export const polygon: Vendor = {
  name: 'polygon',
  capabilities: {
    ...EVERY_KIND,
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
  const answer = jsonOf(timesAsText(body));
  const status = fieldOf(answer, 'status');
  if (status !== 'OK' && status !== 'DELAYED') {
    return unreadable(`expected status OK, was ${textOf(status).slice(0, 40) || 'none'}`);
  }
  const records = listOf(fieldOf(answer, 'results')).map((item) => recordOf(item, request));
  return pageOf(records, cursorOf(fieldOf(answer, 'next_url')));
}

/**
 * Nanoseconds since 1970 have more digits than a number holds: a trade of a whole millisecond would
 * be one of the millisecond before. As text they keep them all.
 */
function timesAsText(body: string): string {
  return body.replace(/("sip_timestamp"\s*:\s*)(\d{16,19})(?=[\s,}])/g, '$1"$2"');
}

/**
 * A time in nanoseconds, to the millisecond of the stream: a record has one time however it came.
 * Units: microseconds UTC.
 */
function streamTimeUs(nanoseconds: unknown): number {
  const text = textOf(nanoseconds);
  return /^\d{16,19}$/.test(text) ? Number(text.slice(0, -6)) * 1000 : Number.NaN;
}

/** The link to the next page without its host: the key goes to the configured one alone. */
function cursorOf(link: unknown): string | undefined {
  if (typeof link !== 'string' || !URL.canParse(link)) return undefined;
  const { pathname, search } = new URL(link);
  return `${pathname}${search}`;
}

function recordOf(item: unknown, { kind, every, symbol }: HistoryRequest): MarketRecord {
  if (kind === 'bar') return barOf(item, { symbol, every, time: 't' });
  const timeUs = streamTimeUs(fieldOf(item, 'sip_timestamp'));
  if (kind === 'trade') return tradeOf(item, PAST_TRADE, { symbol, timeUs });
  const sequence = numberOf(fieldOf(item, 'sequence_number'));
  return readQuote(item, PAST_QUOTE, { symbol, timeUs, sequence });
}

function tradeOf(
  item: unknown,
  names: typeof PAST_TRADE | typeof LIVE_TRADE,
  { symbol, timeUs }: Pick<TradeRecord, 'symbol' | 'timeUs'>,
): TradeRecord {
  return {
    kind: 'trade',
    symbol,
    timeUs,
    price: numberOf(fieldOf(item, names.price)),
    size: numberOf(fieldOf(item, names.size)),
    id: textOf(fieldOf(item, names.id)),
    sequence: numberOf(fieldOf(item, names.sequence)),
    conditions: listOf(fieldOf(item, names.conditions)).map(textOf).join(','),
  };
}

function barOf(
  item: unknown,
  { symbol, every, time }: Pick<BarRecord, 'symbol' | 'every'> & { readonly time: string },
): BarRecord {
  const timeUs = numberOf(fieldOf(item, time)) * 1000;
  return readBar(item, BAR_LETTERS, { symbol, every, timeUs });
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
    read: (message) => readList(message, readItem),
  };
}

function channelsOf({ symbols, kinds }: Subscription): string {
  return kinds.flatMap((kind) => symbols.map((name) => `${CHANNEL[kind]}.${name}`)).join(',');
}

/** Reads a state or a record of the stream. */
function readItem(item: unknown): LiveReading {
  const symbol = textOf(fieldOf(item, 'sym'));
  const timeUs = numberOf(fieldOf(item, 't')) * 1000;
  switch (fieldOf(item, 'ev')) {
    case 'T':
      return { kind: 'record', record: tradeOf(item, LIVE_TRADE, { symbol, timeUs }) };
    case 'Q': {
      const sequence = numberOf(fieldOf(item, 'q'));
      const record = readQuote(item, QUOTE_LETTERS, { symbol, timeUs, sequence });
      return { kind: 'record', record };
    }
    case 'AM':
      return { kind: 'record', record: barOf(item, { symbol, every: '1m', time: 's' }) };
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
