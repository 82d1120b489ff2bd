// Time bars: a trade belongs to the interval of its own time, whenever it arrives.

import {
  type BarBuilder,
  type BarState,
  barOf,
  DRAFTS_KEPT,
  type Draft,
  type Emit,
  foldTrade,
  newDraft,
  noCounts,
  type Trade,
  tellBar,
} from './bar.js';
import type { Grid } from './grid.js';

/** What a builder of time bars remembers. */
export interface TimeBarsState extends BarState {
  /** Closed bars, oldest first. */
  readonly closed: Draft[];
  /** Bars before this are final: one of them has left `closed`. */
  finalUs: number;
  /** No interval that ends by then is open any more. */
  toldUs: number;
  current: Draft | undefined;
}

/**
 * Builds time bars over a grid. An interval without trades has no bar. A bar closes with the first
 * trade of a later interval, or when the time is told to have come; a trade for it after that
 * amends it, and one for an interval that had none closes a bar late.
 */
export function createTimeBars(grid: Grid, kept?: TimeBarsState): BarBuilder<Trade> {
  const state: TimeBarsState = kept ?? {
    counters: noCounts(),
    closed: [],
    finalUs: Number.NEGATIVE_INFINITY,
    toldUs: Number.NEGATIVE_INFINITY,
    current: undefined,
  };
  const { counters } = state;
  return {
    counters,
    state,
    push(trade, emit) {
      const interval = grid(trade.timeUs);
      if (interval === undefined) {
        counters.outside++;
        return;
      }
      const { startUs, endUs } = interval;
      const { current } = state;
      if (endUs <= state.toldUs || (current !== undefined && startUs < current.startUs)) {
        amend(state, trade, startUs, endUs, emit);
        return;
      }
      counters.taken++;
      if (current !== undefined && startUs > current.startUs) close(state, emit);
      state.current ??= newDraft(startUs, startUs, endUs);
      foldTrade(state.current, trade);
    },
    advance(timeUs, emit) {
      if (state.current !== undefined && timeUs >= state.current.endUs) close(state, emit);
      // An interval that has begun may still see its first trade.
      state.toldUs = Math.max(state.toldUs, timeUs);
    },
    finish: (emit) => close(state, emit),
    forming: () => (state.current === undefined ? undefined : barOf(state.current)),
  };
}

function keep(state: TimeBarsState, draft: Draft): void {
  const { closed } = state;
  let at = closed.length;
  while (at > 0 && closed[at - 1]!.startUs > draft.startUs) at--;
  closed.splice(at, 0, draft);
  if (closed.length > DRAFTS_KEPT) state.finalUs = Math.max(state.finalUs, closed.shift()!.endUs);
}

function close(state: TimeBarsState, emit: Emit): void {
  const { current } = state;
  if (current === undefined) return;
  emit(tellBar(current));
  state.toldUs = Math.max(state.toldUs, current.endUs);
  keep(state, current);
  state.current = undefined;
}

function amend(
  state: TimeBarsState,
  trade: Trade,
  startUs: number,
  endUs: number,
  emit: Emit,
): void {
  if (startUs < state.finalUs) {
    state.counters.tooLate++;
    return;
  }
  state.counters.late++;
  state.counters.taken++;
  let draft = state.closed.find((bar) => bar.startUs === startUs);
  if (draft === undefined) {
    draft = newDraft(startUs, startUs, endUs);
    keep(state, draft);
  }
  foldTrade(draft, trade);
  emit(tellBar(draft));
}
