// What order books say at the points of the market: read there, kept, then part of its order.

import {
  BOOK_ROW_COLUMNS,
  bookColumnsAmong,
  HAS_BOOK_COLUMN,
} from '../../../actors/microstructure/index.js';
import type { Columns, Journal } from '../../../engine/index.js';
import type { BookShards } from '../../books/book-shards.js';
import { type BookPoint, bookPointsIn, encodeBookPoint } from './kept-book-points.js';

/** What is read of the shards of books. */
export type BookSource = Pick<BookShards, 'instruments' | 'columns' | 'ask' | 'isGivenUp'>;

/** One value of a row that has changed. */
export interface BookValue {
  readonly row: number;
  readonly column: number;
  readonly value: number;
}

/** What the points stand on. */
export interface BookPointsOptions {
  readonly journal: Pick<Journal, 'inputs' | 'appendInput'>;
  /** Records what books said, where the run is recorded. */
  readonly record: (point: Omit<BookPoint, 'feed'>) => Promise<void>;
  readonly feed: string;
  readonly columns: Columns;
  readonly rowOf: ReadonlyMap<string, number>;
  /** Tells whether the process that this one goes on for had come to a place. */
  readonly progress: { isPast(place: { readonly step: number; readonly prints: number }): boolean };
  readonly counts: { countRejected(reason: string, count: number): void };
}

/**
 * The measures that conditions name, as of each point. What a book says is of its own time: kept
 * with its place, it says the same again to a process that goes on.
 */
export class BookPoints {
  readonly #options: BookPointsOptions;
  /** Columns that conditions name. */
  readonly #names: readonly string[];
  /** By step: what was kept of this replay. */
  readonly #kept: Map<number, BookPoint['said']>;
  /** Last value of each row and column. */
  readonly #last = new Map<string, number>();
  #source: BookSource | undefined;

  constructor(options: BookPointsOptions) {
    this.#options = options;
    this.#names = bookColumnsAmong(options.columns.names);
    this.#kept = bookPointsIn(options.journal, options.feed);
  }

  /** Reads these books from now on. */
  attach(source: BookSource): void {
    this.#source = source;
  }

  /** A replay begins from its start: what was kept of one before is not said again. */
  async begin(): Promise<void> {
    this.#kept.clear();
    const { journal, feed } = this.#options;
    await journal.appendInput(encodeBookPoint({ feed, step: 0, said: [] }));
  }

  /** What has changed since the last point, for the point after so many steps. */
  async at(step: number): Promise<readonly BookValue[]> {
    const kept = this.#kept.get(step);
    if (kept !== undefined) return this.#take(kept);
    const { progress, counts, journal, feed } = this.#options;
    if (this.#source === undefined || progress.isPast({ step: step + 1, prints: 0 })) return [];
    const said = this.#changes(this.#source);
    if (said.length === 0) return [];
    try {
      await journal.appendInput(encodeBookPoint({ feed, step, said }));
    } catch {
      // A full disk must not hold the market up: the changes come with the next point.
      counts.countRejected('book_point_not_stored', 1);
      return [];
    }
    await this.#record(step, said);
    return this.#take(said);
  }

  /** The market has it once the journal has: a recording that lacks it is told, and goes on. */
  async #record(step: number, said: BookPoint['said']): Promise<void> {
    const { record, counts } = this.#options;
    try {
      await record({ step, said });
    } catch {
      counts.countRejected('book_point_not_recorded', 1);
    }
  }

  #take(said: BookPoint['said']): BookValue[] {
    const { rowOf, columns } = this.#options;
    return said.flatMap(([symbol, name, value]) => {
      const row = rowOf.get(symbol);
      const column = columns.layout.get(name);
      // Other conditions than those of the process before may ask for less.
      if (row === undefined || column === undefined) return [];
      const known = value ?? Number.NaN;
      this.#last.set(`${symbol} ${name}`, known);
      return [{ row, column, value: known }];
    });
  }

  #changes({ instruments, columns, isGivenUp }: BookSource): BookPoint['said'] {
    const values = new Float64Array(columns.names.length);
    return instruments.flatMap(({ symbol }, book) => {
      if (!this.#options.rowOf.has(symbol)) return [];
      columns.readRow(book, values);
      const read = (name: string): number => {
        if (name === HAS_BOOK_COLUMN) {
          return !isGivenUp && values[columns.indexOf('is_synced')] === 1 ? 1 : 0;
        }
        return isGivenUp ? Number.NaN : values[columns.indexOf(BOOK_ROW_COLUMNS.get(name)!.name)]!;
      };
      return this.#names.flatMap((name) => {
        const value = read(name);
        const before = this.#last.get(`${symbol} ${name}`) ?? Number.NaN;
        if (Object.is(value, before)) return [];
        return [[symbol, name, Number.isNaN(value) ? null : value] as const];
      });
    });
  }
}

/** The points of a market whose columns hold measures of books; undefined of one without. */
export function bookPointsOf(options: BookPointsOptions): BookPoints | undefined {
  const isAsked = bookColumnsAmong(options.columns.names).length > 0;
  return isAsked ? new BookPoints(options) : undefined;
}
