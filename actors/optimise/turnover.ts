// The least variance within a limit on trading, by splitting every trade into a buy and a sell.

import { type Refusal, refusal } from '../../engine/index.js';
import { dot, type Matrix, multiplyVector, zeros } from '../linear/index.js';
import { atMost, equalTo, turnoverOf } from './constraints.js';
import { type Constraint, type QuadraticSolution, solveQuadratic } from './quadratic.js';

/** Largest sum of `|weight - from|`; 0 holds what there is. */
export interface TurnoverLimit {
  readonly from: ArrayLike<number>;
  readonly max: number;
}

/**
 * Share of the mean variance that keeps a buy and a sell of one asset from cancelling: without it
 * their programme is flat. It moves weights by about as much, and only picks who trades which way.
 */
const RIDGE_SHARE = 1e-7;

/** A trade below this is none: the ridge's own error is far smaller. */
const TRADE_MIN = 1e-10;

/** Rounding allowed when trades are held against their limit. */
const TURNOVER_SLACK = 1e-12;

/**
 * Minimises `w' S w / 2` under the constraints and the limit. The split programme finds who buys,
 * sells and stays; with that known the limit is linear, and the answer exact.
 * Errors: as `solveQuadratic`; `optimise.bad_bounds` where the limit is below 0, no number, or
 * not of as many weights as there are assets.
 */
export function leastVarianceWithin(
  covariance: Matrix,
  constraints: readonly Constraint[],
  limit: TurnoverLimit,
): QuadraticSolution | Refusal {
  const count = covariance.rows;
  if (limit.from.length !== count || !(limit.max >= 0)) {
    return refusal(
      'optimise.bad_bounds',
      `expected a turnover of 0 or more from ${count} weights, was ${limit.max} from ${limit.from.length}`,
    );
  }
  const linear = new Float64Array(count);
  const free = solveQuadratic({ quadratic: covariance, linear, constraints });
  if (free.kind === 'refusal') return free;
  if (turnoverOf(free.x, limit.from) <= limit.max + TURNOVER_SLACK) return free;
  const split = solveQuadratic(splitProgramme(covariance, constraints, limit));
  if (split.kind === 'refusal') {
    return refusal(split.code, `with turnover up to ${limit.max}: ${split.text}`);
  }
  const rows = [...constraints, ...orthantOf(split.x, limit)];
  return solveQuadratic({ quadratic: covariance, linear, constraints: rows });
}

/** The programme over buys, then sells: weights are what was held, plus buys, less sells. */
function splitProgramme(
  covariance: Matrix,
  constraints: readonly Constraint[],
  limit: TurnoverLimit,
): Parameters<typeof solveQuadratic>[0] {
  const count = covariance.rows;
  const quadratic = zeros(2 * count, 2 * count);
  let variances = 0;
  for (let row = 0; row < count; row++) variances += covariance.values[row * count + row]!;
  const ridge = (RIDGE_SHARE * variances) / count;
  for (let row = 0; row < 2 * count; row++) {
    for (let column = 0; column < 2 * count; column++) {
      const value = covariance.values[(row % count) * count + (column % count)]!;
      const sign = row < count === column < count ? 1 : -1;
      quadratic.values[row * 2 * count + column] = sign * value + (row === column ? ridge : 0);
    }
  }
  const slope = multiplyVector(covariance, limit.from);
  const rows = constraints.map((constraint) => ({
    ...constraint,
    coefficients: mirrored(constraint.coefficients),
    bound: constraint.bound - dot(constraint.coefficients, limit.from),
  }));
  const all = new Float64Array(2 * count).fill(1);
  rows.push(atMost('turnover', all, limit.max));
  for (let index = 0; index < 2 * count; index++) {
    const unit = new Float64Array(2 * count);
    unit[index] = 1;
    const name = `${index < count ? 'buy' : 'sell'} of asset ${index % count}`;
    rows.push({ kind: 'at_least', name, coefficients: unit, bound: 0 });
  }
  return { quadratic, linear: mirrored(slope), constraints: rows };
}

function mirrored(values: Float64Array): Float64Array {
  return Float64Array.of(...values, ...values.map((value) => -value));
}

/** The limit as linear constraints, given who buys, sells and stays. */
function orthantOf(split: Float64Array, limit: TurnoverLimit): Constraint[] {
  const count = limit.from.length;
  const signs = new Float64Array(count);
  const rows: Constraint[] = [];
  let held = 0;
  for (let index = 0; index < count; index++) {
    const trade = split[index]! - split[count + index]!;
    const sign = Math.abs(trade) < TRADE_MIN ? 0 : Math.sign(trade);
    const unit = new Float64Array(count);
    unit[index] = sign === 0 ? 1 : sign;
    const bound = unit[index]! * limit.from[index]!;
    const name = `trade of asset ${index}`;
    rows.push(
      sign === 0
        ? equalTo(name, unit, bound)
        : { kind: 'at_least', name, coefficients: unit, bound },
    );
    signs[index] = sign;
    held += sign * limit.from[index]!;
  }
  if (signs.some((sign) => sign !== 0)) rows.push(atMost('turnover', signs, limit.max + held));
  return rows;
}
