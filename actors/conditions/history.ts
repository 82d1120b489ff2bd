// The past values that conditions look back at: rings in a row's state, filled at each close.

import { type Basis, FACTOR_COLUMN } from './condition.js';

/** Column number of each feature name. */
export type ColumnLayout = ReadonlyMap<string, number>;

/**
 * Past values of one feature, kept in forward-adjusted form, so that a split or a dividend since
 * does not look like a move. In the state: [count, next position, ring].
 */
export interface History {
  readonly column: number;
  readonly basis: Basis;
  /** Column of the factor that restates it; -1 for none. */
  readonly factorColumn: number;
  length: number;
  at: number;
}

/** Collects what past values the conditions of one state need. */
export class HistoryPlan {
  readonly #layout: ColumnLayout;
  readonly #histories: History[] = [];
  #isLaidOut = false;

  constructor(layout: ColumnLayout) {
    this.#layout = layout;
  }

  /** What is asked for, each with its place in a row's state once laid out. */
  get histories(): readonly Readonly<History>[] {
    return this.#histories;
  }

  /** Column number of a feature. Errors: bug when the layout lacks it, validation came first. */
  column(name: string): number {
    const column = this.#layout.get(name);
    if (column === undefined) throw new Error(`broken invariant: conditions.has_column_${name}`);
    return column;
  }

  /** Asks for the last `bars` closed values of a feature. Errors: bug once laid out too short. */
  need(name: string, basis: Basis, bars: number): History {
    const column = this.column(name);
    const known = this.#histories.find((history) => history.column === column);
    if (known !== undefined && known.length >= bars) return known;
    if (this.#isLaidOut) throw new Error('broken invariant: conditions.past_is_asked_before_use');
    if (known !== undefined) {
      known.length = bars;
      return known;
    }
    const factorColumn = basis === 'none' ? -1 : this.column(FACTOR_COLUMN[basis]);
    const made = { column, basis, factorColumn, length: bars, at: 0 };
    this.#histories.push(made);
    return made;
  }

  /** Lays the rings out from `start` on and returns the slots used. Call once all are known. */
  layOut(start: number): number {
    let at = start;
    for (const history of this.#histories) {
      history.at = at;
      at += 2 + history.length;
    }
    this.#isLaidOut = true;
    return at - start;
  }

  /** Pushes the row's values of the closing bar onto every ring. */
  // hot
  commit(values: Float64Array, from: number, state: Float64Array, base: number): void {
    for (let index = 0; index < this.#histories.length; index++) {
      const history = this.#histories[index]!;
      const at = base + history.at;
      const position = state[at + 1]!;
      state[at + 2 + position] = forward(history, values, from);
      state[at + 1] = position + 1 === history.length ? 0 : position + 1;
      if (state[at]! < history.length) state[at]!++;
    }
  }
}

/** The row's value now, in the form in which the past is kept. */
// hot
export function forward(history: History, values: Float64Array, from: number): number {
  const value = values[from + history.column]!;
  if (history.factorColumn < 0) return value;
  const factor = values[from + history.factorColumn]!;
  return history.basis === 'price' ? value * factor : value / factor;
}

/** A kept value in today's prices or shares. */
// hot
export function restated(
  history: History,
  kept: number,
  values: Float64Array,
  from: number,
): number {
  if (history.factorColumn < 0) return kept;
  const factor = values[from + history.factorColumn]!;
  return history.basis === 'price' ? kept / factor : kept * factor;
}

/** The kept value `ago` closed bars back (1 is the last closed bar); NaN where there is none. */
// hot
export function past(history: History, state: Float64Array, base: number, ago: number): number {
  const at = base + history.at;
  if (ago > state[at]!) return Number.NaN;
  const index = state[at + 1]! - ago;
  return state[at + 2 + (index < 0 ? index + history.length : index)]!;
}
