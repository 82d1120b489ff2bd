// Alpha Vantage: bars in JSON, 25 calls a day, and refusals that look like answers.

import { PAST_BARS } from '../capabilities.js';
import { fieldOf, type HistoryDialect, jsonOf, type PageReading, textOf } from '../dialect.js';
import type { HistoryRequest } from '../source.js';
import { pageOf, readBar, UNKNOWN_SYMBOL, unreadable } from './fields.js';
import { newYorkText, newYorkUs } from './new-york.js';
import type { Vendor, VendorSettings } from './vendor.js';

/** Names of a bar's fields. */
const BAR = {
  open: '1. open',
  high: '2. high',
  low: '3. low',
  close: '4. close',
  volume: '5. volume',
} as const;

/**
 * Alpha Vantage's time series. The free plan has 25 calls a day.
 * Source: alphavantage.co/documentation: TIME_SERIES_INTRADAY, TIME_SERIES_DAILY; /support.
 */
export const alphaVantage: Vendor = {
  name: 'alpha-vantage',
  capabilities: {
    ...PAST_BARS,
    timeStepUs: 1_000_000,
    rate: { calls: 5, perMs: 60_000 },
    callsPerDay: 25,
  },
  history: historyOf,
};

function historyOf({ baseUrl, key, extras }: VendorSettings): HistoryDialect {
  return {
    call({ symbol, every, fromUs }, cursor) {
      const query = new URLSearchParams({ symbol, datatype: 'json', outputsize: 'full' });
      if (every === '1d') {
        query.set('function', 'TIME_SERIES_DAILY');
        if (extras['outputsize']) query.set('outputsize', extras['outputsize']);
      } else {
        query.set('function', 'TIME_SERIES_INTRADAY');
        query.set('interval', '1min');
        query.set('adjusted', 'false');
        query.set('month', monthOf(fromUs, cursor));
      }
      query.set('apikey', key);
      return { url: `${baseUrl}/query?${query}` };
    },
    read: ({ body }, request, cursor) => {
      const page = readPage(body, request, cursor);
      const isCut = request.every === '1d' && extras['outputsize'] === 'compact';
      if (page.kind !== 'page' || !isCut) return page;
      // The last hundred days, whatever was asked for.
      return { ...page, sinceUs: page.records[0]?.timeUs ?? request.toUs };
    },
  };
}

/** Reads an answer; the vendor gives the newest first, and says no with status 200. */
function readPage(body: string, request: HistoryRequest, cursor: string | undefined): PageReading {
  const { every, symbol, fromUs, toUs } = request;
  const answer = jsonOf(body);
  const refused = refusalOf(answer);
  if (refused !== undefined) return refused;
  const series = fieldOf(answer, every === '1d' ? 'Time Series (Daily)' : 'Time Series (1min)');
  if (typeof series !== 'object' || series === null) return unreadable('expected a time series');
  const records = Object.entries(series)
    .map(([time, item]: [string, unknown]) =>
      readBar(item, BAR, { symbol, every, timeUs: newYorkUs(time) }),
    )
    .sort((a, b) => a.timeUs - b.timeUs);
  const next = every === '1m' ? monthAfter(monthOf(fromUs, cursor)) : undefined;
  const isMore = next !== undefined && newYorkUs(`${next}-01`) < toUs;
  return pageOf(records, isMore ? next : undefined);
}

/** The month that a call asks for: `2021-01`. */
function monthOf(fromUs: number, cursor: string | undefined): string {
  return cursor ?? newYorkText(fromUs).slice(0, 7);
}

function refusalOf(answer: unknown): PageReading | undefined {
  const note = textOf(fieldOf(answer, 'Note')) || textOf(fieldOf(answer, 'Information'));
  // The note on haste tells the budget of a day as well, so it comes first.
  if (/per minute|per second|frequency/i.test(note)) return { kind: 'later', afterMs: 60_000 };
  if (/per day|daily/i.test(note)) {
    const text = 'expected calls to be left today, the vendor says there are none';
    return { kind: 'refused', code: 'source.budget_spent', text };
  }
  if (/api key|premium/i.test(note)) {
    const text = 'expected to be let in; check the key and what its plan includes';
    return { kind: 'refused', code: 'source.unauthorised', text };
  }
  const error = textOf(fieldOf(answer, 'Error Message'));
  if (error === '') return undefined;
  return /apikey/i.test(error)
    ? { kind: 'refused', code: 'source.unauthorised', text: 'expected a valid key' }
    : UNKNOWN_SYMBOL;
}

function monthAfter(month: string): string | undefined {
  const parts = /^(\d{4})-(\d\d)$/.exec(month);
  if (parts === null) return undefined;
  const next = Number(parts[1]) * 12 + Number(parts[2]);
  return `${Math.floor(next / 12)}-${String((next % 12) + 1).padStart(2, '0')}`;
}
