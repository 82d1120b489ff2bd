// Series over bars, and how indicators are put together from them.

import {
  type Cell,
  type FeatureSpec,
  type Indicator,
  indicatorOf,
  type Rows,
} from './indicator.js';
import { layOut } from './lay-out.js';

/** One number a bar: a price, or what cells and arithmetic make of other series. */
export interface Series {
  /** Float64 slots of what a peek reads. */
  readonly length: number;
  /** Float64 slots of past inputs, which a commit alone reads. */
  readonly pastLength: number;
  /** Bars before the first value, that one's included. */
  readonly warmUp: number;
  /** Value of the row's developing bar; NaN until warm. */
  peek(state: Float64Array, base: number, rows: Rows, row: number): number;
  /** Folds the row's bar, now closed, into the state. */
  commit(state: Float64Array, base: number, rows: Rows, row: number, past: number): void;
}

/** What a bar says by itself. */
export function ofBar(read: (rows: Rows, row: number) => number): Series {
  return {
    length: 0,
    pastLength: 0,
    warmUp: 1,
    peek: (_state, _base, rows, row) => read(rows, row),
    commit() {},
  };
}

/** The open of a bar. */
export const open = ofBar(({ open }, row) => open[row]!);
/** The high of a bar. */
export const high = ofBar(({ high }, row) => high[row]!);
/** The low of a bar. */
export const low = ofBar(({ low }, row) => low[row]!);
/** The close of a bar. */
export const close = ofBar(({ close }, row) => close[row]!);
/** The volume of a bar. Units: shares. */
export const volume = ofBar(({ volume }, row) => volume[row]!);

/** A cell over a series; it begins with the first value. */
export function through(source: Series, cell: Cell): Series {
  return read(source, cell, (state, base, x) => cell.peek(state, base, x));
}

/** Like `through`, of something else that a cell of this kind can tell. */
export function read(source: Series, cell: Cell, value: Cell['peek']): Series {
  const cellAt = source.length;
  return {
    length: cellAt + cell.length,
    pastLength: source.pastLength + cell.pastLength,
    warmUp: source.warmUp + cell.warmUp - 1,
    // hot
    peek(state, base, rows, row) {
      const x = source.peek(state, base, rows, row);
      return x === x ? value(state, base + cellAt, x) : Number.NaN;
    },
    commit(state, base, rows, row, past) {
      const x = source.peek(state, base, rows, row);
      if (x === x) cell.commit(state, base + cellAt, x, past + source.pastLength);
      source.commit(state, base, rows, row, past);
    },
  };
}

/** Arithmetic over series that step together. */
export function combine(
  sources: readonly Series[],
  of: (a: number, b: number, c: number, d: number) => number,
): Series {
  const { starts, pastStarts, length, pastLength } = layOut(sources);
  const values = new Float64Array(4);
  return {
    length,
    pastLength,
    warmUp: Math.max(...sources.map(({ warmUp }) => warmUp)),
    // hot
    peek(state, base, rows, row) {
      for (let index = 0; index < sources.length; index++) {
        const value = sources[index]!.peek(state, base + starts[index]!, rows, row);
        if (value !== value) return Number.NaN;
        values[index] = value;
      }
      return of(values[0]!, values[1]!, values[2]!, values[3]!);
    },
    commit(state, base, rows, row, past) {
      for (let index = 0; index < sources.length; index++) {
        const closed = past + pastStarts[index]!;
        sources[index]!.commit(state, base + starts[index]!, rows, row, closed);
      }
    },
  };
}

/** A series from where another has values on, too. */
export function where(other: Series, source: Series): Series {
  return combine([source, other], (value) => value);
}

/** One output of an indicator that is put together from series. */
export type SeriesOutput = Omit<FeatureSpec, 'warmUpBars'> & { readonly series: Series };

/** An indicator of outputs that step side by side. */
export function indicatorOfSeries(outputs: readonly SeriesOutput[]): Indicator {
  const [first, ...others] = outputs.map(ofOne);
  if (others.length === 0) return first!;
  return sideBySide([first!, ...others]);
}

function ofOne({ series, ...spec }: SeriesOutput): Indicator {
  return indicatorOf(
    { ...spec, warmUpBars: series.warmUp },
    {
      length: series.length,
      pastLength: series.pastLength,
      // hot
      peek(rows, offset, output) {
        const { state, out, count, at, to } = rows;
        for (let row = 0; row < count; row++) {
          out[to[row]! + output] = series.peek(state, at[row]! + offset, rows, row);
        }
      },
      commit(rows, offset, past) {
        const { state, count, at } = rows;
        for (let row = 0; row < count; row++) {
          series.commit(state, at[row]! + offset, rows, row, at[row]! + past);
        }
      },
    },
  );
}

function sideBySide(indicators: readonly Indicator[]): Indicator {
  const { starts, pastStarts, length, pastLength } = layOut(
    indicators.map(({ stateLength, pastLength }) => ({ length: stateLength, pastLength })),
  );
  return {
    outputs: indicators.flatMap(({ outputs }) => outputs),
    stateLength: length,
    pastLength,
    // hot
    peek(rows, offset, output) {
      for (let index = 0; index < indicators.length; index++) {
        indicators[index]!.peek(rows, offset + starts[index]!, output + index);
      }
    },
    commit(rows, offset, past) {
      for (let index = 0; index < indicators.length; index++) {
        indicators[index]!.commit(rows, offset + starts[index]!, past + pastStarts[index]!);
      }
    },
  };
}
