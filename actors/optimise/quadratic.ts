// A strictly convex quadratic programme, solved exactly by the dual active-set method.

import { type Refusal, refusal } from '../../engine/index.js';
import {
  choleskyFactor,
  dot,
  type Matrix,
  solveLower,
  solveLowerTransposed,
} from '../linear/index.js';
import {
  type ActiveFactor,
  addColumn,
  dropColumn,
  emptyFactor,
  project,
  solveTriangle,
  solveTriangleTransposed,
} from './active-factor.js';

/** A linear constraint: `coefficients . x` equals the bound, or is at least it. */
export interface Constraint {
  readonly kind: 'equal' | 'at_least';
  readonly name: string;
  readonly coefficients: Float64Array;
  readonly bound: number;
}

/** Minimise `x' G x / 2 + linear . x` under the constraints. */
export interface QuadraticProgramme {
  /** Positive definite. */
  readonly quadratic: Matrix;
  readonly linear: ArrayLike<number>;
  readonly constraints: readonly Constraint[];
}

/** The minimum. */
export interface QuadraticSolution {
  readonly kind: 'solution';
  readonly x: Float64Array;
  /** Multiplier of each constraint; 0 where it is not in force, at least 0 of an `at_least`. */
  readonly multipliers: Float64Array;
  readonly iterations: number;
}

/** A bound is kept when it is missed by no more than this, in units of its coefficients' length. */
const MISS_MAX = 1e-12;

/** Steps per variable and constraint; the method needs about one or two. */
const STEPS_EACH_MAX = 50;

interface Work {
  readonly root: Matrix;
  readonly start: Float64Array;
  /** The programme in coordinates where the quadratic is a sphere: columns and bounds. */
  readonly columns: readonly Float64Array[];
  readonly bounds: readonly number[];
  readonly factor: ActiveFactor;
  /** Indices of the constraints in force, and their multipliers. */
  readonly active: number[];
  readonly multipliers: number[];
  point: Float64Array;
  iterations: number;
}

/**
 * Solves the programme; the answer is exact but for rounding, and the active set is polished.
 * Errors: `optimise.covariance_singular`, `optimise.infeasible`, `optimise.no_convergence`.
 * Source: Goldfarb and Idnani 1983.
 */
export function solveQuadratic(programme: QuadraticProgramme): QuadraticSolution | Refusal {
  const { quadratic, linear, constraints } = programme;
  const root = choleskyFactor(quadratic);
  if (root === undefined) {
    return refusal(
      'optimise.covariance_singular',
      `expected a positive definite matrix of ${quadratic.rows} rows`,
    );
  }
  const lengths = constraints.map(({ coefficients }) => Math.hypot(...coefficients));
  const blank = constraints.findIndex((_, index) => !(lengths[index]! > 0));
  if (blank >= 0) return infeasible(constraints[blank]!, 'has no coefficients');
  const start = solveLower(root, linear).map((value) => -value);
  const work: Work = {
    root,
    start,
    columns: constraints.map(({ coefficients }, index) =>
      solveLower(
        root,
        coefficients.map((value) => value / lengths[index]!),
      ),
    ),
    bounds: constraints.map(({ bound }, index) => bound / lengths[index]!),
    factor: emptyFactor(),
    active: [],
    multipliers: [],
    point: start.slice(),
    iterations: 0,
  };
  const refused = takeEqualities(work, constraints) ?? takeViolated(work, constraints);
  if (refused !== undefined) return refused;
  return polished(work, lengths);
}

function infeasible(constraint: Constraint, why: string): Refusal {
  return refusal(
    'optimise.infeasible',
    `expected constraints that can all hold, was ${constraint.name} (bound ${constraint.bound}), which ${why}`,
  );
}

/** How far a constraint is from its bound: negative where it is missed. */
function slackOf(work: Work, index: number): number {
  return dot(work.columns[index]!, work.point) - work.bounds[index]!;
}

function missMax(work: Work, index: number): number {
  return MISS_MAX * (1 + Math.abs(work.bounds[index]!));
}

function move(point: Float64Array, along: Float64Array, step: number): void {
  for (let index = 0; index < point.length; index++) {
    point[index] = point[index]! + step * along[index]!;
  }
}

