// The stock vendors' sides of their wire formats: Alpaca, Polygon, Yahoo, Alpha Vantage, IB.

import type { LoopbackRequest } from '../../../../engine/index.js';
import { timeText, timeUsOf } from '../dialect.js';
import type { BarRecord, MarketRecord, RecordKind } from '../record.js';
import { newYorkText } from '../vendors/new-york.js';
import { json, LOOPBACK_KEY, LOOPBACK_SECRET, taped, type Wire } from './loopback-vendor.js';
import type { Tape } from './tape.js';

/** Records of a page where the vendor is free to choose. */
const PAGE = 400;

const SYMBOL = 'AAPL';

/** Name of the time in Polygon's filters. */
const SIP = 'timestamp';

const NOT_HEARD = { replies: [], isSubscribed: false } as const;
const TEXT = { status: 404, body: 'not found' } as const;

function pageOf<Row extends MarketRecord>(rows: readonly Row[], token: string | null) {
  const start = Number(token ?? 0);
  const isMore = start + PAGE < rows.length;
  return { rows: rows.slice(start, start + PAGE), next: isMore ? String(start + PAGE) : null };
}

function between(rows: readonly MarketRecord[], fromUs: number, toUs: number) {
  return rows.filter(({ timeUs }) => timeUs >= fromUs && timeUs <= toUs);
}

function ohlcv(bar: BarRecord) {
  return { o: bar.open, h: bar.high, l: bar.low, c: bar.close, v: bar.volume };
}

/** A record as Alpaca writes it, in history and stream. */
function alpacaItem(record: MarketRecord): object {
  const t = timeText(record.timeUs).replace('Z', '000Z');
  switch (record.kind) {
    case 'trade':
      return { t, x: 'V', p: record.price, s: record.size, c: ['@'], i: record.sequence, z: 'C' };
    case 'quote':
      return {
        ...{ t, bx: 'V', bp: record.bid, bs: record.bidSize },
        ...{ ax: 'V', ap: record.ask, as: record.askSize, c: ['R'], z: 'C' },
      };
    case 'bar':
      return { t, ...ohlcv(record), n: 12, vw: record.close };
  }
}

function alpacaAnswer(request: LoopbackRequest, tape: Tape, visible: number) {
  const plural = request.path.split('/').at(-1) ?? '';
  const kind = plural.slice(0, -1) as RecordKind;
  const every = request.query.get('timeframe') === '1Day' ? '1d' : '1m';
  const symbol = request.query.get('symbols') ?? '';
  if (symbol !== tape.symbol) return json({ [plural]: {}, next_page_token: null });
  const all = taped(tape, kind, every, visible);
  const fromUs = timeUsOf(request.query.get('start'));
  const wanted = between(all, fromUs, timeUsOf(request.query.get('end')));
  const { rows, next } = pageOf(wanted, request.query.get('page_token'));
  return json({ [plural]: { [symbol]: rows.map(alpacaItem) }, next_page_token: next });
}

const ALPACA_TYPE = { trade: 't', quote: 'q', bar: 'b' } as const;

/** Alpaca's side. */
export const alpacaWire: Wire = {
  name: 'alpaca',
  symbol: SYMBOL,
  extras: { feed: 'iex' },
  answer: alpacaAnswer,
  isLetIn: ({ header }) =>
    header('apca-api-key-id') === LOOPBACK_KEY && header('apca-api-secret-key') === LOOPBACK_SECRET,
  refusal: json({ message: 'forbidden.' }, 403),
  stream: {
    greeting: ['[{"T":"success","msg":"connected"}]'],
    lockedOut: '[{"T":"error","code":402,"msg":"auth failed"}]',
    hear: (message) => {
      const said = JSON.parse(message) as { readonly action: string };
      if (said.action === 'auth') {
        return { replies: ['[{"T":"success","msg":"authenticated"}]'], isSubscribed: false };
      }
      const reply = JSON.stringify([{ T: 'subscription', trades: [SYMBOL], quotes: [], bars: [] }]);
      return { replies: [reply], isSubscribed: true };
    },
    encode: (record) =>
      JSON.stringify([{ T: ALPACA_TYPE[record.kind], S: record.symbol, ...alpacaItem(record) }]),
  },
};

function polygonItem(record: MarketRecord): object {
  const nanos = record.timeUs * 1000;
  switch (record.kind) {
    case 'trade':
      return {
        ...{ conditions: [12, 41], exchange: 11, id: record.id, participant_timestamp: nanos },
        ...{ price: record.price, sequence_number: record.sequence, sip_timestamp: nanos },
        ...{ size: record.size, tape: 3 },
      };
    case 'quote':
      return {
        ...{ bid_price: record.bid, bid_size: record.bidSize, ask_price: record.ask },
        ...{ ask_size: record.askSize, sip_timestamp: nanos, sequence_number: record.sequence },
      };
    case 'bar':
      return { ...ohlcv(record), t: record.timeUs / 1000, n: 12, vw: record.close };
  }
}

