// Where limits stand: how much is used, and the smallest moves that reach each.

import type { LimitConfig } from '../../actors/limits/index.js';
import type { FactorLoadings } from './factor-loadings.js';
import type { MeasureInput } from './measure-input.js';
import { type NearestMoves, nearestMoves, uniformMoves } from './reverse-directions.js';
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
  return uniform(book, limits).map((row, at) => ({
    ...row,
    ...nearest[at]!,
    utilisation: row.value / row.limit,
  }));
}

/** Moves of all prices: in closed form of stocks, looked for where options bend the way there. */
function uniform(book: MeasureInput, limits: readonly LimitConfig[]): ReverseStress[] {
  const { options = [] } = book;
  if (options.length === 0) return reverseStress(exposureOf(book), limits);
  const moves = uniformMoves(book, limits);
  return limits.map((limit, at) => ({ ...limit, ...moves[at]! }));
}
