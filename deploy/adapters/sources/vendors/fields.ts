// Records and pages out of a vendor's answer, by the names that it gives the fields.

import {
  type Denial,
  fieldOf,
  jsonOf,
  type LiveReading,
  numberOf,
  type PageReading,
} from '../dialect.js';
import type { BarRecord, MarketRecord, QuoteRecord } from '../record.js';
import type { HistoryRequest } from '../source.js';

/** A vendor's name of each of the fields; of a row, its places. */
type Names<Field extends string> = Readonly<Record<Field, string>>;

/** Names of a bar's fields. */
export type BarNames = Names<'open' | 'high' | 'low' | 'close' | 'volume'>;

/** Names of a quote's fields. */
export type QuoteNames = Names<'bid' | 'ask' | 'bidSize' | 'askSize'>;

/** The names by which most vendors spare bytes. */
export const BAR_LETTERS: BarNames = { open: 'o', high: 'h', low: 'l', close: 'c', volume: 'v' };

/** As `BAR_LETTERS`. */
export const QUOTE_LETTERS: QuoteNames = { bid: 'bp', ask: 'ap', bidSize: 'bs', askSize: 'as' };

/** A bar out of an object or a row; NaN for what is not there. */
export function readBar(
  item: unknown,
  names: BarNames,
  { symbol, every, timeUs }: Pick<BarRecord, 'symbol' | 'every' | 'timeUs'>,
): BarRecord {
  return {
    kind: 'bar',
    symbol,
    every,
    timeUs,
    open: numberOf(fieldOf(item, names.open)),
    high: numberOf(fieldOf(item, names.high)),
    low: numberOf(fieldOf(item, names.low)),
    close: numberOf(fieldOf(item, names.close)),
    volume: numberOf(fieldOf(item, names.volume)),
  };
}

/** A quote out of an object; NaN for what is not there. */
export function readQuote(
  item: unknown,
  names: QuoteNames,
  { symbol, timeUs, sequence }: Pick<QuoteRecord, 'symbol' | 'timeUs' | 'sequence'>,
): QuoteRecord {
  return {
    kind: 'quote',
    symbol,
    timeUs,
    bid: numberOf(fieldOf(item, names.bid)),
    ask: numberOf(fieldOf(item, names.ask)),
    bidSize: numberOf(fieldOf(item, names.bidSize)),
    askSize: numberOf(fieldOf(item, names.askSize)),
    sequence,
  };
}

/** Reads a message of a stream that sends lists. */
export function readList(
  message: string | Buffer,
  readItem: (item: unknown) => LiveReading,
): readonly LiveReading[] {
  const items = jsonOf(String(message));
  if (!Array.isArray(items)) return [{ kind: 'unreadable', reason: 'not_a_list' }];
  return items.map(readItem);
}

/** A page; `next` asks for the one behind it, undefined at the end. */
export function pageOf(records: readonly MarketRecord[], next: string | undefined): PageReading {
  return next === undefined ? { kind: 'page', records } : { kind: 'page', records, next };
}

/**
 * The bars of one window of a request; the next page is the window behind it. That a window holds
 * few bars or none says nothing of the next: nobody trades at night. Units: microseconds.
 */
export function windowPage(
  bars: readonly BarRecord[],
  { fromUs, endUs }: { readonly fromUs: number; readonly endUs: number },
  { toUs }: Pick<HistoryRequest, 'toUs'>,
): PageReading {
  // A vendor that rounds its windows to whole bars gives some twice: each counts in its own window.
  const own = bars.filter(({ timeUs }) => !(timeUs < fromUs || timeUs >= endUs));
  return pageOf(own, endUs < toUs ? String(endUs) : undefined);
}

/** An answer that is not what it is to be. */
export function unreadable(text: string): Denial {
  return { kind: 'refused', code: 'source.unreadable', text };
}

/** A symbol that the vendor does not have. */
export const UNKNOWN_SYMBOL: Denial = {
  kind: 'refused',
  code: 'source.unknown_symbol',
  text: 'expected a symbol it lists',
};