function polygonAnswer(request: LoopbackRequest, tape: Tape, visible: number) {
  const parts = request.path.split('/');
  const isBars = parts[2] === 'aggs';
  const symbol = isBars ? parts[4] : parts[3];
  if (symbol !== tape.symbol) return json({ status: 'OK', results: [], resultsCount: 0 });
  const kind = isBars ? 'bar' : ((parts[2] ?? '').slice(0, -1) as RecordKind);
  const all = taped(tape, kind, parts[7] === 'day' ? '1d' : '1m', visible);
  const wanted = isBars
    ? between(all, Number(parts[8]) * 1000, Number(parts[9]) * 1000)
    : between(
        all,
        Number(request.query.get(`${SIP}.gte`)) / 1000,
        Number(request.query.get(`${SIP}.lt`)) / 1000 - 1,
      );
  const { rows, next } = pageOf(wanted, request.query.get('cursor'));
  const query = new URLSearchParams(request.query);
  query.set('cursor', next ?? '');
  const link = `https://api.polygon.io${request.path}?${query}`;
  const results = rows.map(polygonItem);
  return json({ status: 'OK', results, ...(next === null ? {} : { next_url: link }) });
}

function polygonLive(record: MarketRecord): object {
  const t = record.timeUs / 1000;
  switch (record.kind) {
    case 'trade':
      return {
        ...{ ev: 'T', sym: record.symbol, i: record.id, x: 11, p: record.price, s: record.size },
        ...{ c: [12, 41], t, q: record.sequence, z: 3 },
      };
    case 'quote':
      return {
        ...{ ev: 'Q', sym: record.symbol, bp: record.bid, bs: record.bidSize, ap: record.ask },
        ...{ as: record.askSize, t, q: record.sequence, z: 3 },
      };
    case 'bar':
      return { ev: 'AM', sym: record.symbol, s: t, e: t + 60_000, ...ohlcv(record) };
  }
}

/** Polygon's side. */
export const polygonWire: Wire = {
  name: 'polygon',
  symbol: SYMBOL,
  extras: {},
  answer: polygonAnswer,
  isLetIn: ({ header }) => header('authorization') === `Bearer ${LOOPBACK_KEY}`,
  refusal: json({ status: 'ERROR', error: 'Unknown API Key' }, 401),
  stream: {
    greeting: ['[{"ev":"status","status":"connected","message":"Connected Successfully"}]'],
    lockedOut: '[{"ev":"status","status":"auth_failed","message":"authentication failed"}]',
    hear: (message) => {
      const isLogin = (JSON.parse(message) as { readonly action: string }).action === 'auth';
      const status = isLogin ? 'auth_success' : 'success';
      const reply = JSON.stringify([{ ev: 'status', status, message: 'subscribed to: T.AAPL' }]);
      return { replies: [reply], isSubscribed: !isLogin };
    },
    encode: (record) => JSON.stringify([polygonLive(record)]),
  },
};

function yahooAnswer({ path, query }: LoopbackRequest, tape: Tape, visible: number) {
  const symbol = path.split('/').at(-1);
  if (symbol !== tape.symbol) {
    const error = { code: 'Not Found', description: 'No data found, symbol may be delisted' };
    return json({ chart: { result: null, error } }, 404);
  }
  const isDaily = query.get('interval') === '1d';
  const bars = isDaily ? tape.days : tape.minutes;
  const from = Number(query.get('period1')) * 1e6;
  // The vendor stamps a day with its open.
  const shiftUs = isDaily ? 9.5 * 3_600e6 : 0;
  const rows = bars
    .slice(0, visible)
    .filter(
      ({ timeUs }) => timeUs + shiftUs >= from && timeUs < Number(query.get('period2')) * 1e6,
    );
  const column = (pick: (bar: BarRecord) => number) => rows.map(pick);
  const quote = {
    open: column(({ open }) => open),
    high: column(({ high }) => high),
    low: column(({ low }) => low),
    close: column(({ close }) => close),
    volume: column(({ volume }) => volume),
  };
  const timestamp = column(({ timeUs }) => (timeUs + shiftUs) / 1e6);
  const meta = { symbol, currency: 'USD', exchangeTimezoneName: 'America/New_York' };
  return json({
    chart: { result: [{ meta, timestamp, indicators: { quote: [quote] } }], error: null },
  });
}

