// Where a symbol actor's own numbers lie in its slice of the state array.

import type { FunnelEvaluator } from '../funnel/index.js';
import type { FeatureEngine } from '../indicators/index.js';
import type { PatternEngine } from '../patterns/index.js';

/** Slots ahead of the indicators' and the funnel's state. Prices are raw, as traded. */
export const SLOT = {
  /** Forward price factor; 0, as memory is at birth, stands for 1. */
  priceFactor: 0,
  /** Forward volume factor; 0 stands for 1. */
  volumeFactor: 1,
  /** Dollars a share gone ex since the last close; part of the price factor from this close on. */
  pendingDividend: 2,
  /** 1 once the session has a print. */
  hasBar: 3,
  open: 4,
  high: 5,
  low: 6,
  close: 7,
  volume: 8,
  lastTimeUs: 9,
  /** Funnel stage at the last close. */
  stageAtClose: 10,
  bid: 11,
  ask: 12,
  arrivalUs: 13,
  sessionFraction: 14,
  /** Prints handled since the start. */
  prints: 15,
} as const;

/** Slots of `SLOT`, rounded up to whole cache lines. */
export const HEADER_SLOTS = 16;

/** Whoever keeps values of a row's past bars in the row's state. */
export type RowPast = Pick<FunnelEvaluator, 'stateLength' | 'commit'>;

/** Where in a symbol's state each part of it begins, and its length. Units: float64 slots. */
export interface StateLayout {
  readonly stride: number;
  readonly patternsAt: number;
  readonly watchAt: number;
  readonly funnelAt: number;
}

/** Lays out a symbol's state: its own slots, features, patterns, `watch`, funnel. */
export function stateLayout(
  features: Pick<FeatureEngine, 'stateLength'>,
  patterns: Pick<PatternEngine, 'stateLength'>,
  funnel: RowPast,
  watch?: RowPast,
): StateLayout {
  const patternsAt = HEADER_SLOTS + features.stateLength;
  const watchAt = patternsAt + patterns.stateLength;
  // Last, so that whoever knows the funnel alone finds its state from the end of the row.
  const funnelAt = watchAt + (watch?.stateLength ?? 0);
  return { stride: funnelAt + funnel.stateLength, patternsAt, watchAt, funnelAt };
}
