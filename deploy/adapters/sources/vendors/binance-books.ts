// Binance spot's order books: changes, best prices and trades as they come, whole books by REST.

import { createLevels, parseBinanceMessage } from '../../books/binance-line.js';
import type { BookRecord, BookScale, DepthRecord } from '../../books/book-record.js';
import type { BookDialect, BookQuestion, BookReading } from '../book-dialect.js';
import {
  type Denial,
  fieldOf,
  jsonOf,
  type LiveReading,
  listOf,
  numberOf,
  textOf,
  type VendorReply,
} from '../dialect.js';
import { UNKNOWN_SYMBOL, unreadable } from './fields.js';
import type { VendorSettings } from './vendor.js';

/** Levels of a side of a whole book; 5,000 cost five times the vendor's weight. */
const LEVELS = 1_000;

/** What the vendor answers to a symbol that it does not list, or that can't be one. */
const INVALID_SYMBOL = -1121;
const BAD_CHARACTERS = -1100;

/** The changes of a book, ten times a second, and what stands beside it. */
const STREAMS = ['depth@100ms', 'bookTicker', 'trade'] as const;

/** Of a symbol that nobody asked for, whose records nobody takes. */
const NO_SCALE: BookScale = { priceDecimals: 8, sizeDecimals: 8 };

/**
 * The books. Source: github.com/binance/binance-spot-api-docs: web-socket-streams.md, "How to
 * manage a local order book correctly"; rest-api.md, `exchangeInfo`, `ticker/24hr` and `depth`.
 */
export function binanceBooks({ baseUrl, streamUrl, key }: VendorSettings): BookDialect {
  const headers = key === '' ? {} : { 'X-MBX-APIKEY': key };
  const question = <T>(
    path: string,
    query: Readonly<Record<string, string>>,
    value: (body: string) => T | Denial,
  ): BookQuestion<T> => ({
    call: { url: `${baseUrl}/api/v3/${path}?${new URLSearchParams(query)}`, headers },
    read: (reply) => readReply(reply, value),
  });
  return {
    live: (markets) => {
      const levels = createLevels();
      const scales = new Map(markets.map((market) => [market.symbol, market]));
      const scaleOf = (symbol: string): BookScale => scales.get(symbol) ?? NO_SCALE;
      return {
        url: () => streamUrl,
        begins: 'ready',
        isAcknowledged: true,
        subscribe: ({ symbols }) => {
          const params = symbols.flatMap((symbol) =>
            STREAMS.map((stream) => `${symbol.toLowerCase()}@${stream}`),
          );
          return [JSON.stringify({ method: 'SUBSCRIBE', params, id: 1 })];
        },
        // The other side pings every 20 seconds.
        staleMs: 60_000,
        read: (message) => readMessage(String(message), levels, scaleOf),
      };
    },
    rules: (symbols) =>
      question('exchangeInfo', { symbols: JSON.stringify(symbols) }, (body) =>
        ofEach(symbols, fieldOf(jsonOf(body), 'symbols'), 'ticks and lots', (symbol, row) => {
          const priceDecimals = decimalsOf(filterOf(row, 'PRICE_FILTER', 'tickSize'));
          const sizeDecimals = decimalsOf(filterOf(row, 'LOT_SIZE', 'stepSize'));
          if (priceDecimals === undefined || sizeDecimals === undefined) return undefined;
          const title = `${symbol}, Binance spot, live`;
          return { symbol, title, priceDecimals, sizeDecimals };
        }),
      ),
    days: (symbols) =>
      question('ticker/24hr', { symbols: JSON.stringify(symbols) }, (body) =>
        ofEach(symbols, jsonOf(body), 'a price and a volume', (symbol, row) => {
          const price = numberOf(fieldOf(row, 'lastPrice'));
          const volume = numberOf(fieldOf(row, 'volume'));
          return price > 0 && volume >= 0 ? { symbol, price, volume } : undefined;
        }),
      ),
    book: (market) =>
      question('depth', { symbol: market.symbol, limit: String(LEVELS) }, (body) =>
        readBook(body, market),
      ),
  };
}

function readMessage(
  message: string,
  levels: Float64Array,
  scaleOf: (symbol: string) => BookScale,
): readonly LiveReading<BookRecord>[] {
  const record = parseBinanceMessage(message, levels, scaleOf);
  // Asked for by REST, a whole book has no place in the stream.
  const isStreamed = record.kind !== 'rejected' && !(record.kind === 'depth' && record.isSnapshot);
  if (isStreamed) return [{ kind: 'record', record }];
  const outer = jsonOf(message);
  if (fieldOf(outer, 'id') === 1 && fieldOf(outer, 'result') === null) {
    return [{ kind: 'subscribed' }];
  }
  const error = fieldOf(outer, 'error');
  if (error === undefined) return [{ kind: 'unreadable', reason: reasonOf(record) }];
  return [{ kind: 'refused', text: `error ${textOf(fieldOf(error, 'code'))}`, isFinal: true }];
}

function readReply<T>(
  { status, body }: VendorReply,
  value: (body: string) => T | Denial,
): BookReading<T> | undefined {
  if (status === 400) {
    const code = fieldOf(jsonOf(body), 'code');
    return code === INVALID_SYMBOL || code === BAD_CHARACTERS ? UNKNOWN_SYMBOL : undefined;
  }
  if (status !== 200) return undefined;
  const read = value(body);
  return isDenial(read) ? read : { kind: 'read', value: read };
}

function isDenial(value: unknown): value is Denial {
  return fieldOf(value, 'kind') === 'refused';
}

/** What is said of each symbol; a denial where one is left out. */
function ofEach<T>(
  symbols: readonly string[],
  rows: unknown,
  what: string,
  read: (symbol: string, row: unknown) => T | undefined,
): readonly T[] | Denial {
  const found: T[] = [];
  for (const symbol of symbols) {
    const row = listOf(rows).find((one) => fieldOf(one, 'symbol') === symbol);
    const value = read(symbol, row);
    if (value === undefined) return unreadable(`expected ${what} of ${symbol}`);
    found.push(value);
  }
  return found;
}

/** A field of the filter of a type, among the rules of a symbol. */
function filterOf(row: unknown, type: string, field: string): string {
  const filter = listOf(fieldOf(row, 'filters')).find((one) => fieldOf(one, 'filterType') === type);
  return textOf(fieldOf(filter, field));
}

/** Digits after the point that a step needs: 2 of 0.01000000; undefined where it is no step. */
function decimalsOf(step: string): number | undefined {
  if (!(numberOf(step) > 0)) return undefined;
  return (/\.(\d*[1-9])/.exec(step)?.[1] ?? '').length;
}

function readBook(body: string, scale: BookScale): DepthRecord | Denial {
  // Room of its own: messages of the stream are read before anybody looks at it.
  const record = parseBinanceMessage(body, createLevels(), () => scale);
  if (record.kind === 'depth' && record.isSnapshot) return record;
  return unreadable(`expected a book, was ${reasonOf(record)}`);
}

function reasonOf(record: ReturnType<typeof parseBinanceMessage>): string {
  return record.kind === 'rejected' ? record.reason : record.kind;
}
