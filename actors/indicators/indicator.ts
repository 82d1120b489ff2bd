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
  | 'degrees'
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
 * Rows stepped together, so that the cost of a call is shared by all of them. Row `i` has its
 * developing bar at `open[i]` and so on, its state from `at[i]` and its outputs from `to[i]` on.
 */
export interface Rows {
  /** Rows in use, from the first. */
  count: number;
  /** Own memory of all rows. */
  readonly state: Float64Array;
  readonly out: Float64Array;
  readonly at: Int32Array;
  readonly to: Int32Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
  readonly priceFactor: Float64Array;
  readonly volumeFactor: Float64Array;
  readonly sessionFraction: Float64Array;
}

/** Room for `capacity` rows over given memory. */
export function createRows(capacity: number, state: Float64Array, out: Float64Array): Rows {
  return {
    count: 0,
    state,
    out,
    at: new Int32Array(capacity),
    to: new Int32Array(capacity),
    open: new Float64Array(capacity),
    high: new Float64Array(capacity),
    low: new Float64Array(capacity),
    close: new Float64Array(capacity),
    volume: new Float64Array(capacity),
    priceFactor: new Float64Array(capacity),
    volumeFactor: new Float64Array(capacity),
    sessionFraction: new Float64Array(capacity),
  };
}

/** Adds a row: its bar, where its state begins and where its outputs go. */
// hot
export function addRow(rows: Rows, at: number, to: number, bar: Bar): void {
  const row = rows.count++;
  rows.at[row] = at;
  rows.to[row] = to;
  rows.open[row] = bar.open;
  rows.high[row] = bar.high;
  rows.low[row] = bar.low;
  rows.close[row] = bar.close;
  rows.volume[row] = bar.volume;
  rows.priceFactor[row] = bar.priceFactor;
  rows.volumeFactor[row] = bar.volumeFactor;
  rows.sessionFraction[row] = bar.sessionFraction;
}

/**
 * An incremental indicator over daily bars. Its state is two slices of a Float64Array, zero at
 * birth, that cover closed bars only: what every print reads, and behind that of all indicators
 * what only a close does. A print then finds what it needs of a symbol in 3 KB, not all over 19.
 */
export interface Indicator {
  readonly outputs: readonly FeatureSpec[];
  /** Float64 slots of what a peek reads. */
  readonly stateLength: number;
  /** Float64 slots of past inputs, which a commit alone reads. */
  readonly pastLength: number;
  /** Whether the outputs change as the session passes, without a print. */
  readonly readsClock?: boolean;
  /**
   * Writes the outputs for the developing bar of each row, `offset` slots into its state and
   * `output` places into its outputs; leaves the state untouched, so it may be called any number
   * of times a bar. NaN until warm. Each indicator has its own loop: the compiler then sees one
   * kind of call in it, which makes a step three times as fast as one loop over all indicators.
   */
  peek(rows: Rows, offset: number, output: number): void;
  /** Folds the bar of each row, now closed, into its state, `offset` and `past` slots in. */
  commit(rows: Rows, offset: number, past: number): void;
}

/** A single-valued step over a series of numbers, from which indicators are put together. */
export interface Cell {
  /** Float64 slots of what a peek reads. */
  readonly length: number;
  /** Float64 slots of past inputs, which a commit alone reads. */
  readonly pastLength: number;
  /** Inputs before the first value, that one's included. */
  readonly warmUp: number;
  /** Value with `x` as the newest input; NaN until warm. */
  peek(state: Float64Array, base: number, x: number): number;
  /** Takes `x`; the past inputs lie from `past` on. */
  commit(state: Float64Array, base: number, x: number, past: number): void;
}

/** How an indicator of one output steps, and what it keeps. */
interface Steps extends Pick<Indicator, 'peek' | 'commit'> {
  readonly length: number;
  /** None where it is left out. */
  readonly pastLength?: number;
}

/** A cell that keeps no past inputs. */
export interface PastlessCell extends Cell {
  commit(state: Float64Array, base: number, x: number): void;
}

/** Makes an indicator of one output. */
export function indicatorOf(
  spec: FeatureSpec,
  { length, pastLength = 0, peek, commit }: Steps,
): Indicator {
  return { outputs: [spec], stateLength: length, pastLength, peek, commit };
}
