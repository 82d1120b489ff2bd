// The crypto exchanges' sides of their wire formats: Binance spot, Coinbase Exchange.

import type { LoopbackRequest } from '../../../../engine/index.js';
import { timeText } from '../dialect.js';
import type { MarketRecord, TradeRecord } from '../record.js';
import type { BookChange, LoopbackBook } from './loopback-book.js';
import { json, type Wire } from './loopback-vendor.js';
import type { Tape } from './tape.js';

const BINANCE = 'BTCUSDT';
const COINBASE = 'BTC/USD';

function binanceAnswer({ path, query }: LoopbackRequest, tape: Tape, visible: number) {
  if (query.get('symbol') !== BINANCE) return json({ code: -1121, msg: 'Invalid symbol.' }, 400);
  const limit = Number(query.get('limit'));
  const fromMs = Number(query.get('startTime'));
  const toMs = Number(query.get('endTime'));
  const isWithin = ({ timeUs }: MarketRecord): boolean =>
    timeUs / 1000 >= fromMs && timeUs / 1000 <= toMs;
  const trades = tape.trades.slice(0, visible);
  if (path.endsWith('/klines')) {
    const bars = (query.get('interval') === '1d' ? tape.days : tape.minutes).slice(0, visible);
    return json(
      bars
        .filter(isWithin)
        .slice(0, limit)
        .map((bar) => {
          const prices = [bar.open, bar.high, bar.low, bar.close].map((price) => price.toFixed(8));
          const start = bar.timeUs / 1000;
          return [start, ...prices, bar.volume.toFixed(8), start + 59_999, '0', 12, '0', '0', '0'];
        }),
    );
  }
  if (path.endsWith('/aggTrades')) {
    const found = trades.filter(isWithin).slice(0, limit);
    return json(
      found.map(({ sequence, price, size, timeUs }) => ({
        ...{ a: sequence - 500, p: price.toFixed(8), q: size.toFixed(8), f: sequence, l: sequence },
        ...{ T: timeUs / 1000, m: false, M: true },
      })),
    );
  }
  const from = Number(query.get('fromId'));
  const found = trades.filter(({ sequence }) => sequence >= from).slice(0, limit);
  return json(
    found.map((trade) => ({
      ...{ id: trade.sequence, price: trade.price.toFixed(8), qty: trade.size.toFixed(8) },
      ...{ quoteQty: '0', time: trade.timeUs / 1000, isBuyerMaker: false, isBestMatch: true },
    })),
  );
}

function binanceLive(record: MarketRecord): string {
  const E = record.timeUs / 1000;
  const s = BINANCE;
  switch (record.kind) {
    case 'trade':
      return JSON.stringify({
        ...{ e: 'trade', E, s, t: record.sequence, p: record.price.toFixed(8) },
        ...{ q: record.size.toFixed(8), T: E, m: false, M: true },
      });
    case 'quote':
      return JSON.stringify({
        ...{ u: record.sequence, s, b: record.bid.toFixed(8), B: record.bidSize.toFixed(8) },
        ...{ a: record.ask.toFixed(8), A: record.askSize.toFixed(8) },
      });
    case 'bar': {
      const { open: o, high: h, low: l, close: c, volume: v } = record;
      const k = {
        t: E,
        T: E + 59_999,
        s,
        i: '1m',
        o: `${o}`,
        c: `${c}`,
        h: `${h}`,
        l: `${l}`,
        v: `${v}`,
        x: true,
      };
      return JSON.stringify({ e: 'kline', E, s, k });
    }
  }
}

/** Levels as Binance writes them, of cents and thousandths. */
function binanceLevels(levels: readonly (readonly [number, number])[]) {
  return levels.map(([price, size]) => [(price / 100).toFixed(8), (size / 1_000).toFixed(8)]);
}

function binanceWhole(book: LoopbackBook) {
  const [bids, asks] = [book.levels('bids'), book.levels('asks')].map(binanceLevels);
  return json({ lastUpdateId: book.lastId, bids, asks });
}

