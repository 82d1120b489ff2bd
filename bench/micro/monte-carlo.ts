// Value at risk of 50 names by simulation: normal, and Student's copula with its joint extremes.

import { zeros } from '../../actors/linear/index.js';
import { type Copula, type Simulation, simulateRisk } from '../../actors/risk/index.js';
import type { Sample } from '../lib/case.js';
import { median } from '../lib/statistics.js';

const NAMES = 50;
const PATHS = 100_000;

/** Simulations timed, after one that is not. */
const TIMED = 3;

/** Volatility of a day, and correlation of all with all. */
const VARIANCE = 0.02 ** 2;
const CORRELATION = 0.3;

/** Times of one simulation, on one thread. Units: seconds. */
export function run(): Sample {
  const covariance = zeros(NAMES, NAMES);
  for (let row = 0; row < NAMES; row++) {
    for (let column = 0; column < NAMES; column++) {
      const share = row === column ? 1 : CORRELATION;
      covariance.values[row * NAMES + column] = share * VARIANCE;
    }
  }
  const simulation: Simulation = {
    mean: new Float64Array(NAMES),
    covariance,
    weights: new Float64Array(NAMES).fill(1 / NAMES),
    paths: PATHS,
    horizonDays: 1,
    seed: 1,
  };
  return {
    seconds: secondsOf(simulation, { kind: 'normal' }),
    student: secondsOf(simulation, { kind: 'student', degrees: 4 }),
  };
}

function secondsOf(simulation: Simulation, copula: Copula): number {
  const times: number[] = [];
  for (let time = -1; time < TIMED; time++) {
    const started = performance.now();
    const risk = simulateRisk({ ...simulation, copula, seed: time + 2 }, 0.99);
    if (risk.kind === 'refusal') throw new Error(risk.text);
    if (time >= 0) times.push((performance.now() - started) / 1000);
  }
  return median(times);
}
