// Bars that close when enough has happened: trades, shares, dollars or a range of prices.

import {
  type BarBuilder,
  type BarState,
  barOf,
  DRAFTS_KEPT,
  type Draft,
  foldTrade,
  newDraft,
  noCounts,
  type Trade,
  tellBar,
} from './bar.js';

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

/** What a builder of these bars remembers. */
export interface EventBarsState extends BarState {
  /** Closed bars, oldest first; a bar was open from its own end back to that of the one before. */
  readonly closed: Draft[];
  finalUs: number;
  current: Draft | undefined;
  /** Bars begun so far. */
  count: number;
}

/**
 * Builds bars that close with the trade by which the measure reaches `size`; a trade is never
 * split between bars. Where bars end was decided by the trades as they came: a late trade moves no
 * end, it is folded into the bar that was open at its time.
 * Source: M. López de Prado, Advances in Financial Machine Learning, 2018, section 2.3.
 */
export function createEventBars(
  measure: Measure,
  size: number,
  kept?: EventBarsState,
): BarBuilder<Trade> {
  const reached = REACHED[measure];
  const state: EventBarsState = kept ?? {
    counters: noCounts(),
    closed: [],
    finalUs: Number.NEGATIVE_INFINITY,
    current: undefined,
    count: 0,
  };
  const { counters, closed } = state;
  return {
    counters,
    state,
    push(trade, emit) {
      const last = closed.at(-1);
      if (last !== undefined && trade.timeUs < last.endUs) {
        if (trade.timeUs < state.finalUs) {
          counters.tooLate++;
          return;
        }
        const bar = closed.find(({ endUs }) => trade.timeUs < endUs)!;
        counters.late++;
        counters.taken++;
        foldTrade(bar, trade);
        bar.startUs = Math.min(bar.startUs, trade.timeUs);
        emit(tellBar(bar));
        return;
      }
      counters.taken++;
      state.current ??= newDraft(state.count++, trade.timeUs, trade.timeUs);
      const { current } = state;
      foldTrade(current, trade);
      current.startUs = Math.min(current.startUs, trade.timeUs);
      current.endUs = Math.max(current.endUs, trade.timeUs);
      if (!reaches(reached(current), size)) return;
      emit(tellBar(current));
      closed.push(current);
      if (closed.length > DRAFTS_KEPT) state.finalUs = closed.shift()!.endUs;
      state.current = undefined;
    },
    advance() {
      // Time closes none of these bars.
    },
    finish() {
      // A bar that has not reached its size is not a bar of this style.
    },
    forming: () => (state.current === undefined ? undefined : barOf(state.current)),
  };
}
