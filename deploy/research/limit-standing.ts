// Where limits stand: how much is used, and the smallest moves that reach each.

import type { LimitConfig } from '../../actors/limits/index.js';
import type { FactorLoadings } from './factor-loadings.js';
import type { MeasureInput } from './measure-input.js';
import { type NearestMoves, nearestMoves } from './reverse-directions.js';
import { exposureOf, type ReverseStress, reverseStress } from './stress-run.js';

/** A limit and where it stands. */
export interface LimitStanding extends ReverseStress, NearestMoves {
  readonly utilisation: number;
}

/** Of a book as it is now, in the order of the limits. */
export function standings(
  book: MeasureInput,
  limits: readonly LimitConfig[],
  loadings: FactorLoadings,
): LimitStanding[] {
  const nearest = nearestMoves(book, limits, loadings);
  const exposure = exposureOf(book.weights, book.recent);
  return reverseStress(exposure, limits).map((row, at) => ({
    ...row,
    ...nearest[at]!,
    utilisation: row.value / row.limit,
  }));
}
