// The whole catalogue as one step over one symbol's state.

import type { Bar, FeatureSpec, Indicator } from './indicator.js';

/** All indicators of a list behind one pair of calls. */
export interface FeatureEngine {
  readonly features: readonly FeatureSpec[];
  /** Float64 slots of state a symbol takes. */
  readonly stateLength: number;
  /** Writes every feature of the developing bar to `out`, in forward-adjusted prices. */
  peekAll(state: Float64Array, base: number, bar: Bar, out: Float64Array): void;
  /** Restates the features that are prices in today's prices: divides them by `priceFactor`. */
  toTodaysPrices(out: Float64Array, priceFactor: number): void;
  /** Folds the closed bar into every indicator. */
  commitAll(state: Float64Array, base: number, bar: Bar): void;
}

/** Lays the states of the indicators end to end and steps them in order. */
export function createFeatureEngine(indicators: readonly Indicator[]): FeatureEngine {
  const features = indicators.flatMap((indicator) => indicator.outputs);
  const stateAt = new Int32Array(indicators.length);
  const outAt = new Int32Array(indicators.length);
  let stateLength = 0;
  let outputs = 0;
  indicators.forEach((indicator, index) => {
    stateAt[index] = stateLength;
    outAt[index] = outputs;
    stateLength += indicator.stateLength;
    outputs += indicator.outputs.length;
  });
  const prices = Int32Array.from(
    features.flatMap((feature, index) => (feature.unit === 'price' ? [index] : [])),
  );
  const count = indicators.length;
  return {
    features,
    stateLength,
    // hot
    peekAll(state, base, bar, out) {
      for (let index = 0; index < count; index++) {
        indicators[index]!.peek(state, base + stateAt[index]!, bar, out, outAt[index]!);
      }
    },
    // hot
    toTodaysPrices(out, priceFactor) {
      if (priceFactor === 1) return;
      const scale = 1 / priceFactor;
      for (let index = 0; index < prices.length; index++) out[prices[index]!]! *= scale;
    },
    // hot
    commitAll(state, base, bar) {
      for (let index = 0; index < count; index++) {
        indicators[index]!.commit(state, base + stateAt[index]!, bar);
      }
    },
  };
}
