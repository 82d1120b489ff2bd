// Values that compare a symbol with the whole universe, computed at declared points only.

import type { FeatureSpec } from './indicator.js';

/** Features whose values at a point the cross-section is made from, in record order. */
export const CROSS_INPUTS = [
  'close',
  'ret_1',
  'roc_63',
  'roc_126',
  'dollar_volume_20',
  'realised_vol_60',
  'relative_volume_20',
  'sma_50',
] as const;

const RANKED = [
  'roc_63',
  'roc_126',
  'dollar_volume_20',
  'realised_vol_60',
  'relative_volume_20',
] as const;

function spec(name: string, unit: FeatureSpec['unit'], description: string): FeatureSpec {
  return { name, unit, warmUpBars: 1, description, source: 'cross-section of the universe' };
}

/** The cross-section's features, in column order. */
export const CROSS_FEATURES: readonly FeatureSpec[] = [
  spec('rs_63', 'percent', 'roc_63 less the mean roc_63 of the universe'),
  ...RANKED.map((name) =>
    spec(`rank_${name}`, 'fraction', `Percentile of ${name} in the universe, 1 is the highest`),
  ),
  spec('market_ret_1', 'fraction', 'Mean ret_1 of the universe'),
  spec('market_breadth_50', 'fraction', 'Share of the universe whose close is above its sma_50'),
];

/** Computes the cross-section of one point. */
export interface CrossSection {
  /**
   * Reads `inputs` and writes `outputs`, both column-major with `rowCount` rows, in the order of
   * `CROSS_INPUTS` and `CROSS_FEATURES`. Rows without a bar today (`trading` 0) are left out and
   * get NaN, as do rows whose own input is undefined.
   */
  compute(trading: Float64Array, inputs: Float64Array, outputs: Float64Array): void;
}

/** Allocates the workspace for so many rows. Sums run in row order, so results do not vary. */
export function createCrossSection(rowCount: number): CrossSection {
  const sorted = new Float64Array(rowCount);
  const column = (name: (typeof CROSS_INPUTS)[number]): number =>
    CROSS_INPUTS.indexOf(name) * rowCount;
  const ranked = RANKED.map(column);
  const roc63 = column('roc_63');
  const ret1 = column('ret_1');
  const close = column('close');
  const sma50 = column('sma_50');
  const marketAt = (1 + RANKED.length) * rowCount;
  return {
    // hot
    compute(trading, inputs, outputs) {
      const meanRoc = mean(trading, inputs, roc63, rowCount);
      const meanReturn = mean(trading, inputs, ret1, rowCount);
      const breadth = shareAbove(trading, inputs, close, sma50, rowCount);
      for (let row = 0; row < rowCount; row++) {
        const isTrading = trading[row] === 1;
        outputs[row] = isTrading ? inputs[roc63 + row]! - meanRoc : Number.NaN;
        outputs[marketAt + row] = isTrading ? meanReturn : Number.NaN;
        outputs[marketAt + rowCount + row] = isTrading ? breadth : Number.NaN;
      }
      for (let index = 0; index < ranked.length; index++) {
        rank(trading, inputs, ranked[index]!, outputs, (1 + index) * rowCount, sorted);
      }
    },
  };
}

// hot
function mean(trading: Float64Array, values: Float64Array, from: number, count: number): number {
  let sum = 0;
  let defined = 0;
  for (let row = 0; row < count; row++) {
    const value = values[from + row]!;
    if (trading[row] !== 1 || value !== value) continue;
    sum += value;
    defined++;
  }
  return defined === 0 ? Number.NaN : sum / defined;
}

// hot
function shareAbove(
  trading: Float64Array,
  values: Float64Array,
  left: number,
  right: number,
  count: number,
): number {
  let above = 0;
  let defined = 0;
  for (let row = 0; row < count; row++) {
    const reference = values[right + row]!;
    if (trading[row] !== 1 || reference !== reference) continue;
    if (values[left + row]! > reference) above++;
    defined++;
  }
  return defined === 0 ? Number.NaN : above / defined;
}

/** Percentile of each row: (count below + half of the other equals) / (n - 1). */
// hot
function rank(
  trading: Float64Array,
  inputs: Float64Array,
  from: number,
  outputs: Float64Array,
  to: number,
  sorted: Float64Array,
): void {
  const rowCount = sorted.length;
  let defined = 0;
  for (let row = 0; row < rowCount; row++) {
    const value = inputs[from + row]!;
    if (trading[row] === 1 && value === value) sorted[defined++] = value;
  }
  const run = sorted.subarray(0, defined);
  run.sort();
  for (let row = 0; row < rowCount; row++) {
    const value = inputs[from + row]!;
    if (trading[row] !== 1 || value !== value || defined < 2) {
      outputs[to + row] = Number.NaN;
      continue;
    }
    const below = lowerBound(run, value, false);
    const equal = lowerBound(run, value, true) - below;
    outputs[to + row] = (below + 0.5 * (equal - 1)) / (defined - 1);
  }
}

/** Index of the first value at or above `x`, or above `x` when `past`. */
// hot
function lowerBound(run: Float64Array, x: number, past: boolean): number {
  let low = 0;
  let high = run.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (run[middle]! < x || (past && run[middle] === x)) low = middle + 1;
    else high = middle;
  }
  return low;
}
