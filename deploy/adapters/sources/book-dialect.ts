// How a vendor speaks of its order books: what to ask it, and how to read what it says. All pure.

import type { BookRecord, BookScale, DepthRecord } from '../books/book-record.js';
import type { Denial, LiveDialect, VendorCall, VendorReply } from './dialect.js';
import type { BookMarket } from './source.js';

/** A reply that holds something, or a no. */
export type BookReading<T> = { readonly kind: 'read'; readonly value: T } | Denial;

/** Rules of a market, and what its last day came to. */
export type MarketRules = Pick<BookMarket, 'symbol' | 'title'> & BookScale;
/** As above. */
export type MarketDay = Pick<BookMarket, 'symbol' | 'price' | 'volume'>;

/** How to ask for something, and how to read a reply of any status: undefined as of others. */
export interface BookQuestion<T> {
  readonly call: VendorCall;
  read(reply: VendorReply): BookReading<T> | undefined;
}

/** How a vendor speaks of its books. */
export interface BookDialect {
  live(markets: readonly BookMarket[]): LiveDialect<BookRecord>;
  rules(symbols: readonly string[]): BookQuestion<readonly MarketRules[]>;
  days(symbols: readonly string[]): BookQuestion<readonly MarketDay[]>;
  /** The whole book of a market; its levels are its own. */
  book(market: BookMarket): BookQuestion<DepthRecord>;
}
