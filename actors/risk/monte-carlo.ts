// Value at risk by simulation: correlated normal returns, or margins tied by a Student-t copula.

import { type Refusal, refusal } from '../../engine/index.js';
import {
  choleskyFactor,
  dot,
  type Matrix,
  multiplyVector,
  symmetricEigen,
  transpose,
  zeros,
} from '../linear/index.js';
import {
  correlationFrom,
  createDraws,
  type Draws,
  drawChiSquared,
  drawNormal,
  normalDensity,
  normalQuantile,
  type QuantileMethod,
  quantileOfSorted,
  studentProbability,
} from '../statistics/index.js';
import { historicalRisk } from './historical.js';

/** A simulation of a portfolio's return. */
export interface Simulation {
  /** Mean returns a day, one per asset. */
  readonly mean: ArrayLike<number>;
  /** Covariance of daily returns. */
  readonly covariance: Matrix;
  readonly weights: ArrayLike<number>;
  readonly paths: number;
  /** Means and covariances are multiplied by it. */
  readonly horizonDays: number;
  readonly seed: number;
  /** How the assets hang together; normal unless told otherwise. */
  readonly copula?: Copula;
  /** What holdings bring beyond their weights; nothing when absent. */
  readonly bends?: readonly Bend[];
}

/** What is held of one asset brings this beyond its weight times the move, as options do. */
export interface Bend {
  readonly asset: number;
  profitOf(move: number): number;
}

/** Dependence of the margins: normal, or Student's with joint extremes and margins as given. */
export type Copula =
  | { readonly kind: 'normal' }
  | {
      readonly kind: 'student';
      /** Degrees of freedom, above 2. */
      readonly degrees: number;
      /** Sorted returns per asset whose quantiles are the margins; else the margins are normal. */
      readonly margins?: readonly Float64Array[];
    };

/** Figures of a simulation, with the standard errors that its number of paths leaves. */
export interface SimulatedRisk {
  readonly kind: 'simulated';
  readonly valueAtRisk: number;
  readonly tailMean: number;
  readonly valueAtRiskError: number;
  readonly tailMeanError: number;
}

/** Bound of one simulation: a hundred times what the tails need. */
export const PATHS_MAX = 10_000_000;

/**
 * Simulates portfolio returns, sorted ascending.
 * Errors: `risk.covariance_indefinite`, `risk.bad_simulation`.
 */
export function simulateReturns(simulation: Simulation): Float64Array | Refusal {
  const { mean, covariance, weights, paths, horizonDays, copula } = simulation;
  const assets = covariance.rows;
  if (!(Number.isInteger(paths) && paths > 0 && paths <= PATHS_MAX && horizonDays > 0)) {
    return refusal('risk.bad_simulation', `expected 1 to ${PATHS_MAX} paths, was ${paths}`);
  }
  if (mean.length !== assets || weights.length !== assets) {
    return refusal(
      'risk.bad_simulation',
      `expected ${assets} means and weights, was ${mean.length} and ${weights.length}`,
    );
  }
  if (copula?.kind === 'student' && !(copula.degrees > 2)) {
    return refusal('risk.bad_simulation', `expected degrees above 2, was ${copula.degrees}`);
  }
  const student = copula?.kind === 'student' ? copula : undefined;
  const root = rootOf(student === undefined ? covariance : correlationFrom(covariance));
  if (root === undefined) {
    return refusal(
      'risk.covariance_indefinite',
      `expected a covariance of ${assets} assets without negative eigenvalues`,
    );
  }
  const draws = createDraws(simulation.seed);
  const out = new Float64Array(paths);
  if (student === undefined) fillNormal(out, simulation, root, draws);
  else fillStudent(out, simulation, root, draws, student);
  return out.sort();
}

/** Simulates, and reads value at risk and the mean of the tail. Errors: as `simulateReturns`. */
export function simulateRisk(
  simulation: Simulation,
  confidence: number,
  method: QuantileMethod = 'linear',
): SimulatedRisk | Refusal {
  const sorted = simulateReturns(simulation);
  if (!(sorted instanceof Float64Array)) return sorted;
  const { valueAtRisk, tailMean, tailCount } = historicalRisk(sorted, confidence, method);
  let square = 0;
  for (let index = 0; index < tailCount; index++) square += (sorted[index]! + tailMean) ** 2;
  const spread = Math.sqrt(square / Math.max(1, tailCount));
  // The density at the quantile, from the normal with the same quantile spacing.
  const density = normalDensity(normalQuantile(confidence)) / scaleAt(sorted, confidence);
  return {
    kind: 'simulated',
    valueAtRisk,
    tailMean,
    valueAtRiskError: Math.sqrt((confidence * (1 - confidence)) / sorted.length) / density,
    // The tail's own spread, and that of where it begins. Source: Chen 2008.
    tailMeanError: Math.sqrt(
      (spread ** 2 + confidence * (tailMean - valueAtRisk) ** 2) / Math.max(1, tailCount),
    ),
  };
}

/** Local scale of the sorted values around the quantile, against the normal's spacing there. */
function scaleAt(sorted: Float64Array, confidence: number): number {
  const p = 1 - confidence;
  const low = p * 0.8;
  const high = Math.min(0.999, p * 1.2);
  const spacing = quantileOfSorted(sorted, high) - quantileOfSorted(sorted, low);
  return spacing / (normalQuantile(high) - normalQuantile(low));
}

