// Point and figure: columns of rising or falling boxes, turned by a move of some boxes.

import {
  type BarBuilder,
  type BarState,
  barOf,
  type Draft,
  newDraft,
  noCounts,
  type Trade,
  tellBar,
} from './bar.js';

/** Boxes lie on multiples of their size; a price that is one but for rounding is one. */
const ROUNDING = 1e-9;

/** What a builder of columns remembers. */
export interface ColumnsState extends BarState {
  /** 1 for a column of X, -1 for one of O, 0 before the first. */
  direction: 1 | -1 | 0;
  /** First and last box of the column. */
  first: number;
  last: number;
  lastUs: number;
  /** Columns begun so far. */
  count: number;
  current: Draft | undefined;
}

/**
 * Builds columns from every price in turn. A column of X (close above open) grows while prices
 * fill higher boxes and ends when one falls `reversal` boxes below its highest; then a column of O
 * begins one box below. Open and close of the bar are the first and last box of the column.
 * Source: A. W. Cohen, How to Use the Three-Point Reversal Method of Point and Figure, 1947.
 */
export function createPointAndFigure(
  boxSize: number,
  reversal: number,
  kept?: ColumnsState,
): BarBuilder<Trade> {
  const state: ColumnsState = kept ?? {
    counters: noCounts(),
    direction: 0,
    first: 0,
    last: 0,
    lastUs: Number.NEGATIVE_INFINITY,
    count: 0,
    current: undefined,
  };
  const { counters } = state;
  const boxes = new Boxes(boxSize, reversal, state);
  return {
    counters,
    state,
    push(trade, emit) {
      if (trade.timeUs < state.lastUs) {
        // As with bricks: a column is the order in which prices came.
        counters.tooLate++;
        return;
      }
      counters.taken++;
      state.lastUs = trade.timeUs;
      if (trade.setsPrice) {
        if (state.direction !== 0 && boxes.isTurned(trade.price)) {
          if (state.current !== undefined) emit(tellBar(boxes.shaped(state.current)));
          boxes.turn(trade.timeUs);
        }
        boxes.take(trade);
      }
      if (state.current !== undefined) addVolume(state.current, trade);
    },
    advance() {
      // Time ends no column.
    },
    finish(emit) {
      const { current, direction } = state;
      if (current === undefined || direction === 0) return;
      emit(tellBar(boxes.shaped(current)));
      state.current = undefined;
    },
    forming() {
      const { current, direction } = state;
      return current === undefined || direction === 0 ? undefined : barOf(boxes.shaped(current));
    },
  };
}

/** The boxes that prices fill, and the column they are in. */
class Boxes {
  readonly #boxSize: number;
  readonly #reversal: number;
  readonly #state: ColumnsState;

  constructor(boxSize: number, reversal: number, state: ColumnsState) {
    this.#boxSize = boxSize;
    this.#reversal = reversal;
    this.#state = state;
  }

  /** Whether a price ends the column. */
  isTurned(price: number): boolean {
    const { direction, last } = this.#state;
    return direction === 1
      ? this.#over(price) <= last - this.#reversal
      : this.#under(price) >= last + this.#reversal;
  }

  /** Begins the column the other way, a box from the last one. */
  turn(timeUs: number): void {
    const state = this.#state;
    state.direction = state.direction === 1 ? -1 : 1;
    state.first = state.last + state.direction;
    state.current = newDraft(state.count++, timeUs, timeUs);
  }

  /** Takes a price into the column; the first one goes whichever way the first whole box lies. */
  take({ price, timeUs }: Trade): void {
    const state = this.#state;
    if (state.direction === 0) {
      if (state.current === undefined) {
        state.current = newDraft(state.count++, timeUs, timeUs);
        state.first = state.last = this.#under(price);
      }
      if (this.#under(price) > state.first) state.direction = 1;
      else if (this.#over(price) < state.first) state.direction = -1;
    }
    state.last =
      state.direction === 1
        ? Math.max(state.last, this.#under(price))
        : Math.min(state.last, this.#over(price));
  }

  /** The column with its first and last box as prices. */
  shaped(column: Draft): Draft {
    const from = this.#priceOf(this.#state.first);
    const to = this.#priceOf(this.#state.last);
    column.open = from;
    column.close = to;
    column.high = Math.max(from, to);
    column.low = Math.min(from, to);
    return column;
  }

  /** The highest box that a price fills. */
  #under(price: number): number {
    return Math.floor(price / this.#boxSize + ROUNDING);
  }

  /** The lowest one. */
  #over(price: number): number {
    return Math.ceil(price / this.#boxSize - ROUNDING);
  }

  #priceOf(box: number): number {
    return Number((box * this.#boxSize).toPrecision(12));
  }
}

function addVolume(column: Draft, { timeUs, price, size }: Trade): void {
  column.volume += size;
  column.turnover += size * price;
  column.trades++;
  column.endUs = timeUs;
}
