// The bars that symbols build from their own prints as they come: declared series, row by row.

import type { Bar, BarBuilder, BarCounters, BarState, Emit } from './bar.js';
import { type BarSeries, createSeriesBuilder, type Print } from './series.js';

/** A bar that was closed or amended. */
export interface ToldBar {
  readonly row: number;
  /** Index of the series in its plan. */
  readonly series: number;
  readonly bar: Bar;
}

/** How one series of a symbol stands. */
export interface SeriesNow {
  readonly row: number;
  readonly series: number;
  /** The bar that is being made. */
  readonly forming: Bar | undefined;
  readonly counters: BarCounters;
}

/** What the builders of one symbol remember, in the order of the series. */
export type SymbolBars = readonly BarState[];

/** One series of one symbol. */
interface Built {
  readonly builder: BarBuilder<Print>;
  readonly emit: Emit;
}

/** Builds the series of the symbols that it owns; the same prints give the same bars. */
export class LiveBars {
  /** By row: 1 where prints make bars here. */
  readonly isBuilt: Uint8Array;
  readonly #series: readonly BarSeries[];
  readonly #built = new Map<number, readonly Built[]>();
  #told: ToldBar[] = [];
  readonly #touched = new Set<number>();
  /** One for all prints: builders keep nothing of it. */
  readonly #print = {
    timeUs: 0,
    price: 0,
    size: 0,
    setsPrice: true,
    bid: 0,
    ask: 0,
    // Prints don't tell them.
    bidSize: Number.NaN,
    askSize: Number.NaN,
  };

  constructor(series: readonly BarSeries[], rowCount: number) {
    this.#series = series;
    this.isBuilt = new Uint8Array(rowCount);
  }

  /** Bars that were closed or amended and not taken yet. */
  get toldCount(): number {
    return this.#told.length;
  }

  /** Whether some series have changed since they were shown. */
  get isTouched(): boolean {
    return this.#touched.size > 0;
  }

  /** Builds a row from now on, from where `kept` stands; one that is built here stays as it is. */
  add(row: number, kept?: SymbolBars): void {
    if (this.isBuilt[row] === 1) return;
    this.isBuilt[row] = 1;
    const built = this.#series.map(({ style }, series): Built => {
      const emit: Emit = ({ bar }) => {
        this.#told.push({ row, series, bar });
      };
      return { builder: createSeriesBuilder(style, kept?.[series]), emit };
    });
    this.#built.set(row, built);
    this.#touched.add(row);
  }

  /** Builds a row no more. */
  remove(row: number): void {
    this.isBuilt[row] = 0;
    this.#built.delete(row);
    this.#touched.delete(row);
  }

  /** What the builders of a row remember: live data, to be copied; undefined where none is. */
  stateOf(row: number): SymbolBars | undefined {
    return this.#built.get(row)?.map(({ builder }) => builder.state);
  }

  /** Rows that are built here, ascending. */
  rows(): number[] {
    return [...this.#built.keys()].sort((a, b) => a - b);
  }

  /** Takes one print of a row that is built here, also one that is late. */
  // hot
  print(row: number, timeUs: number, price: number, size: number, bid: number, ask: number): void {
    const print = this.#print;
    print.timeUs = timeUs;
    print.price = price;
    print.size = size;
    print.bid = bid;
    print.ask = ask;
    this.#touched.add(row);
    const built = this.#built.get(row)!;
    for (let series = 0; series < built.length; series++) {
      const { builder, emit } = built[series]!;
      builder.push(print, emit);
    }
  }

  /** Tells every series that the time has come to a place that is the same for all symbols. */
  advance(timeUs: number): void {
    for (const built of this.#built.values()) {
      for (const { builder, emit } of built) builder.advance(timeUs, emit);
    }
  }

  /** Takes the bars that were closed or amended, in their order. */
  takeTold(): readonly ToldBar[] {
    return this.#told.splice(0);
  }

  /** Shows how the series stand that prints have changed since they were shown last. */
  takeNow(): readonly SeriesNow[] {
    const now = [...this.#touched].flatMap((row) =>
      (this.#built.get(row) ?? []).map(({ builder }, series) => ({
        row,
        series,
        forming: builder.forming(),
        counters: { ...builder.counters },
      })),
    );
    this.#touched.clear();
    return now;
  }
}