/** Yahoo's side. */
export const yahooWire: Wire = {
  name: 'yahoo',
  symbol: SYMBOL,
  extras: {},
  answer: yahooAnswer,
  isLetIn: ({ header }) => (header('user-agent') ?? '').startsWith('Mozilla/5.0'),
  refusal: TEXT,
};

function vantageAnswer({ query }: LoopbackRequest, tape: Tape, visible: number) {
  if (query.get('symbol') !== tape.symbol) {
    return json({ 'Error Message': 'Invalid API call. Please retry or visit the documentation' });
  }
  const isDaily = query.get('function') === 'TIME_SERIES_DAILY';
  const month = query.get('month') ?? '';
  const stampOf = ({ timeUs }: BarRecord): string =>
    newYorkText(timeUs).slice(0, isDaily ? 10 : 19);
  const rows = (isDaily ? tape.days : tape.minutes)
    .slice(0, visible)
    .filter((bar) => stampOf(bar).startsWith(month))
    .reverse();
  const series = rows.map((bar) => [
    stampOf(bar),
    {
      '1. open': bar.open.toFixed(4),
      '2. high': bar.high.toFixed(4),
      '3. low': bar.low.toFixed(4),
      '4. close': bar.close.toFixed(4),
      '5. volume': String(bar.volume),
    },
  ]);
  const last = rows[0] === undefined ? '' : stampOf(rows[0]);
  return json({
    'Meta Data': { '2. Symbol': tape.symbol, '3. Last Refreshed': last },
    [isDaily ? 'Time Series (Daily)' : 'Time Series (1min)']: Object.fromEntries(series),
  });
}

/** Alpha Vantage's side. */
export const alphaVantageWire: Wire = {
  name: 'alpha-vantage',
  symbol: SYMBOL,
  extras: {},
  answer: vantageAnswer,
  isLetIn: ({ query }) => query.get('apikey') === LOOPBACK_KEY,
  refusal: json({ 'Error Message': 'the parameter apikey is invalid or missing' }),
};

const CONID = '265598';

function ibAnswer({ query }: LoopbackRequest, tape: Tape, visible: number) {
  if (query.get('conid') !== CONID) return json({ error: 'Bad Request: no contract' }, 404);
  const stamp = query.get('startTime') ?? '';
  const date = `${stamp.slice(0, 4)}-${stamp.slice(4, 6)}-${stamp.slice(6, 8)}`;
  const endUs = Date.parse(`${date}T${stamp.slice(9)}Z`) * 1000;
  const isDaily = query.get('bar') === '1d';
  const steps = Number.parseInt(query.get('period') ?? '0', 10);
  const fromUs = endUs - steps * (isDaily ? 86_400e6 : 60e6);
  const all = (isDaily ? tape.days : tape.minutes).slice(0, visible);
  const data = all
    .filter(({ timeUs }) => timeUs >= fromUs && timeUs < endUs)
    .map((bar) => ({ ...ohlcv(bar), t: bar.timeUs / 1000 }));
  return json({ symbol: tape.symbol, text: 'APPLE INC', data, points: data.length - 1 });
}

function ibLive(record: MarketRecord): string {
  const head = { topic: `smd+${CONID}`, conid: Number(CONID), _updated: record.timeUs / 1000 };
  switch (record.kind) {
    case 'trade':
      return JSON.stringify({
        ...head,
        '31': `C${record.price.toFixed(2)}`,
        '7059': `${record.size}`,
      });
    case 'quote':
      return JSON.stringify({
        ...head,
        ...{ '84': record.bid.toFixed(2), '86': record.ask.toFixed(2) },
        ...{ '88': `${record.bidSize}`, '85': `${record.askSize}` },
      });
    case 'bar':
      return JSON.stringify({ topic: 'system', hb: record.timeUs / 1000 });
  }
}

/** The gateway's side. */
export const interactiveBrokersWire: Wire = {
  name: 'interactive-brokers',
  symbol: SYMBOL,
  extras: { conids: `${SYMBOL}:${CONID},IBM:8314` },
  answer: ibAnswer,
  isLetIn: () => true,
  refusal: json({ error: 'not authenticated' }, 401),
  stream: {
    greeting: [],
    lockedOut: '{"topic":"sts","args":{"authenticated":false}}',
    hear: (message) => {
      if (message.startsWith(`smd+${CONID}+`)) return { replies: [], isSubscribed: true };
      if (!message.startsWith('{"session"')) return NOT_HEARD;
      const replies = ['{"topic":"system","success":"loopback"}'];
      return {
        replies: [...replies, '{"topic":"sts","args":{"authenticated":true}}'],
        isSubscribed: false,
      };
    },
    encode: ibLive,
  },
};
