// What a portfolio must keep to, as the linear constraints of a quadratic programme.

import { type Refusal, refusal } from '../../engine/index.js';
import type { Constraint } from './quadratic.js';

/** A bound on the weight of some assets together, such as a sector. */
export interface GroupLimit {
  readonly name: string;
  /** Indices of its assets. */
  readonly members: readonly number[];
  readonly min?: number;
  readonly max?: number;
}

/** Bounds on a portfolio. Weights are fractions; an absent bound does not bind. */
export interface PortfolioLimits {
  /** Sum of the weights; 1 unless told otherwise. */
  readonly total?: number;
  /** Least weight of each asset: one for all, or one each. */
  readonly minWeight?: number | ArrayLike<number>;
  readonly maxWeight?: number | ArrayLike<number>;
  readonly groups?: readonly GroupLimit[];
  /** Largest sum of `|weight - from|`: buys and sells together. */
  readonly turnover?: { readonly from: ArrayLike<number>; readonly max: number };
}

/** Limits of a portfolio without short positions. */
export const LONG_ONLY: PortfolioLimits = { minWeight: 0 };

/** Rounding allowed when sums of bounds are held against the total. */
const SUM_SLACK = 1e-9;

function boundOf(
  bound: number | ArrayLike<number> | undefined,
  index: number,
  otherwise: number,
): number {
  if (bound === undefined) return otherwise;
  return typeof bound === 'number' ? bound : (bound[index] ?? Number.NaN);
}

/** Least and largest weight of every asset, infinite where there is none. */
export interface Box {
  readonly least: Float64Array;
  readonly most: Float64Array;
}

/** Reads the bounds of each asset. Errors: `optimise.bad_bounds` where they cross or are NaN. */
export function boxOf(limits: PortfolioLimits, count: number): Box | Refusal {
  const least = Float64Array.from({ length: count }, (_, i) =>
    boundOf(limits.minWeight, i, -Infinity),
  );
  const most = Float64Array.from({ length: count }, (_, i) =>
    boundOf(limits.maxWeight, i, Infinity),
  );
  for (let index = 0; index < count; index++) {
    if (!(least[index]! <= most[index]!)) {
      return refusal(
        'optimise.bad_bounds',
        `expected a least weight of asset ${index} up to its largest, was ${least[index]} and ${most[index]}`,
      );
    }
  }
  return { least, most };
}

/**
 * The linear constraints of the limits, turnover aside.
 * Errors: `optimise.bad_bounds`, and `optimise.infeasible` with the sums that can't be met.
 */
export function constraintsOf(
  limits: PortfolioLimits,
  count: number,
): readonly Constraint[] | Refusal {
  const box = boxOf(limits, count);
  if ('kind' in box) return box;
  const total = limits.total ?? 1;
  const least = sum(box.least);
  const most = sum(box.most);
  if (!(least <= total + SUM_SLACK && most >= total - SUM_SLACK)) {
    return refusal(
      'optimise.infeasible',
      `expected bounds whose sums hold ${total}, was ${shown(least)} to ${shown(most)}`,
    );
  }
  const out: Constraint[] = [row('equal', 'total', new Float64Array(count).fill(1), total)];
  for (let index = 0; index < count; index++) {
    const unit = new Float64Array(count);
    unit[index] = 1;
    if (box.least[index]! > -Infinity) {
      out.push(row('at_least', `least weight of asset ${index}`, unit, box.least[index]!));
    }
    if (box.most[index]! < Infinity) {
      out.push(atMost(`largest weight of asset ${index}`, unit, box.most[index]!));
    }
  }
  for (const group of limits.groups ?? []) {
    const members = new Float64Array(count);
    for (const index of group.members) members[index] = 1;
    if (group.min !== undefined) {
      out.push(row('at_least', `least weight of ${group.name}`, members, group.min));
    }
    if (group.max !== undefined) {
      out.push(atMost(`largest weight of ${group.name}`, members, group.max));
    }
  }
  return out;
}

function row(
  kind: Constraint['kind'],
  name: string,
  coefficients: Float64Array,
  bound: number,
): Constraint {
  return { kind, name, coefficients, bound };
}

/** `coefficients . x` at most a bound. */
export function atMost(name: string, coefficients: Float64Array, bound: number): Constraint {
  return row(
    'at_least',
    name,
    coefficients.map((value) => -value),
    -bound,
  );
}

/** `coefficients . x` equal to a bound. */
export function equalTo(name: string, coefficients: ArrayLike<number>, bound: number): Constraint {
  return row('equal', name, Float64Array.from(coefficients), bound);
}

/** The sum of all trades, buys and sells alike. */
export function turnoverOf(weights: ArrayLike<number>, from: ArrayLike<number>): number {
  let traded = 0;
  for (let index = 0; index < weights.length; index++) {
    traded += Math.abs(weights[index]! - from[index]!);
  }
  return traded;
}

/** Least and largest mean return that weights within the box and the total can have. */
export function returnRange(
  box: Box,
  mean: ArrayLike<number>,
  total: number,
): { readonly least: number; readonly most: number } {
  const extreme = (direction: 1 | -1): number => {
    const order = Array.from(mean, (_, index) => index).sort(
      (a, b) => direction * (mean[b]! - mean[a]!) || a - b,
    );
    let left = total - sum(box.least);
    // A weight without a bound lets the return be anything.
    if (!Number.isFinite(left)) return direction * Infinity;
    let value = 0;
    for (const index of order) {
      const more = Math.min(left, box.most[index]! - box.least[index]!);
      value += mean[index]! * (box.least[index]! + more);
      left -= more;
    }
    return value;
  };
  return { least: extreme(-1), most: extreme(1) };
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}

/** A number for a refusal's text, without the rounding of sums in its last digits. */
export function shown(value: number): string {
  return String(Number(value.toPrecision(6)));
}
