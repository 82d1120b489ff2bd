// Order books as the services see them: ladders and features from shared memory, the rest asked.

import { create } from '@bufbuild/protobuf';
import { compileRow, HistoryPlan, parseCondition, TRUE } from '../../../actors/conditions/index.js';
import {
  BOOK_FEATURES,
  type BookShown,
  LADDER_COLUMN,
  LADDER_LEVELS,
} from '../../../actors/microstructure/index.js';
import {
  type Book,
  type BookBatch,
  BookBatchSchema,
  type BookDetail,
  BookDetailSchema,
  type BookFeatures,
  BookFeaturesSchema,
  BookSchema,
  LevelSchema,
} from '../../../proto/gen/sluice/book/v1/book_pb.js';
import { no, noBook } from '../answers.js';
import type { BookSource } from '../feed/book-points.js';
import type { Answer, BookTest } from '../port.js';

/** Columns of a level in the ladder. */
const LEVEL_WIDTH = 4;

/** No feature of a book has bars to look back at. */
const TRAITS = new Map(
  BOOK_FEATURES.map(({ name }) => [name as string, { basis: 'none', hasPast: false } as const]),
);

/** Longest text of a condition. */
const WHERE_CHARACTERS_MAX = 10_000;

/** Reads the books; one look at the rows that changed serves every reader. */
export class BookPart {
  /** Where the books stand. */
  readonly source: BookSource;
  readonly #seen: Int32Array;
  readonly #changed: Int32Array;
  readonly #stamps: Float64Array;
  readonly #values: Float64Array;
  readonly #rowOf: ReadonlyMap<string, number>;
  readonly #fed: () => Readonly<Record<string, number>>;
  #stamp = 1;

  /** `fed` counts what fed the books, of all of them together. */
  constructor(shards: BookSource, fed: () => Readonly<Record<string, number>> = () => ({})) {
    this.#fed = fed;
    const { rowCount, names } = shards.columns;
    this.source = shards;
    this.#seen = new Int32Array(rowCount);
    this.#changed = new Int32Array(rowCount);
    this.#stamps = new Float64Array(rowCount);
    this.#values = new Float64Array(names.length);
    this.#rowOf = new Map(shards.instruments.map(({ symbol }, row) => [symbol, row]));
  }

  /** Highest stamp so far. */
  stamp(): number {
    const count = this.source.columns.changed(this.#seen, this.#changed);
    if (count > 0) this.#stamp++;
    for (let index = 0; index < count; index++) this.#stamps[this.#changed[index]!] = this.#stamp;
    return this.#stamp;
  }

  /**
   * Books changed since a stamp, and what a condition makes of them.
   * Errors: `market.unknown_symbol`.
   */
  changed(stamp: number, symbols: readonly string[] = [], test?: BookTest): Answer<BookBatch> {
    const reached = this.stamp();
    const books: Book[] = [];
    const left: string[] = [];
    for (const symbol of symbols.length > 0 ? symbols : this.#rowOf.keys()) {
      const row = this.#rowOf.get(symbol.toUpperCase());
      if (row === undefined) return noBook(symbol);
      if (stamp > 0 && this.#stamps[row]! <= stamp) continue;
      const book = this.#book(row);
      if (test === undefined) books.push(book);
      else if (test.meets(this.#values)) {
        books.push(book);
        test.shown.add(book.symbol);
      } else if (test.shown.delete(book.symbol)) left.push(book.symbol);
    }
    return { ok: true, value: create(BookBatchSchema, { stamp: reached, books, left }) };
  }

  /** One book with profile, heat map and counters. Errors: `market.unknown_symbol`, `shard.*`. */
  async get(symbol: string): Promise<Answer<BookDetail>> {
    const row = this.#rowOf.get(symbol.toUpperCase());
    if (row === undefined) return noBook(symbol);
    const reply = await this.source.ask(row, { kind: 'show_book' });
    if (reply.kind === 'timed_out') {
      return no('books.timed_out', 'expected the book within 2 s; ask again');
    }
    if (reply.kind === 'refused') return no(reply.code, reply.text);
    // The only answer that a book actor gives.
    const { rowHeight, profile, heat, counters } = reply.message as BookShown;
    const value = create(BookDetailSchema, {
      book: this.#book(row),
      profile: { rowHeight, rows: [...profile] },
      heat: {
        rowHeight,
        columns: heat.map(({ timeUs, low, sizes }) => ({ timeUs, low, sizes: [...sizes] })),
      },
      counters: { ...counters, ...this.#fed() },
    });
    return { ok: true, value };
  }

  /** Compiles a condition over the features of a book. Errors: `books.bad_condition`. */
  compile(where: string): Answer<BookTest> {
    const bad = (text: string) => no('books.bad_condition', `where: ${text.slice(0, 1_000)}`);
    if (where.length > WHERE_CHARACTERS_MAX) {
      return bad(`expected at most ${WHERE_CHARACTERS_MAX} characters, was ${where.length}`);
    }
    const data = parsed(where);
    const { condition, mistakes } = parseCondition(data, TRAITS);
    if (condition === undefined) {
      const [first] = mistakes;
      return bad(
        `${(first?.path ?? []).join('.') || 'condition'}: ${first?.text ?? 'expected JSON'}`,
      );
    }
    const test = compileRow(condition, new HistoryPlan(this.source.columns.layout));
    const noState = new Float64Array(0);
    const meets = (values: Float64Array): boolean => test(values, 0, noState, 0) === TRUE;
    return { ok: true, value: { meets, shown: new Set() } };
  }

  /** Leaves the row's values in `#values`. */
  #book(row: number): Book {
    const { symbol, title } = this.source.instruments[row]!;
    const values = this.#values;
    this.source.columns.readRow(row, values);
    const features: Record<string, number> = {};
    BOOK_FEATURES.forEach(({ name }, column) => {
      if (!Number.isNaN(values[column])) features[name] = values[column]!;
    });
    return create(BookSchema, {
      symbol,
      title,
      synced: features['is_synced'] === 1,
      bids: levelsOf(values, 0),
      asks: levelsOf(values, 2),
      features,
    });
  }
}

/** The features of a book and where each is defined. */
export function bookFeatures(): BookFeatures {
  return create(BookFeaturesSchema, { features: [...BOOK_FEATURES] });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // What is no JSON is no condition either, and the parser says what it expected.
    return text;
  }
}

function levelsOf(values: Float64Array, offset: number) {
  const levels = [];
  for (let level = 0; level < LADDER_LEVELS; level++) {
    const at = LADDER_COLUMN + level * LEVEL_WIDTH + offset;
    if (Number.isNaN(values[at])) break;
    levels.push(create(LevelSchema, { price: values[at]!, size: values[at + 1]! }));
  }
  return levels;
}
