// The whole catalogue as one step over the states of many symbols.

import { assert } from '../../engine/index.js';
import type { FeatureSpec, Indicator, Rows } from './indicator.js';

/** All indicators of a list behind one pair of calls. */
export interface FeatureEngine {
  readonly features: readonly FeatureSpec[];
  /** Float64 slots of state a symbol takes: first those that prints read, then the past. */
  readonly stateLength: number;
  /**
   * Writes every feature of each row's developing bar to its outputs; features that are prices
   * are restated in today's prices, that is divided by the row's `priceFactor`.
   */
  peekAll(rows: Rows): void;
  /** Like `peekAll`, of those features alone that change as the session passes. */
  peekClocked(rows: Rows): void;
  /** Folds each row's bar, now closed, into every indicator. */
  commitAll(rows: Rows): void;
}

/** Lays the states of the indicators end to end, their pasts behind, and steps them in order. */
export function createFeatureEngine(indicators: readonly Indicator[]): FeatureEngine {
  const features = indicators.flatMap((indicator) => indicator.outputs);
  const stateAt = new Int32Array(indicators.length);
  const outAt = new Int32Array(indicators.length);
  let stateLength = 0;
  let outputs = 0;
  const pastAt = new Int32Array(indicators.length);
  indicators.forEach((indicator, index) => {
    stateAt[index] = stateLength;
    outAt[index] = outputs;
    stateLength += indicator.stateLength;
    outputs += indicator.outputs.length;
  });
  indicators.forEach(({ pastLength }, index) => {
    pastAt[index] = stateLength;
    stateLength += pastLength;
  });
  const prices = Int32Array.from(
    features.flatMap((feature, index) => (feature.unit === 'price' ? [index] : [])),
  );
  const count = indicators.length;
  const clocked = indicators.flatMap(({ readsClock }, index) => (readsClock ? [index] : []));
  // They are restated with all others only.
  const areRatios = clocked.every((index) =>
    indicators[index]!.outputs.every(({ unit }) => unit !== 'price'),
  );
  assert(areRatios, 'features.clocked_ones_are_no_prices');
  return {
    features,
    stateLength,
    // hot
    peekAll(rows) {
      for (let index = 0; index < count; index++) {
        indicators[index]!.peek(rows, stateAt[index]!, outAt[index]!);
      }
      restatePrices(rows, prices);
    },
    // hot
    peekClocked(rows) {
      for (const index of clocked) {
        indicators[index]!.peek(rows, stateAt[index]!, outAt[index]!);
      }
    },
    // hot
    commitAll(rows) {
      for (let index = 0; index < count; index++) {
        indicators[index]!.commit(rows, stateAt[index]!, pastAt[index]!);
      }
    },
  };
}

// hot
function restatePrices({ count, out, to, priceFactor }: Rows, prices: Int32Array): void {
  for (let row = 0; row < count; row++) {
    const factor = priceFactor[row]!;
    if (factor === 1) continue;
    const scale = 1 / factor;
    const start = to[row]!;
    for (let index = 0; index < prices.length; index++) out[start + prices[index]!]! *= scale;
  }
}
