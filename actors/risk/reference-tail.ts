// The tail measures of one portfolio, under the names of the reference vectors.

import { fromRows } from '../linear/index.js';
import {
  type Asked,
  accept,
  numbersOf,
  panelOf,
  paramOf,
  type ReferenceFunctions,
  rowsOf,
  weightedReturns,
  weightsOf,
} from '../reference/index.js';
import {
  deviation,
  excessKurtosis,
  mean,
  normalQuantile,
  QUANTILE_METHODS,
  type QuantileMethod,
  skewness,
} from '../statistics/index.js';
import { expectedShortfall, historicalRisk } from './historical.js';
import { type Copula, simulateRisk } from './monte-carlo.js';
import { cornishFisherRisk, ewmaVariance, normalRisk } from './parametric.js';

const CONFIDENCE = { confidence: 'fraction' } as const;

/** Any fixed seed: the bands hold four standard errors. */
const SEED = 20_160_104;

/** Returns of the portfolio over the case's window of returns, in order of time. */
function portfolioReturns(asked: Asked): Float64Array | undefined {
  const panel = panelOf(asked, 'returns');
  if (panel === undefined) return undefined;
  const weights = weightsOf(asked, panel);
  return weights === undefined ? undefined : weightedReturns(panel.returns, weights);
}

/** The quantile convention among the checked parameters. */
export function methodOf(asked: Asked): QuantileMethod {
  return QUANTILE_METHODS.find((name) => name === asked.params['quantile']) ?? 'linear';
}

/** Functions over the returns of one portfolio. */
export const TAIL_FUNCTIONS: ReferenceFunctions = {
  historical_var: {
    needs: CONFIDENCE,
    may: { quantile: QUANTILE_METHODS },
    compute(asked) {
      const returns = portfolioReturns(asked);
      if (returns === undefined) return undefined;
      const risk = historicalRisk(returns.sort(), paramOf(asked, 'confidence'), methodOf(asked));
      return { var: risk.valueAtRisk, cvar_tail_mean: risk.tailMean, tail_count: risk.tailCount };
    },
  },
  historical_es_exact: {
    needs: CONFIDENCE,
    compute(asked) {
      const returns = portfolioReturns(asked);
      if (returns === undefined) return undefined;
      return expectedShortfall(returns.sort(), paramOf(asked, 'confidence'));
    },
  },
  parametric_var: {
    needs: CONFIDENCE,
    may: { horizonDays: 'number', ddof: 'number' },
    compute(asked) {
      const returns = portfolioReturns(asked);
      if (returns === undefined) return undefined;
      const confidence = paramOf(asked, 'confidence');
      const days = paramOf(asked, 'horizonDays', 1);
      const centre = mean(returns);
      const sigma = deviation(returns, paramOf(asked, 'ddof', 1));
      // Deviations grow with the root of time. The moments that are told stay those of a day.
      const about = normalRisk(centre * days, sigma * Math.sqrt(days), confidence);
      const zero = normalRisk(0, sigma * Math.sqrt(days), confidence);
      return {
        mean: centre,
        sigma,
        var_with_mean: about.valueAtRisk,
        var_zero_mean: zero.valueAtRisk,
        es_with_mean: about.tailMean,
        es_zero_mean: zero.tailMean,
      };
    },
  },
  cornish_fisher_var: { needs: CONFIDENCE, may: { ddof: 'number' }, compute: cornishFisher },
  ewma_var: {
    needs: { ...CONFIDENCE, lambda: 'number' },
    compute(asked) {
      const returns = portfolioReturns(asked);
      if (returns === undefined) return undefined;
      const z = normalQuantile(paramOf(asked, 'confidence'));
      const forecast = (seed: 'first_squared_return' | 'sample_variance') => {
        const sigma = Math.sqrt(ewmaVariance(returns, paramOf(asked, 'lambda'), seed));
        return { sigma_next: sigma, var: z * sigma };
      };
      return {
        first_squared_return: forecast('first_squared_return'),
        sample_variance_ddof1: forecast('sample_variance'),
      };
    },
  },
  monte_carlo_var: {
    needs: {
      ...CONFIDENCE,
      paths: 'count',
      horizonDays: 'count',
      distribution: ['multivariate normal simple returns'],
    },
    // Normal margins tied by Student's copula: no vector states it yet, whose words these might be.
    may: { copula: ['normal', 'student'], degrees: 'number' },
    compute: monteCarlo,
  },
};

function cornishFisher(asked: Asked): unknown {
  const returns = portfolioReturns(asked);
  if (returns === undefined) return undefined;
  const shape = {
    sigma: deviation(returns, paramOf(asked, 'ddof', 1)),
    skewness: skewness(returns),
    excessKurtosis: excessKurtosis(returns),
  };
  const confidence = paramOf(asked, 'confidence');
  const about = cornishFisherRisk({ ...shape, mean: mean(returns) }, confidence);
  return {
    skew_biased: shape.skewness,
    excess_kurtosis_biased: shape.excessKurtosis,
    z: about.normalQuantile,
    z_cf: about.quantile,
    var_with_mean: about.valueAtRisk,
    var_zero_mean: cornishFisherRisk({ ...shape, mean: 0 }, confidence).valueAtRisk,
  };
}

function monteCarlo(asked: Asked): unknown {
  const centre = numbersOf(asked.input['mean']);
  const covariance = rowsOf(asked.input['cov']);
  const weights = numbersOf(asked.input['weights']);
  if (centre === undefined || covariance === undefined || weights === undefined) return undefined;
  const simulated = simulateRisk(
    {
      mean: centre,
      covariance: fromRows(covariance),
      weights,
      paths: paramOf(asked, 'paths'),
      horizonDays: paramOf(asked, 'horizonDays'),
      seed: SEED,
      ...copulaOf(asked),
    },
    paramOf(asked, 'confidence'),
  );
  const risk = accept(simulated);
  return { var: risk.valueAtRisk, es: risk.tailMean };
}

function copulaOf(asked: Asked): { readonly copula?: Copula } {
  if (asked.params['copula'] !== 'student') return {};
  return { copula: { kind: 'student', degrees: paramOf(asked, 'degrees') } };
}
