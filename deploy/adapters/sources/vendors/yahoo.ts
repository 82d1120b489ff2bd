// Yahoo: the chart's bars. It promises nothing, so what it leaves out is counted, not filled.

import { EVENT_US_MAX } from '../../../../actors/calendar/index.js';
import { PAST_BARS } from '../capabilities.js';
import {
  fieldOf,
  type HistoryDialect,
  jsonOf,
  listOf,
  numberOf,
  type PageReading,
  textOf,
} from '../dialect.js';
import type { BarRecord } from '../record.js';
import type { HistoryRequest } from '../source.js';
import { UNKNOWN_SYMBOL, unreadable } from './fields.js';
import { newYorkText, newYorkUs } from './new-york.js';
import type { Vendor, VendorSettings } from './vendor.js';

/**
 * Yahoo's chart API, which is not documented; its form is that of the `yahoo-finance2` package and
 * of `yfinance`. Minute bars reach back 30 days, 7 days a request.
 */
export const yahoo: Vendor = {
  name: 'yahoo',
  capabilities: {
    ...PAST_BARS,
    timeStepUs: 1_000_000,
    rate: { calls: 30, perMs: 60_000 },
  },
  history: historyOf,
};

function historyOf({ baseUrl }: VendorSettings): HistoryDialect {
  return {
    call({ symbol, every, fromUs, toUs }) {
      const query = new URLSearchParams({
        period1: String(Math.floor(fromUs / 1e6)),
        period2: String(Math.ceil(toUs / 1e6)),
        interval: every,
        includePrePost: 'false',
      });
      return {
        url: `${baseUrl}/v8/finance/chart/${encodeURIComponent(symbol)}?${query}`,
        // Without a name of its own a client is refused.
        headers: { 'user-agent': 'Mozilla/5.0 (compatible; sluice)' },
      };
    },
    read: ({ body }, request) => readPage(body, request),
  };
}

/** Reads a chart. */
function readPage(body: string, { symbol, every }: HistoryRequest): PageReading {
  const chart = fieldOf(jsonOf(body), 'chart');
  const result = listOf(fieldOf(chart, 'result'))[0];
  if (result === undefined) {
    const code = textOf(fieldOf(fieldOf(chart, 'error'), 'code'));
    return code === 'Not Found' ? UNKNOWN_SYMBOL : unreadable('expected a chart with a result');
  }
  const dateOf = dateIn(textOf(fieldOf(fieldOf(result, 'meta'), 'exchangeTimezoneName')));
  const quote = listOf(fieldOf(fieldOf(result, 'indicators'), 'quote'))[0];
  const column = (name: string): readonly unknown[] => listOf(fieldOf(quote, name));
  const [open, high, low, close, volume] = ['open', 'high', 'low', 'close', 'volume'].map(column);
  const records = listOf(fieldOf(result, 'timestamp')).map(
    (time, row): BarRecord => ({
      kind: 'bar',
      symbol,
      every,
      timeUs: startOf(numberOf(time) * 1e6, every, dateOf),
      open: numberOf(open![row]),
      high: numberOf(high![row]),
      low: numberOf(low![row]),
      close: numberOf(close![row]),
      volume: numberOf(volume![row]),
    }),
  );
  return { kind: 'page', records };
}

/**
 * A day's bar is stamped by the vendor with the open of its market, midnight UTC of a coin; by us
 * with New York's midnight of that day.
 */
function startOf(
  timeUs: number,
  every: BarRecord['every'],
  dateOf: (timeUs: number) => string,
): number {
  if (every !== '1d' || !(timeUs > 0 && timeUs < EVENT_US_MAX)) return timeUs;
  return newYorkUs(dateOf(timeUs));
}

/** Tells dates, as `2021-01-04`, in a market's zone; in New York's where there is no such zone. */
function dateIn(timeZone: string): (timeUs: number) => string {
  try {
    // Swedish dates are written so.
    const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' });
    return (timeUs) => format.format(timeUs / 1000);
  } catch {
    return (timeUs) => newYorkText(timeUs).slice(0, 10);
  }
}
