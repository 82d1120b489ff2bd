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

/** Rows by value, as of the last point, and their values beside them. */
interface Ranking {
  readonly order: Int32Array;
  readonly keys: Float64Array;
}

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
  const column = (name: (typeof CROSS_INPUTS)[number]): number =>
    CROSS_INPUTS.indexOf(name) * rowCount;
  const ranked = RANKED.map(column);
  const rankings = RANKED.map(() => ({
    order: Int32Array.from({ length: rowCount }, (_, row) => row),
    keys: new Float64Array(rowCount),
  }));
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
        rank(trading, inputs, ranked[index]!, outputs, (1 + index) * rowCount, rankings[index]!);
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
  { order, keys }: Ranking,
): void {
  const rowCount = order.length;
  const defined = sortRows(trading, inputs, from, order, keys);
  for (let place = defined; place < rowCount; place++) {
    outputs[to + order[place]!] = Number.NaN;
  }
  for (let place = 0; place < defined; ) {
    const value = keys[place]!;
    let end = place + 1;
    while (end < defined && keys[end] === value) end++;
    const share = (place + 0.5 * (end - place - 1)) / (defined - 1);
    // A single row has nobody to be compared with.
    for (; place < end; place++) outputs[to + order[place]!] = defined < 2 ? Number.NaN : share;
  }
}

/** Gaps that rows are sorted over which have moved far; the last is 1. Source: Ciura 2001. */
const GAPS = [301, 132, 57, 23, 10, 4, 1];

/** Moves a row, on average, up to which one pass is all; with more of them gaps cost less. */
const NEAR_MOVES = 8;

/**
 * Sorts rows by their value, those without one last, and returns how many have one. It starts
 * from the order that the point before left: few rows have changed places since, and insertion
 * costs only what has. Where all have, as volumes do at the first point of a session, the rows are
 * sorted over gaps first.
 */
// hot
function sortRows(
  trading: Float64Array,
  inputs: Float64Array,
  from: number,
  order: Int32Array,
  keys: Float64Array,
): number {
  let defined = 0;
  for (let place = 0; place < order.length; place++) {
    const row = order[place]!;
    const value = inputs[from + row]!;
    if (trading[row] !== 1 || value !== value) continue;
    // The row without a value that stood here goes where this one came from.
    order[place] = order[defined]!;
    order[defined] = row;
    keys[defined++] = value;
  }
  if (insert(order, keys, defined, 1, NEAR_MOVES * defined)) return defined;
  for (let index = 0; index < GAPS.length; index++) {
    insert(order, keys, defined, GAPS[index]!, Number.POSITIVE_INFINITY);
  }
  return defined;
}

/** Sorts each row among those `gap` places apart; false when it gave up after `movesMax` moves. */
// hot
function insert(
  order: Int32Array,
  keys: Float64Array,
  defined: number,
  gap: number,
  movesMax: number,
): boolean {
  let moves = 0;
  for (let place = gap; place < defined; place++) {
    const value = keys[place]!;
    if (keys[place - gap]! <= value) continue;
    const row = order[place]!;
    let at = place;
    for (; at >= gap && keys[at - gap]! > value; at -= gap) {
      order[at] = order[at - gap]!;
      keys[at] = keys[at - gap]!;
      moves++;
    }
    order[at] = row;
    keys[at] = value;
    if (moves > movesMax) return false;
  }
  return true;
}
