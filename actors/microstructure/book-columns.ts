// What conditions over the rows of a market may ask of order books, and under which names.

import { BOOK_FEATURES, type BookFeature } from './features.js';

/** 1 where the symbol had a book in sync at the last point, else 0: it is always known. */
export const HAS_BOOK_COLUMN = 'has_book';

/** Rows have a bid, an ask and a volume-weighted price of their own. */
const PREFIX = 'book_';

/** Column of a market's rows for each measure of a book; a row without a book knows none. */
export const BOOK_ROW_COLUMNS: ReadonlyMap<string, BookFeature> = new Map(
  BOOK_FEATURES.map((feature) => [`${PREFIX}${feature.name}`, feature]),
);

/** Of some names those that are columns of books, each once, in the order of the catalogue. */
export function bookColumnsAmong(names: Iterable<string>): string[] {
  const asked = new Set(names);
  return [...BOOK_ROW_COLUMNS.keys(), HAS_BOOK_COLUMN].filter((name) => asked.has(name));
}