function binanceBookAnswer({ path, query }: LoopbackRequest, book: LoopbackBook) {
  const isOfMarkets = path.endsWith('/exchangeInfo') || path.endsWith('/ticker/24hr');
  if (!isOfMarkets && !path.endsWith('/depth')) return undefined;
  const asked = isOfMarkets ? query.get('symbols') : `["${query.get('symbol')}"]`;
  if (asked !== `["${BINANCE}"]`) return json({ code: -1121, msg: 'Invalid symbol.' }, 400);
  if (path.endsWith('/depth')) return binanceWhole(book);
  if (path.endsWith('/ticker/24hr')) {
    return json([{ symbol: BINANCE, lastPrice: '130.00000000', volume: '5000.00000000' }]);
  }
  const filters = [
    { filterType: 'PRICE_FILTER', minPrice: '0.01000000', tickSize: '0.01000000' },
    { filterType: 'LOT_SIZE', minQty: '0.00100000', stepSize: '0.00100000' },
  ];
  return json({ timezone: 'UTC', symbols: [{ symbol: BINANCE, status: 'TRADING', filters }] });
}

function binanceChange({ firstId: U, lastId: u, bids, asks }: BookChange): string {
  const [b, a] = [bids, asks].map(binanceLevels);
  return JSON.stringify({ e: 'depthUpdate', E: 1_609_770_600_000, s: BINANCE, U, u, b, a });
}

/** Binance's side. */
export const binanceWire: Wire = {
  name: 'binance',
  symbol: BINANCE,
  extras: {},
  answer: binanceAnswer,
  isLetIn: () => true,
  refusal: json({ code: -2015, msg: 'Invalid API-key, IP, or permissions for action.' }, 401),
  stream: {
    greeting: [],
    lockedOut: '{"error":{"code":2,"msg":"Invalid request"},"id":1}',
    hear: (message) => ({
      replies: message.includes('"SUBSCRIBE"') ? ['{"result":null,"id":1}'] : [],
      isSubscribed: message.includes(`${BINANCE.toLowerCase()}@`),
    }),
    encode: binanceLive,
  },
  books: { answer: binanceBookAnswer, whole: binanceWhole, encode: binanceChange },
};

function coinbaseTrade({ sequence, price, size, timeUs }: TradeRecord) {
  return {
    ...{ trade_id: sequence, side: 'sell', size: size.toFixed(8), price: price.toFixed(8) },
    time: timeText(timeUs),
  };
}

function coinbaseAnswer({ path, query }: LoopbackRequest, tape: Tape, visible: number) {
  const parts = path.split('/');
  if (parts[2] !== 'BTC-USD') return json({ message: 'NotFound' }, 404);
  if (parts[3] === 'candles') {
    const bars = query.get('granularity') === '86400' ? tape.days : tape.minutes;
    const from = Number(query.get('start'));
    const to = Number(query.get('end'));
    const rows = bars
      .slice(0, visible)
      .map((bar) => [bar.timeUs / 1e6, bar.low, bar.high, bar.open, bar.close, bar.volume])
      .filter(([start = 0]) => start >= from && start <= to);
    return json(rows.reverse());
  }
  const after = Number(query.get('after') ?? Number.POSITIVE_INFINITY);
  const limit = Number(query.get('limit'));
  const found = tape.trades.slice(0, visible).filter(({ sequence }) => sequence < after);
  return json(found.slice(-limit).reverse().map(coinbaseTrade));
}

function coinbaseLive(record: MarketRecord): string {
  const product_id = 'BTC-USD';
  switch (record.kind) {
    case 'trade':
      return JSON.stringify({ type: 'match', product_id, sequence: 50, ...coinbaseTrade(record) });
    case 'quote':
      return JSON.stringify({
        ...{ type: 'ticker', sequence: record.sequence, product_id, price: '130.00' },
        ...{ best_bid: `${record.bid}`, best_bid_size: `${record.bidSize}` },
        ...{ best_ask: `${record.ask}`, best_ask_size: `${record.askSize}` },
        time: timeText(record.timeUs),
      });
    case 'bar':
      return JSON.stringify({ type: 'heartbeat', sequence: 90, last_trade_id: 0, product_id });
  }
}

/** Coinbase's side. */
export const coinbaseWire: Wire = {
  name: 'coinbase',
  symbol: COINBASE,
  extras: {},
  answer: coinbaseAnswer,
  isLetIn: () => true,
  refusal: json({ message: 'Unauthorized.' }, 401),
  stream: {
    greeting: [],
    lockedOut: '{"type":"error","message":"Authentication Failed"}',
    hear: () => ({
      replies: ['{"type":"subscriptions","channels":[]}'],
      isSubscribed: true,
    }),
    encode: coinbaseLive,
  },
};
