// Point and figure: columns of rising or falling boxes, turned by a move of some boxes.

import { type BarBuilder, Draft, type Emit, noCounts, type Trade } from './bar.js';

/** Boxes lie on multiples of their size; a price that is one but for rounding is one. */
const ROUNDING = 1e-9;

/** The highest box a price fills, the lowest one, and the price of a box. */
function boxesOf(
  boxSize: number,
): Readonly<Record<'under' | 'over' | 'priceOf', (x: number) => number>> {
  return {
    under: (price) => Math.floor(price / boxSize + ROUNDING),
    over: (price) => Math.ceil(price / boxSize - ROUNDING),
    priceOf: (box) => Number((box * boxSize).toPrecision(12)),
  };
}

function shape(column: Draft, from: number, to: number): void {
  column.open = from;
  column.close = to;
  column.high = Math.max(from, to);
  column.low = Math.min(from, to);
}

function addVolume(column: Draft, { timeUs, price, size }: Trade): void {
  column.volume += size;
  column.turnover += size * price;
  column.trades++;
  column.endUs = timeUs;
}

/**
 * Builds columns from every price in turn. A column of X (close above open) grows while prices
 * fill higher boxes and ends when one falls `reversal` boxes below its highest; then a column of O
 * begins one box below. Open and close of the bar are the first and last box of the column.
 * Source: A. W. Cohen, How to Use the Three-Point Reversal Method of Point and Figure, 1947.
 */
export function createPointAndFigure(boxSize: number, reversal: number): BarBuilder<Trade> {
  const counters = noCounts();
  const { under, over, priceOf } = boxesOf(boxSize);
  let direction: 1 | -1 | 0 = 0;
  /** First and last box of the column. */
  let first = 0;
  let last = 0;
  let lastUs = Number.NEGATIVE_INFINITY;
  let count = 0;
  let current: Draft | undefined;

  const close = (emit: Emit): void => {
    if (current === undefined || direction === 0) return;
    shape(current, priceOf(first), priceOf(last));
    emit(current.tell());
    current = undefined;
  };
  const isTurned = (price: number): boolean =>
    direction === 1 ? over(price) <= last - reversal : under(price) >= last + reversal;
  /** Begins the column the other way, a box from the last one. */
  const turn = (timeUs: number): void => {
    direction = direction === 1 ? -1 : 1;
    first = last + direction;
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
      const { timeUs, price, setsPrice } = trade;
      if (timeUs < lastUs) {
        // As with bricks: a column is the order in which prices came.
        counters.tooLate++;
        return;
      }
      counters.taken++;
      lastUs = timeUs;
      if (setsPrice) {
        if (direction === 0) start(price, timeUs);
        else {
          if (isTurned(price)) {
            close(emit);
            turn(timeUs);
          }
          grow(price);
        }
      }
      if (current === undefined) return;
      addVolume(current, trade);
    },
    advance() {
      // Time ends no column.
    },
    finish: close,
  };
}
