// Interactive Brokers through its Client Portal gateway: bars, and sampled last prices and quotes.

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
import type { HistoryRequest } from '../source.js';
import { BAR_LETTERS, readBar, unreadable, windowPage } from './fields.js';
import type { Vendor, VendorSettings } from './vendor.js';

/** Bars of a page, the most that the vendor gives. */
const PAGE = 1_000;

/** Units: microseconds. */
const STEP_US = { '1m': 60e6, '1d': 86_400e6 } as const;

/** Numbers of the fields: last price and size, bid, ask, and their sizes. */
const FIELD = { last: '31', size: '7059', bid: '84', ask: '86', askSize: '85', bidSize: '88' };

/** Subscriptions end by themselves after ten minutes. Units: milliseconds. */
const RENEW_MS = 540_000;

/**
 * The gateway's web API, not the socket of TWS. Contracts are named by number: `conids` of the
 * configuration says which (`AAPL:265598,IBM:8314`); a symbol of digits is one itself. The stream
 * tells changed fields a few times a second: not every trade.
 * Source: interactivebrokers.com/campus, Web API: Historical Market Data; Websockets.
 */
export const interactiveBrokers: Vendor = {
  name: 'interactive-brokers',
  capabilities: {
    history: ['bar'],
    bars: ['1m', '1d'],
    live: ['trade', 'quote'],
    isNumbered: false,
    repair: [],
    timeStepUs: 1_000,
    rate: { calls: 10, perMs: 1_000 },
  },
  history: historyOf,
  live: liveOf,
};

function contractsOf(extras: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  const pairs = (extras['conids'] ?? '').split(',').map((pair) => pair.split(':'));
  return new Map(pairs.map(([symbol = '', conid = '']) => [symbol.trim(), conid.trim()]));
}

function historyOf({ baseUrl, extras }: VendorSettings): HistoryDialect {
  const contracts = contractsOf(extras);
  return {
    call(request, cursor) {
      const { symbol, every } = request;
      const { fromUs, endUs } = windowOf(request, cursor);
      const steps = Math.ceil((endUs - fromUs) / STEP_US[every]);
      const query = new URLSearchParams({
        conid: contracts.get(symbol) ?? symbol,
        period: every === '1m' ? `${steps}min` : `${steps}d`,
        bar: every === '1m' ? '1min' : '1d',
        startTime: stampOf(endUs),
        outsideRth: 'false',
      });
      return { url: `${baseUrl}/iserver/marketdata/history?${query}` };
    },
    read: ({ body }, request, cursor) => readPage(body, request, cursor),
  };
}

/** The part of a request that one call asks for. Units: microseconds. */
function windowOf({ every, fromUs, toUs }: HistoryRequest, cursor: string | undefined) {
  const startUs = Number(cursor ?? fromUs);
  return { fromUs: startUs, endUs: Math.min(toUs, startUs + PAGE * STEP_US[every]) };
}

/** `20210104-14:30:00`, UTC. */
function stampOf(timeUs: number): string {
  const text = new Date(timeUs / 1000).toISOString();
  return `${text.slice(0, 10).replaceAll('-', '')}-${text.slice(11, 19)}`;
}

/** Reads an answer. */
function readPage(body: string, request: HistoryRequest, cursor: string | undefined): PageReading {
  const { symbol, every } = request;
  const answer = jsonOf(body);
  const rows = fieldOf(answer, 'data');
  if (!Array.isArray(rows)) return unreadable('expected data');
  const records = rows.map((row: unknown) => {
    const timeUs = numberOf(fieldOf(row, 't')) * 1000;
    return readBar(row, BAR_LETTERS, { symbol, every, timeUs });
  });
  return windowPage(records, windowOf(request, cursor), request);
}

function liveOf({ streamUrl, key, extras }: VendorSettings): LiveDialect {
  const contracts = contractsOf(extras);
  const symbols = new Map([...contracts].map(([symbol, conid]) => [conid, symbol]));
  return {
    url: () => streamUrl,
    begins: 'greeted',
    isAcknowledged: false,
    login: () => JSON.stringify({ session: key }),
    subscribe: (subscription) =>
      subscription.symbols.map((symbol) => {
        const fields = JSON.stringify({ fields: Object.values(FIELD) });
        return `smd+${contracts.get(symbol) ?? symbol}+${fields}`;
      }),
    keepAlive: { everyMs: 55_000, message: () => 'tic' },
    renewMs: RENEW_MS,
    // The other side beats every 10 seconds.
    staleMs: 30_000,
    read: createReader((conid) => symbols.get(conid) ?? conid),
  };
}

/** A reader of the stream, which tells a field only when it has changed: the others are kept. */
function createReader(
  symbolOf: (conid: string) => string,
): (message: string | Buffer) => readonly LiveReading[] {
  const latest = new Map<string, Record<string, number>>();
  return (message) => {
    const item = jsonOf(String(message));
    const topic = textOf(fieldOf(item, 'topic'));
    if (topic.startsWith('smd+')) return marketOf(item, topic, { latest, symbolOf });
    if (topic === 'sts') {
      const isIn = fieldOf(fieldOf(item, 'args'), 'authenticated');
      if (isIn === true) return [{ kind: 'ready' }];
      return [{ kind: 'refused', text: 'the session is not logged in', isFinal: isIn === false }];
    }
    if (topic === 'system' || topic === 'tic' || topic === 'act') return [{ kind: 'alive' }];
    return [{ kind: 'unreadable', reason: 'unknown_topic' }];
  };
}

/** Contracts whose fields are kept: more than a session may subscribe to. */
const CONTRACTS_MAX = 1_000;

function marketOf(
  item: unknown,
  topic: string,
  {
    latest,
    symbolOf,
  }: {
    readonly latest: Map<string, Record<string, number>>;
    readonly symbolOf: (conid: string) => string;
  },
): readonly LiveReading[] {
  const conid = topic.split('+')[1] ?? '';
  if (!latest.has(conid) && latest.size >= CONTRACTS_MAX) {
    return [{ kind: 'unreadable', reason: 'too_many_contracts' }];
  }
  const fields = latest.get(conid) ?? {};
  latest.set(conid, fields);
  const changed = (name: string): boolean => fieldOf(item, name) !== undefined;
  for (const name of Object.values(FIELD)) {
    // A letter before a price says that it is a close or that trading is halted.
    if (changed(name)) {
      fields[name] = numberOf(textOf(fieldOf(item, name)).replace(/^[CH]|,/g, ''));
    }
  }
  const common = {
    symbol: symbolOf(conid),
    timeUs: numberOf(fieldOf(item, '_updated')) * 1000,
    sequence: Number.NaN,
  };
  const value = (name: string): number => fields[name] ?? Number.NaN;
  const readings: LiveReading[] = [];
  if (changed(FIELD.last) && value(FIELD.size) > 0) {
    const [price, size] = [value(FIELD.last), value(FIELD.size)];
    const record = { kind: 'trade', ...common, price, size, id: '', conditions: '' } as const;
    readings.push({ kind: 'record', record });
  }
  if ([FIELD.bid, FIELD.ask, FIELD.bidSize, FIELD.askSize].some(changed)) {
    const record = {
      kind: 'quote',
      ...common,
      bid: fields[FIELD.bid] ?? 0,
      ask: fields[FIELD.ask] ?? 0,
      bidSize: fields[FIELD.bidSize] ?? 0,
      askSize: fields[FIELD.askSize] ?? 0,
    } as const;
    readings.push({ kind: 'record', record });
  }
  return readings.length > 0 ? readings : [{ kind: 'alive' }];
}