/** A matrix whose square is the covariance: Cholesky's, or by eigenvectors where it is singular. */
function rootOf(covariance: Matrix): Matrix | undefined {
  const factor = choleskyFactor(covariance);
  if (factor !== undefined) return factor;
  const count = covariance.rows;
  if (!covariance.values.every(Number.isFinite)) return undefined;
  const { values, vectors } = symmetricEigen(covariance);
  const least = values[count - 1] ?? 0;
  // What rounding leaves of an eigenvalue that is zero.
  if (least < -1e-10 * Math.max(0, values[0] ?? 0)) return undefined;
  const root = zeros(count, count);
  for (let row = 0; row < count; row++) {
    for (let column = 0; column < count; column++) {
      root.values[row * count + column] =
        vectors.values[row * count + column]! * Math.sqrt(Math.max(0, values[column]!));
    }
  }
  return root;
}

/** One past the last column of each row that is not 0: Cholesky's factor ends at the diagonal. */
function reachesOf({ values, rows, columns }: Matrix): Int32Array {
  return Int32Array.from({ length: rows }, (_, row) => {
    let reach = columns;
    while (reach > 0 && values[row * columns + reach - 1] === 0) reach--;
    return reach;
  });
}

/** Where correlated draws are made. */
interface Correlating {
  readonly root: Matrix;
  readonly reaches: Int32Array;
  readonly normals: Float64Array;
}

/** Correlated standard draws: `root` times independent normals, into `out`. */
function correlated({ root, reaches, normals }: Correlating, draws: Draws, out: Float64Array) {
  const count = root.rows;
  for (let index = 0; index < count; index++) normals[index] = drawNormal(draws);
  for (let row = 0; row < count; row++) {
    const reach = reaches[row]!;
    let total = 0;
    for (let column = 0; column < reach; column++) {
      total += root.values[row * count + column]! * normals[column]!;
    }
    out[row] = total;
  }
}

/** Weights are linear in their assets, so `w' (root z)` is taken as `(root' w)' z`. */
function fillNormal(out: Float64Array, simulation: Simulation, root: Matrix, draws: Draws): void {
  const { mean, weights, horizonDays, bends = [] } = simulation;
  const normals = new Float64Array(root.columns);
  const scale = Math.sqrt(horizonDays);
  const loads = multiplyVector(transpose(root), weights).map((load) => scale * load);
  const centre = horizonDays * dot(weights, mean);
  for (let path = 0; path < out.length; path++) {
    let total = centre;
    for (let factor = 0; factor < loads.length; factor++) {
      normals[factor] = drawNormal(draws);
      total += loads[factor]! * normals[factor]!;
    }
    for (const { asset, profitOf } of bends) {
      const from = asset * root.columns;
      const row = root.values.subarray(from, from + root.columns);
      total += profitOf(horizonDays * mean[asset]! + scale * dot(row, normals));
    }
    out[path] = total;
  }
}

/** Nodes of the table from a Student variable to its margins; linear between them. */
const TABLE_NODES = 8192;

function fillStudent(
  out: Float64Array,
  simulation: Simulation,
  root: Matrix,
  draws: Draws,
  copula: Extract<Copula, { kind: 'student' }>,
): void {
  const { weights, bends = [] } = simulation;
  const { degrees } = copula;
  const count = root.rows;
  const tables = marginTables(simulation, copula);
  const correlating = { root, reaches: reachesOf(root), normals: new Float64Array(count) };
  const moves = new Float64Array(count);
  for (let path = 0; path < out.length; path++) {
    correlated(correlating, draws, moves);
    const stretch = Math.sqrt(degrees / drawChiSquared(draws, degrees));
    let total = 0;
    for (let asset = 0; asset < count; asset++) {
      const t = moves[asset]! * stretch;
      const place = ((t / Math.sqrt(degrees + t * t) + 1) / 2) * TABLE_NODES;
      const below = Math.min(TABLE_NODES - 1, Math.floor(place));
      const table = tables[asset]!;
      const low = table[below]!;
      const move = low + (place - below) * (table[below + 1]! - low);
      moves[asset] = move;
      total += weights[asset]! * move;
    }
    for (const { asset, profitOf } of bends) total += profitOf(moves[asset]!);
    out[path] = total;
  }
}

/**
 * The margin's value at each node of `t / sqrt(degrees + t^2)`, which maps the line to (-1, 1)
 * and along which Student's probability is smooth.
 */
function marginTables(
  simulation: Simulation,
  copula: Extract<Copula, { kind: 'student' }>,
): Float64Array[] {
  const { mean, covariance, horizonDays } = simulation;
  const scale = Math.sqrt(horizonDays);
  const probabilities = Float64Array.from({ length: TABLE_NODES + 1 }, (_, node) => {
    // Half a node in from the ends, where the normal margin would be infinite.
    const y = Math.max(0.5, Math.min(TABLE_NODES - 0.5, node)) / (TABLE_NODES / 2) - 1;
    return studentProbability(
      (y * Math.sqrt(copula.degrees)) / Math.sqrt(1 - y * y),
      copula.degrees,
    );
  });
  return Array.from({ length: covariance.rows }, (_, asset) => {
    const margin = copula.margins?.[asset];
    const sigma = Math.sqrt(covariance.values[asset * covariance.rows + asset]!);
    return probabilities.map((probability) =>
      margin === undefined
        ? horizonDays * mean[asset]! + scale * sigma * normalQuantile(probability)
        : scale * quantileOfSorted(margin, probability),
    );
  });
}
