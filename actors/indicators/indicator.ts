// The shape of an indicator: what it is called, how much state it owns, how it steps.

/** What a feature's values are measured in; `price` values are restated in today's prices. */
export type Unit =
  | 'price'
  | 'percent'
  | 'fraction'
  | 'count'
  | 'shares'
  | 'dollars'
  | 'ratio'
  | 'flag';

/** One named output. */
export interface FeatureSpec {
  readonly name: string;
  readonly unit: Unit;
  /** Bars, the current one included, before the first value; NaN until then. */
  readonly warmUpBars: number;
  readonly description: string;
  readonly source: string;
}

/**
 * One daily bar, developing or closed, in forward-adjusted prices and volume: raw price is
 * `price / priceFactor`, raw volume `volume * volumeFactor`.
 */
export interface Bar {
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
  priceFactor: number;
  volumeFactor: number;
  /** Share of the session elapsed, above 0; 1 at the close. */
  sessionFraction: number;
}

/** A fresh bar of zeros with neutral factors. */
export function emptyBar(): Bar {
  return {
    open: 0,
    high: 0,
    low: 0,
    close: 0,
    volume: 0,
    priceFactor: 1,
    volumeFactor: 1,
    sessionFraction: 1,
  };
}

/**
 * An incremental indicator over daily bars. Its state is a slice of a Float64Array, zero at
 * birth, that covers closed bars only.
 */
export interface Indicator {
  readonly outputs: readonly FeatureSpec[];
  /** Float64 slots of state. */
  readonly stateLength: number;
  /**
   * Writes the outputs for the developing bar to `out[at...]`; leaves the state untouched, so it
   * may be called any number of times a bar. NaN until warm.
   */
  peek(state: Float64Array, base: number, bar: Bar, out: Float64Array, at: number): void;
  /** Folds the closed bar into the state. */
  commit(state: Float64Array, base: number, bar: Bar): void;
}

/** A single-valued step over a series of numbers, from which indicators are put together. */
export interface Cell {
  readonly length: number;
  /** Value with `x` as the newest input; NaN until warm. */
  peek(state: Float64Array, base: number, x: number): number;
  commit(state: Float64Array, base: number, x: number): void;
}

/** Like `Cell`, over bars. */
export interface BarCell {
  readonly length: number;
  peek(state: Float64Array, base: number, bar: Bar): number;
  commit(state: Float64Array, base: number, bar: Bar): void;
}

/** Makes an indicator of one output out of a cell and the input it reads. */
export function indicatorOf(spec: FeatureSpec, cell: BarCell): Indicator {
  return {
    outputs: [spec],
    stateLength: cell.length,
    // hot
    peek(state, base, bar, out, at) {
      out[at] = cell.peek(state, base, bar);
    },
    commit: cell.commit,
  };
}

/** A cell over closing prices as a bar cell. */
export function onClose(cell: Cell): BarCell {
  return {
    length: cell.length,
    // hot
    peek: (state, base, bar) => cell.peek(state, base, bar.close),
    commit: (state, base, bar) => cell.commit(state, base, bar.close),
  };
}
