// Bars that close when enough has happened: trades, shares, dollars or a range of prices.

import { type BarBuilder, DRAFTS_KEPT, Draft, noCounts, type Trade } from './bar.js';

/** What has to add up. */
export type Measure = 'tick' | 'volume' | 'dollar' | 'range';

/** Prices are decimal: a move that equals its limit but for rounding has reached it. */
const ROUNDING = 1e-9;

/** Whether a move is at least so large, rounding aside. */
export function reaches(move: number, size: number): boolean {
  return move >= size * (1 - ROUNDING);
}

const REACHED: Readonly<Record<Measure, (bar: Draft) => number>> = {
  tick: (bar) => bar.trades,
  volume: (bar) => bar.volume,
  dollar: (bar) => bar.turnover,
  // No price yet: NaN reaches nothing.
  range: (bar) => bar.high - bar.low,
};

/**
 * Builds bars that close with the trade by which the measure reaches `size`; a trade is never
 * split between bars. Where bars end was decided by the trades as they came: a late trade moves no
 * end, it is folded into the bar that was open at its time.
 * Source: M. López de Prado, Advances in Financial Machine Learning, 2018, section 2.3.
 */
export function createEventBars(measure: Measure, size: number): BarBuilder<Trade> {
  const counters = noCounts();
  const reached = REACHED[measure];
  /** Closed bars, oldest first; a bar was open from its own end back to that of the one before. */
  const closed: Draft[] = [];
  let finalUs = Number.NEGATIVE_INFINITY;
  let current: Draft | undefined;
  let count = 0;

  return {
    counters,
    push(trade, emit) {
      const last = closed.at(-1);
      if (last !== undefined && trade.timeUs < last.endUs) {
        if (trade.timeUs < finalUs) {
          counters.tooLate++;
          return;
        }
        const bar = closed.find(({ endUs }) => trade.timeUs < endUs)!;
        counters.late++;
        counters.taken++;
        bar.fold(trade);
        bar.startUs = Math.min(bar.startUs, trade.timeUs);
        emit(bar.tell());
        return;
      }
      counters.taken++;
      current ??= new Draft(count++, trade.timeUs, trade.timeUs);
      current.fold(trade);
      current.startUs = Math.min(current.startUs, trade.timeUs);
      current.endUs = Math.max(current.endUs, trade.timeUs);
      if (!reaches(reached(current), size)) return;
      emit(current.tell());
      closed.push(current);
      if (closed.length > DRAFTS_KEPT) finalUs = closed.shift()!.endUs;
      current = undefined;
    },
    advance() {
      // Time closes none of these bars.
    },
    finish() {
      // A bar that has not reached its size is not a bar of this style.
    },
  };
}
