// Point and figure: columns of rising or falling boxes, turned by a move of some boxes.

import { type BarBuilder, Draft, type Emit, noCounts, type Trade } from './bar.js';

/** Boxes lie on multiples of their size; a price that is one but for rounding is one. */
const ROUNDING = 1e-9;

/**
 * Builds columns from every price in turn. A column of X (close above open) grows while prices
 * fill higher boxes and ends when one falls `reversal` boxes below its highest; then a column of O
 * begins one box below. Open and close of the bar are the first and last box of the column.
 * Source: A. W. Cohen, How to Use the Three-Point Reversal Method of Point and Figure, 1947.
 */
export function createPointAndFigure(boxSize: number, reversal: number): BarBuilder<Trade> {
  const counters = noCounts();
  const under = (price: number): number => Math.floor(price / boxSize + ROUNDING);
  const over = (price: number): number => Math.ceil(price / boxSize - ROUNDING);
  const priceOf = (box: number): number => Number((box * boxSize).toPrecision(12));
  let direction: 1 | -1 | 0 = 0;
  /** First and last box of the column. */
  let first = 0;
  let last = 0;
  let lastUs = Number.NEGATIVE_INFINITY;
  let count = 0;
  let current: Draft | undefined;

  const close = (emit: Emit): void => {
    if (current === undefined || direction === 0) return;
    current.open = priceOf(first);
    current.close = priceOf(last);
    current.high = priceOf(Math.max(first, last));
    current.low = priceOf(Math.min(first, last));
    emit(current.tell());
    current = undefined;
  };
  /** Begins a column of `toward` at a box of the one before. */
  const turn = (toward: 1 | -1, timeUs: number): void => {
    first = last + toward;
    direction = toward;
    current = new Draft(count++, timeUs, timeUs);
  };
  const grow = (price: number): void => {
    last = direction === 1 ? Math.max(last, under(price)) : Math.min(last, over(price));
  };
  /** The first column goes whichever way the first whole box lies. */
  const start = (price: number, timeUs: number): void => {
    if (current === undefined) {
      current = new Draft(count++, timeUs, timeUs);
      first = last = under(price);
    }
    if (under(price) > first) direction = 1;
    else if (over(price) < first) direction = -1;
    grow(price);
  };

  return {
    counters,
    push(trade, emit) {
      const { timeUs, price, size, setsPrice } = trade;
      if (timeUs < lastUs) {
        // As with bricks: a column is the order in which prices came.
        counters.tooLate++;
        return;
      }
      counters.taken++;
      lastUs = timeUs;
      if (setsPrice) {
        if (direction === 0) start(price, timeUs);
        else if (direction === 1 && over(price) <= last - reversal) {
          close(emit);
          turn(-1, timeUs);
          grow(price);
        } else if (direction === -1 && under(price) >= last + reversal) {
          close(emit);
          turn(1, timeUs);
          grow(price);
        } else grow(price);
      }
      if (current === undefined) return;
      current.volume += size;
      current.turnover += size * price;
      current.trades++;
      current.endUs = timeUs;
    },
    advance() {
      // Time ends no column.
    },
    finish: close,
  };
}