function takeEqualities(work: Work, constraints: readonly Constraint[]): Refusal | undefined {
  for (let index = 0; index < constraints.length; index++) {
    const constraint = constraints[index]!;
    if (constraint.kind !== 'equal') continue;
    const column = work.columns[index]!;
    const split = project(work.factor, column);
    const slack = slackOf(work, index);
    if (split.restSquare === 0) {
      // It says what the others say already, or contradicts them.
      if (Math.abs(slack) <= 1e3 * missMax(work, index)) continue;
      return infeasible(constraint, 'contradicts the others');
    }
    const step = -slack / split.restSquare;
    const back = solveTriangle(work.factor, split.explained);
    move(work.point, split.rest, step);
    work.multipliers.forEach((value, at) => {
      work.multipliers[at] = value - step * back[at]!;
    });
    work.multipliers.push(step);
    work.active.push(index);
    addColumn(work.factor, column, split);
  }
  return undefined;
}

/** Brings violated constraints into force, worst first, until none is left. */
function takeViolated(work: Work, constraints: readonly Constraint[]): Refusal | undefined {
  const stepsMax = STEPS_EACH_MAX * (constraints.length + work.point.length);
  for (;;) {
    const worst = mostViolated(work, constraints);
    if (worst === undefined) return undefined;
    let multiplier = 0;
    for (;;) {
      if (++work.iterations > stepsMax) {
        return refusal('optimise.no_convergence', `expected an end within ${stepsMax} steps`);
      }
      const column = work.columns[worst]!;
      const split = project(work.factor, column);
      const back = solveTriangle(work.factor, split.explained);
      const full = split.restSquare === 0 ? Infinity : -slackOf(work, worst) / split.restSquare;
      const leaving = firstToLeave(work, constraints, back);
      const step = Math.min(full, leaving.step);
      if (step === Infinity) return infeasible(constraints[worst]!, 'the others rule out');
      if (full < Infinity) move(work.point, split.rest, step);
      work.multipliers.forEach((value, at) => {
        work.multipliers[at] = value - step * back[at]!;
      });
      multiplier += step;
      if (full <= leaving.step) {
        work.active.push(worst);
        work.multipliers.push(multiplier);
        addColumn(work.factor, column, split);
        break;
      }
      work.active.splice(leaving.place, 1);
      work.multipliers.splice(leaving.place, 1);
      dropColumn(work.factor, leaving.place);
    }
  }
}

function mostViolated(work: Work, constraints: readonly Constraint[]): number | undefined {
  let worst: number | undefined;
  let least = 0;
  for (let index = 0; index < constraints.length; index++) {
    if (constraints[index]!.kind === 'equal' || work.active.includes(index)) continue;
    const slack = slackOf(work, index);
    if (slack < -missMax(work, index) && slack < least) {
      least = slack;
      worst = index;
    }
  }
  return worst;
}

/** The constraint in force whose multiplier reaches zero first along the step, and when. */
function firstToLeave(
  work: Work,
  constraints: readonly Constraint[],
  back: Float64Array,
): { place: number; step: number } {
  let place = -1;
  let step = Infinity;
  work.active.forEach((index, at) => {
    if (constraints[index]!.kind === 'equal' || !(back[at]! > 0)) return;
    const reach = Math.max(0, work.multipliers[at]!) / back[at]!;
    if (reach < step) {
      step = reach;
      place = at;
    }
  });
  return { place, step };
}

/** Solves once more with the final constraints as equalities, free of the path's rounding. */
function polished(work: Work, lengths: readonly number[]): QuadraticSolution {
  const { factor, active, start } = work;
  const misses = active.map((index) => work.bounds[index]! - dot(work.columns[index]!, start));
  const along = solveTriangleTransposed(factor, misses);
  const point = start.slice();
  factor.base.forEach((unit, at) => {
    move(point, unit, along[at]!);
  });
  const multipliers = new Float64Array(work.columns.length);
  solveTriangle(factor, along).forEach((value, at) => {
    multipliers[active[at]!] = value / lengths[active[at]!]!;
  });
  return {
    kind: 'solution',
    x: solveLowerTransposed(work.root, point),
    multipliers,
    iterations: work.iterations,
  };
}
