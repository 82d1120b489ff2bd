// Time bars: a trade belongs to the interval of its own time, whenever it arrives.

import { type BarBuilder, DRAFTS_KEPT, Draft, type Emit, noCounts, type Trade } from './bar.js';
import type { Grid } from './grid.js';

/**
 * Builds time bars over a grid. An interval without trades has no bar. A bar closes with the first
 * trade of a later interval, or when the time is told to have come; a trade for it after that
 * amends it, and one for an interval that had none closes a bar late.
 */
export function createTimeBars(grid: Grid): BarBuilder<Trade> {
  const counters = noCounts();
  /** Closed bars, oldest first. */
  const closed: Draft[] = [];
  /** Bars before this are final: one of them has left `closed`. */
  let finalUs = Number.NEGATIVE_INFINITY;
  /** No interval that ends by then is open any more. */
  let toldUs = Number.NEGATIVE_INFINITY;
  let current: Draft | undefined;

  const keep = (draft: Draft): void => {
    let at = closed.length;
    while (at > 0 && closed[at - 1]!.startUs > draft.startUs) at--;
    closed.splice(at, 0, draft);
    if (closed.length > DRAFTS_KEPT) finalUs = Math.max(finalUs, closed.shift()!.endUs);
  };
  const close = (emit: Emit): void => {
    if (current === undefined) return;
    emit(current.tell());
    toldUs = Math.max(toldUs, current.endUs);
    keep(current);
    current = undefined;
  };
  const amend = (trade: Trade, startUs: number, endUs: number, emit: Emit): void => {
    if (startUs < finalUs) {
      counters.tooLate++;
      return;
    }
    counters.late++;
    counters.taken++;
    let draft = closed.find((bar) => bar.startUs === startUs);
    if (draft === undefined) {
      draft = new Draft(startUs, startUs, endUs);
      keep(draft);
    }
    draft.fold(trade);
    emit(draft.tell());
  };

  return {
    counters,
    push(trade, emit) {
      const interval = grid(trade.timeUs);
      if (interval === undefined) {
        counters.outside++;
        return;
      }
      const { startUs, endUs } = interval;
      if (endUs <= toldUs || (current !== undefined && startUs < current.startUs)) {
        amend(trade, startUs, endUs, emit);
        return;
      }
      counters.taken++;
      if (current !== undefined && startUs > current.startUs) close(emit);
      current ??= new Draft(startUs, startUs, endUs);
      current.fold(trade);
    },
    advance(timeUs, emit) {
      if (current !== undefined && timeUs >= current.endUs) close(emit);
      // An interval that has begun may still see its first trade.
      toldUs = Math.max(toldUs, timeUs);
    },
    finish: close,
  };
}
