// What vendors answer that no loopback vendor says by itself: notes, short answers, long numbers.

import t from 'tap';
import type { HistoryRequest } from '../source.js';
import { alphaVantage } from './alpha-vantage.js';
import { polygon } from './polygon.js';
import type { Vendor } from './vendor.js';
import { yahoo } from './yahoo.js';

const FROM_US = Date.UTC(2016, 0, 4) * 1000;
const REQUEST: HistoryRequest = {
  kind: 'bar',
  every: '1d',
  symbol: 'IBM',
  fromUs: FROM_US,
  toUs: Date.UTC(2021, 0, 5) * 1000,
};

function read(
  vendor: Vendor,
  body: object | string,
  request: Partial<HistoryRequest> = {},
  extras: Readonly<Record<string, string>> = {},
) {
  const settings = { baseUrl: 'http://x', streamUrl: '', key: 'k', secret: '', extras };
  // Of what these read, nothing asks for the time.
  const clock = {
    nowMs: () => 0,
    elapsedMs: () => 0,
    sleep: async () => {},
    every: () => () => {},
    random: () => 0,
  };
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const reply = { status: 200, body: text, header: () => undefined };
  return vendor.history(settings, clock).read(reply, { ...REQUEST, ...request }, undefined);
}

t.test('Alpha Vantage: a note on haste is waited for, one on the day ends it', async (t) => {
  const haste =
    'Please consider spreading out your free API requests more sparingly (1 request per second). ' +
    'You may subscribe to any of the premium plans to lift the free key rate limit (25 requests ' +
    'per day), raise the per-second burst limit, and instantly unlock all premium endpoints';
  t.match(read(alphaVantage, { Information: haste }), { kind: 'later' });
  const spent = 'our standard API rate limit is 25 requests per day. Please subscribe';
  t.match(read(alphaVantage, { Information: spent }), { code: 'source.budget_spent' });
});

t.test('Alpha Vantage: a compact answer says where it begins', async (t) => {
  const bar = (close: string) => ({
    ...{ '1. open': '1', '2. high': '9', '3. low': '1' },
    ...{ '4. close': close, '5. volume': '1' },
  });
  const series = { 'Time Series (Daily)': { '2020-12-31': bar('3'), '2020-12-30': bar('2') } };
  const day = Date.UTC(2020, 11, 30, 5) * 1000;
  t.match(read(alphaVantage, series, {}, { outputsize: 'compact' }), { sinceUs: day });
  t.notMatch(read(alphaVantage, series), { sinceUs: Number });
});

t.test('Alpha Vantage: a month without a bar is not the last one', async (t) => {
  const empty = { 'Meta Data': {}, 'Time Series (1min)': {} };
  t.match(read(alphaVantage, empty, { every: '1m' }), { records: [], next: '2016-02' });
});

t.test('Polygon: a trade of the past has the millisecond that its digits say', async (t) => {
  for (let ms = 1_700_000_000_000; ms < 1_700_000_000_500; ms++) {
    for (const below of ['000000', '999999']) {
      const trade = `{"sip_timestamp":${ms}${below},"price":1,"size":1,"id":"a"}`;
      const page = read(polygon, `{"status":"OK","results":[${trade}]}`, { kind: 'trade' });
      t.match(page, { records: [{ timeUs: ms * 1000 }] });
    }
  }
});

t.test('Yahoo: a day is that of its market, whose zone the answer names', async (t) => {
  const at = (zone: string, ...times: number[]) => {
    const quote = { open: [1], high: [2], low: [1], close: [2], volume: [3] };
    const meta = { exchangeTimezoneName: zone };
    const result = { meta, timestamp: times, indicators: { quote: [quote] } };
    return read(yahoo, { chart: { result: [result] } });
  };
  const day = { records: [{ timeUs: Date.UTC(2021, 5, 7, 4) * 1000 }] };
  t.match(at('America/New_York', Date.UTC(2021, 5, 7, 13, 30) / 1000), day);
  t.match(at('UTC', Date.UTC(2021, 5, 7) / 1000), day, 'a coin');
  t.match(at('Europe/London', Date.UTC(2021, 5, 6, 23) / 1000), day, 'a currency, in summer');
  t.match(at('nowhere', Date.UTC(2021, 5, 7, 13, 30) / 1000), day);
});
