// What one day may lose, by every method there is, of the same returns of the same holdings.

import {
  ageWeightedRisk,
  cornishFisherRisk,
  ewmaVariance,
  filteredRisk,
  fitGarch,
  historicalRisk,
  normalRisk,
  type ParametricRisk,
  type QuantileMethod,
  type Simulation,
  simulateRisk,
} from '../../actors/risk/index.js';
import { deviation, excessKurtosis, mean, skewness } from '../../actors/statistics/index.js';
import type { TailMethod } from './backtest-methods.js';
import { covarianceOf } from './covariance.js';
import type { CovarianceEstimate } from './covariance-estimates.js';
import { bookProfits, type HeldBook } from './held-columns.js';
import type { Weights } from './measure-input.js';
import { optionDeltas, optionProfits, type StudiedOption } from './option-bend.js';
import { AGE_DECAY, LAMBDA } from './risk-backtest.js';

/** What is asked. */
export interface TailOptions {
  readonly confidence: number;
  readonly quantile: QuantileMethod;
  readonly covariance: CovarianceEstimate;
  readonly methods: readonly TailMethod[];
  /** Degrees of freedom of the copula, above 2. */
  readonly degrees: number;
  readonly paths: number;
  readonly seed: number;
}

/** One method's figures. Fractions of equity; positive is a loss; NaN where there is none. */
export interface TailRow extends ParametricRisk {
  readonly method: TailMethod;
  /** What the figure rests on, or why there is none. */
  readonly basis: string;
}

/** Multiplications of one simulation: a second or two of one core. */
const WORK_MAX = 1e9;

/** Multiplications that an option's price takes the time of. */
const WORK_OF_PRICE = 200;

/** Figures of a book by each method, of what it would have brought on each of its recent days. */
export function tailsByMethod(book: HeldBook, options: TailOptions): TailRow[] {
  const returns = bookProfits(book);
  return options.methods.map((method) => {
    switch (method) {
      case 'monte-carlo':
      case 'monte-carlo-t':
        return simulated(method, book, options);
      default:
        return ofReturns(method, returns, options);
    }
  });
}

function ofReturns(
  method: Exclude<TailMethod, 'monte-carlo' | 'monte-carlo-t'>,
  returns: Float64Array,
  { confidence, quantile }: TailOptions,
): TailRow {
  const row = ({ valueAtRisk, tailMean }: ParametricRisk, basis: string): TailRow => {
    return { method, valueAtRisk, tailMean, basis };
  };
  const sigma = deviation(returns);
  switch (method) {
    case 'historical': {
      const found = historicalRisk(returns.slice().sort(), confidence, quantile);
      return row(found, `${returns.length} days, quantile ${quantile}, ${found.tailCount} beyond`);
    }
    case 'age-weighted':
      return row(ageWeightedRisk(returns, confidence, AGE_DECAY), `decay ${AGE_DECAY} a day`);
    case 'filtered-ewma': {
      const model = { kind: 'ewma', lambda: LAMBDA } as const;
      const basis = `shocks at today's volatility, lambda ${LAMBDA}, quantile ${quantile}`;
      return row(filteredRisk(returns, confidence, model, quantile), basis);
    }
    case 'filtered-garch': {
      const fit = fitGarch(returns);
      if (fit.kind === 'refusal') return row(NONE, `none: ${fit.text}`);
      const basis = `GARCH(1,1), alpha ${fit.alpha.toFixed(3)}, beta ${fit.beta.toFixed(3)}, quantile ${quantile}`;
      return row(filteredRisk(returns, confidence, fit, quantile), basis);
    }
    case 'normal':
      return row(normalRisk(mean(returns), sigma, confidence), 'mean and deviation (ddof 1)');
    case 'cornish-fisher': {
      if (!(sigma > 0)) return row(NONE, 'none: expected returns that differ');
      const moments = {
        mean: mean(returns),
        sigma,
        skewness: skewness(returns),
        excessKurtosis: excessKurtosis(returns),
      };
      const basis = `skewness ${moments.skewness.toFixed(2)}, excess kurtosis ${moments.excessKurtosis.toFixed(2)}`;
      const found = cornishFisherRisk(moments, confidence);
      // Outside its domain the expansion's quantiles turn around: no figure is better than that.
      if (!found.inDomain) return row(NONE, `none: outside the expansion's domain, ${basis}`);
      return row(found, basis);
    }
    case 'ewma': {
      const next = Math.sqrt(ewmaVariance(returns, LAMBDA, 'sample_variance'));
      return row(normalRisk(0, next, confidence), `normal about 0, lambda ${LAMBDA}`);
    }
  }
}

const NONE: ParametricRisk = { valueAtRisk: Number.NaN, tailMean: Number.NaN };

/** Simulates all holdings: normal, or past returns of each tied by a Student-t copula. */
function simulated(
  method: 'monte-carlo' | 'monte-carlo-t',
  { weights, recent: { columns }, equity, options: held = [] }: HeldBook,
  options: TailOptions,
): TailRow {
  const { confidence, quantile, degrees, seed } = options;
  // As many names as days have a covariance that is mostly noise, and singular.
  const isNoise = columns.length >= (columns[0]?.length ?? 0) / 2;
  const covariance = isNoise ? 'shrunk' : options.covariance;
  const isStudent = method === 'monte-carlo-t';
  // A normal portfolio needs one draw a factor and path, the copula a matrix product a path.
  const linear = isStudent ? columns.length ** 2 / 2 : columns.length;
  const workOfPath = linear + held.length * (columns.length + WORK_OF_PRICE);
  const paths = Math.max(1, Math.min(options.paths, Math.floor(WORK_MAX / workOfPath)));
  const margins = columns.map((column) => column.slice().sort());
  const found = simulateRisk(
    {
      mean: columns.map((column) => mean(column)),
      covariance: covarianceOf(covariance, columns),
      weights: [...weights.values()],
      bends: bendsOf(weights, held, equity),
      paths,
      horizonDays: 1,
      seed,
      ...(isStudent ? { copula: { kind: 'student', degrees, margins } as const } : {}),
    },
    confidence,
    quantile,
  );
  if (found.kind === 'refusal') return { method, ...NONE, basis: `none: ${found.text}` };
  const { valueAtRisk, tailMean, valueAtRiskError } = found;
  const shape = isStudent ? `Student-t copula of ${degrees}, margins of the past` : 'normal';
  const basis = `${shape}, ${covariance} covariance, ${paths} paths, seed ${seed}, error ${(100 * valueAtRiskError).toFixed(2)} %`;
  return { method, valueAtRisk, tailMean, basis };
}

/** What options bring beyond the delta that weights have them by, by the place of their stock. */
function bendsOf(
  weights: Weights,
  options: readonly StudiedOption[],
  equity: number,
): NonNullable<Simulation['bends']> {
  const deltas = optionDeltas(options, equity);
  const profits = optionProfits(options, equity);
  return [...weights.keys()].flatMap((row, asset) => {
    const profitOf = profits.get(row);
    const delta = deltas.get(row) ?? 0;
    if (profitOf === undefined) return [];
    return [{ asset, profitOf: (move: number) => profitOf(move) - delta * move }];
  });
}
