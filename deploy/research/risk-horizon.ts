// Risk over several days by every way there is: scaled from one day, from windows, by simulation.

import {
  filteredRisk,
  fitGarch,
  historicalRisk,
  overlappingRisk,
  type ParametricRisk,
  scaledByRoot,
  scaledNormalRisk,
  simulateFiltered,
  type VolatilityModel,
} from '../../actors/risk/index.js';
import { deviation, mean } from '../../actors/statistics/index.js';

/** Decay of daily variance. Source: RiskMetrics 1996. */
const EWMA: VolatilityModel = { kind: 'ewma', lambda: 0.94 };

/** One way, and what it says. Units: fractions of equity; positive is a loss. */
export interface HorizonRow extends ParametricRisk {
  readonly method: string;
  /** What the figure rests on, in words. */
  readonly basis: string;
}

/** What is asked. */
export interface HorizonOptions {
  readonly days: number;
  readonly confidence: number;
  readonly paths: number;
  readonly seed: number;
}

/** Risk of daily returns, oldest first, over several days. */
export function horizonRisk(returns: Float64Array, options: HorizonOptions): HorizonRow[] {
  const { days, confidence } = options;
  const sorted = returns.slice().sort();
  const rootOf = (risk: ParametricRisk) => scaledByRoot(risk, days);
  const root = `one day times the root of ${days}`;
  const rows: HorizonRow[] = [
    {
      method: 'historical, scaled',
      ...plain(rootOf(historicalRisk(sorted, confidence))),
      basis: root,
    },
    {
      method: 'filtered EWMA, scaled',
      ...plain(rootOf(filteredRisk(returns, confidence, EWMA))),
      basis: root,
    },
    {
      method: 'normal',
      ...plain(scaledNormalRisk(mean(returns), deviation(returns), confidence, days)),
      basis: 'mean and variance of a day, added up',
    },
  ];
  const windows = overlappingRisk(returns, days, confidence);
  if (windows !== undefined) {
    const basis = `${windows.windows} windows, of which ${windows.independentWindows} are free of each other`;
    rows.push({ method: 'overlapping windows', ...plain(windows), basis });
  }
  rows.push(simulated('simulated, EWMA', returns, EWMA, options));
  const garch = fitGarch(returns);
  if (garch.kind === 'garch') rows.push(simulated('simulated, GARCH', returns, garch, options));
  return rows;
}

function plain({ valueAtRisk, tailMean }: ParametricRisk): ParametricRisk {
  return { valueAtRisk, tailMean };
}

/** Filtered historical simulation: past shocks drawn again, from today's volatility on. */
function simulated(
  method: string,
  returns: Float64Array,
  model: VolatilityModel,
  { days: periods, confidence, paths, seed }: HorizonOptions,
): HorizonRow {
  const ends = simulateFiltered(returns, { model, periods, paths, seed });
  const basis = `${paths} paths of past shocks, seed ${seed}`;
  return { method, ...plain(historicalRisk(ends, confidence)), basis };
}
