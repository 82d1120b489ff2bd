// Seeded draws of the normal and the chi-squared, for simulations that can be repeated.

import { nextRandom } from '../../engine/index.js';

/** A stream of draws: the state of the generator and the second half of a normal pair. */
export interface Draws {
  readonly state: Uint32Array;
  /** The second normal of a pair; NaN when there is none. */
  spare: number;
}

/** A stream for a seed; equal seeds give equal draws on every machine. */
export function createDraws(seed: number): Draws {
  return { state: Uint32Array.of(seed >>> 0), spare: Number.NaN };
}

/** A uniform number in [0, 1). */
export function drawUniform(draws: Draws): number {
  return nextRandom(draws.state);
}

/** A standard normal. Source: Marsaglia's polar method. */
export function drawNormal(draws: Draws): number {
  if (!Number.isNaN(draws.spare)) {
    const held = draws.spare;
    draws.spare = Number.NaN;
    return held;
  }
  // Accepts 78.5 % of the pairs, and the generator has a full period, so the loop ends.
  for (;;) {
    const x = 2 * nextRandom(draws.state) - 1;
    const y = 2 * nextRandom(draws.state) - 1;
    const square = x * x + y * y;
    if (square >= 1 || square === 0) continue;
    const factor = Math.sqrt((-2 * Math.log(square)) / square);
    draws.spare = y * factor;
    return x * factor;
  }
}

/** A gamma of unit scale; `shape` above 0. Source: Marsaglia and Tsang 2000. */
export function drawGamma(draws: Draws, shape: number): number {
  if (shape < 1) return drawGamma(draws, shape + 1) * (1 - drawUniform(draws)) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = drawNormal(draws);
    const v = (1 + c * x) ** 3;
    if (v <= 0) continue;
    const u = 1 - drawUniform(draws);
    if (Math.log(u) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}

/** A chi-squared. */
export function drawChiSquared(draws: Draws, degrees: number): number {
  return 2 * drawGamma(draws, degrees / 2);
}
