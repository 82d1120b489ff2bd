// Every parser of what comes from outside, with good input to begin with: vendors' messages here.

import { EVENT_US_MAX, EVENT_US_MIN } from '../../actors/calendar/index.js';
import { manualClock } from '../adapters/sources/clock.js';
import { LoopbackBook } from '../adapters/sources/conformance/loopback-book.js';
import type { Wire } from '../adapters/sources/conformance/loopback-vendor.js';
import { tapeOf } from '../adapters/sources/conformance/tape.js';
import { binanceWire, coinbaseWire } from '../adapters/sources/conformance/wires-crypto.js';
import {
  alpacaWire,
  alphaVantageWire,
  interactiveBrokersWire,
  polygonWire,
  yahooWire,
} from '../adapters/sources/conformance/wires-stocks.js';
import type { HistoryDialect, LiveReading, PageReading } from '../adapters/sources/dialect.js';
import { faultOfRecord, type MarketRecord } from '../adapters/sources/record.js';
import { alpaca } from '../adapters/sources/vendors/alpaca.js';
import { alphaVantage } from '../adapters/sources/vendors/alpha-vantage.js';
import { binance } from '../adapters/sources/vendors/binance.js';
import { binanceBooks } from '../adapters/sources/vendors/binance-books.js';
import { coinbase } from '../adapters/sources/vendors/coinbase.js';
import { interactiveBrokers } from '../adapters/sources/vendors/interactive-brokers.js';
import { polygon } from '../adapters/sources/vendors/polygon.js';
import type { Vendor } from '../adapters/sources/vendors/vendor.js';
import { yahoo } from '../adapters/sources/vendors/yahoo.js';
import { CONFIG_TARGETS } from './config-targets.js';
import { FILE_TARGETS } from './file-targets.js';
import type { FuzzTarget } from './fuzz.js';

/** Most records that a byte can make: JSON's shortest record has two. */
const RECORDS_PER_BYTE = 1;

function checkRecords(records: readonly MarketRecord[], input: Buffer): void {
  if (records.length > input.length * RECORDS_PER_BYTE) throw new Error('more records than bytes');
  for (const record of records) {
    const fault = faultOfRecord(record);
    if (fault !== undefined) continue;
    if (!(record.timeUs >= EVENT_US_MIN && record.timeUs < EVENT_US_MAX))
      throw new Error('a time beyond its range');
  }
}

const SETTINGS = { baseUrl: 'http://x', streamUrl: 'ws://x', key: 'k', secret: 's', extras: {} };

function vendorTargets(vendor: Vendor, wire: Wire): FuzzTarget[] {
  const clock = manualClock(1e12);
  const tape = tapeOf(wire.symbol);
  const dialect = vendor.history(SETTINGS, clock);
  const targets: FuzzTarget[] = [historyTarget(vendor, wire, dialect)];
  const live = vendor.live?.(SETTINGS, clock);
  const { stream } = wire;
  if (live === undefined || stream === undefined) return targets;
  targets.push({
    name: `${vendor.name}-stream`,
    samples: async () => {
      const records = [tape.trades[0]!, tape.quotes[0]!, tape.minutes[0]!].map(stream.encode);
      const said = [
        ...stream.greeting,
        ...(stream.lockedOut ? [stream.lockedOut] : []),
        ...records,
      ];
      return said.map((text) => Buffer.from(text));
    },
    read: (input) => {
      const readings: readonly LiveReading[] = live.read(input.toString('utf8'));
      checkRecords(
        readings.flatMap((reading) => (reading.kind === 'record' ? [reading.record] : [])),
        input,
      );
    },
  });
  return targets;
}

function historyTarget(vendor: Vendor, wire: Wire, dialect: HistoryDialect): FuzzTarget {
  const { history, bars, repair } = vendor.capabilities;
  const kinds = [...new Set([...history, ...repair])];
  const requests = kinds.map((kind) => {
    const every = bars[0] ?? '1m';
    return { kind, every, symbol: wire.symbol, fromUs: 1.6e15, toUs: 1.7e15, afterSequence: 0 };
  });
  const header = () => undefined;
  return {
    name: `${vendor.name}-history`,
    samples: async () => {
      const tape = tapeOf(wire.symbol);
      const short = { ...tape, trades: tape.trades.slice(0, 3), quotes: tape.quotes.slice(0, 3) };
      return requests.map((request) => {
        const url = new URL(dialect.call(request, undefined).url);
        const asked = { method: 'GET', path: url.pathname, query: url.searchParams, header };
        return Buffer.from(wire.answer(asked, short, 3).body);
      });
    },
    read: (input) => {
      for (const request of requests) {
        const body = input.toString('utf8');
        const reading: PageReading = dialect.read(
          { status: 200, header, body },
          request,
          undefined,
        );
        dialect.readFailure?.({ status: 400, header, body });
        if (reading.kind === 'page') checkRecords(reading.records, input);
      }
    },
  };
}

function booksTarget(): FuzzTarget {
  const dialect = binanceBooks(SETTINGS);
  const scale = { priceDecimals: 2, sizeDecimals: 3 };
  const market = { symbol: binanceWire.symbol, title: '', price: 130, volume: 5_000, ...scale };
  const symbols = [market.symbol];
  const live = dialect.live([market]);
  const questions = [dialect.rules(symbols), dialect.days(symbols), dialect.book(market)];
  const header = () => undefined;
  return {
    name: 'binance-books',
    samples: async () => {
      const book = new LoopbackBook();
      const answers = questions.map(({ call }) => {
        const { pathname: path, searchParams: query } = new URL(call.url);
        return binanceWire.books!.answer({ method: 'GET', path, query, header }, book)!.body;
      });
      const change = binanceWire.books!.encode(book.change());
      return [...answers, change].map((text) => Buffer.from(text));
    },
    read: (input) => {
      const body = input.toString('utf8');
      for (const { read } of questions) {
        for (const status of [200, 400]) read({ status, header, body });
      }
      live.read(body);
    },
  };
}

/** Every target. */
export const FUZZ_TARGETS: readonly FuzzTarget[] = [
  ...vendorTargets(alpaca, alpacaWire),
  ...vendorTargets(polygon, polygonWire),
  ...vendorTargets(yahoo, yahooWire),
  ...vendorTargets(alphaVantage, alphaVantageWire),
  ...vendorTargets(interactiveBrokers, interactiveBrokersWire),
  ...vendorTargets(coinbase, coinbaseWire),
  ...vendorTargets(binance, binanceWire),
  booksTarget(),
  ...CONFIG_TARGETS,
  ...FILE_TARGETS,
];
