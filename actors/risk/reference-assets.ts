// Measures over several assets and over time, under the names of the reference vectors.

import { type Matrix, toRows } from '../linear/index.js';
import {
  type Asked,
  panelOf,
  paramOf,
  type ReferenceFunctions,
  weightedReturns,
  weightsOf,
} from '../reference/index.js';
import {
  covarianceMatrix,
  ewmaCovariance,
  mean,
  pearsonMatrix,
  QUANTILE_METHODS,
  quantileOfSorted,
  shrinkCovariance,
  spearmanMatrix,
} from '../statistics/index.js';
import {
  conditionalCoverageTest,
  independenceTest,
  kupiecTest,
  runBacktest,
  trafficLight,
} from './backtest.js';
import { normalContributions } from './contributions.js';
import { methodOf } from './reference-tail.js';

/** The vectors show the first assets of a matrix only. */
const CORNER = 4;

/** Days of the supervisor's table, and the confidence it is for. */
const SUPERVISED_DAYS = 250;
const SUPERVISED_CONFIDENCE = 0.99;

/** Functions over a panel of assets, or over the days of one portfolio. */
export const ASSET_FUNCTIONS: ReferenceFunctions = {
  component_var: { needs: { confidence: 'fraction' }, compute: componentVar },
  covariance: {
    may: { ddof: 'number' },
    compute(asked) {
      const panel = panelOf(asked, 'returns');
      if (panel === undefined) return undefined;
      const ddof = paramOf(asked, 'ddof', 1);
      const matrix = covarianceMatrix(panel.returns, ddof);
      return {
        [`ddof${ddof}_4x4`]: toRows(matrix, CORNER),
        trace: traceOf(matrix),
        sum: total(matrix),
        frobenius: Math.hypot(...matrix.values),
      };
    },
  },
  correlation: {
    compute(asked) {
      const panel = panelOf(asked, 'returns');
      if (panel === undefined) return undefined;
      const pearson = pearsonMatrix(panel.returns);
      const count = pearson.rows;
      return {
        pearson_4x4: toRows(pearson, CORNER),
        sum: total(pearson),
        mean_offdiag: (total(pearson) - count) / (count * (count - 1)),
        spearman_4x4: toRows(spearmanMatrix(panel.returns), CORNER),
      };
    },
  },
  ledoit_wolf: {
    needs: { target: ['scaled identity'] },
    compute(asked) {
      const panel = panelOf(asked, 'returns');
      if (panel === undefined) return undefined;
      const shrunk = shrinkCovariance(panel.returns, 'constant_variance');
      return {
        shrinkage: shrunk.weight,
        cov_4x4: toRows(shrunk.covariance, CORNER),
        trace: traceOf(shrunk.covariance),
        target_mu: shrunk.varianceMean,
      };
    },
  },
  ewma_covariance: {
    needs: { lambda: 'number' },
    compute(asked) {
      const panel = panelOf(asked, 'returns');
      if (panel === undefined) return undefined;
      const matrix = ewmaCovariance(panel.returns, paramOf(asked, 'lambda'));
      return { cov_4x4: toRows(matrix, CORNER), trace: traceOf(matrix) };
    },
  },
  var_backtest: {
    needs: { confidence: 'fraction', window: 'count' },
    may: { quantile: QUANTILE_METHODS },
    compute: backtest,
  },
};

function traceOf(matrix: Matrix): number {
  let sum = 0;
  for (let row = 0; row < matrix.rows; row++) sum += matrix.values[row * matrix.columns + row]!;
  return sum;
}

function total(matrix: Matrix): number {
  return matrix.values.reduce((sum, value) => sum + value, 0);
}

function componentVar(asked: Asked): unknown {
  const panel = panelOf(asked, 'returns');
  const weights = panel && weightsOf(asked, panel);
  if (panel === undefined || weights === undefined) return undefined;
  const confidence = paramOf(asked, 'confidence');
  const covariance = covarianceMatrix(panel.returns, 1);
  const zero = normalContributions(covariance, weights, confidence);
  const about = normalContributions(covariance, weights, confidence, panel.returns.map(mean));
  return {
    total: zero.total,
    marginal: zero.marginal,
    component: zero.component,
    percent: zero.percent,
    incremental_remove_to_cash: zero.incremental,
    with_mean: { total: about.total, marginal: about.marginal, component: about.component },
  };
}

function backtest(asked: Asked): unknown {
  const panel = panelOf(asked, 'returns');
  const weights = panel && weightsOf(asked, panel);
  if (panel === undefined || weights === undefined) return undefined;
  const confidence = paramOf(asked, 'confidence');
  const window = paramOf(asked, 'window');
  const method = methodOf(asked);
  const run = runBacktest(
    weightedReturns(panel.returns, weights),
    window,
    (before) => -quantileOfSorted(before.sort(), 1 - confidence, method),
  );
  const tested = run.exceptions.subarray(window);
  const coverage = kupiecTest(run.exceptionCount, run.observations, confidence);
  const independence = independenceTest(tested);
  const both = conditionalCoverageTest(coverage, independence);
  const recent = tested.subarray(-SUPERVISED_DAYS).reduce((sum, hit) => sum + hit, 0);
  const supervised = confidence === SUPERVISED_CONFIDENCE && tested.length >= SUPERVISED_DAYS;
  return {
    observations: run.observations,
    exceptions: run.exceptionCount,
    exception_dates: panel.dates.slice(1).filter((_, index) => run.exceptions[index] === 1),
    kupiec_lr: coverage.statistic,
    kupiec_p: coverage.pValue,
    n00: independence.calmToCalm,
    n01: independence.calmToException,
    n10: independence.exceptionToCalm,
    n11: independence.exceptionToException,
    christoffersen_ind_lr: independence.statistic,
    christoffersen_ind_p: independence.pValue,
    cc_lr: both.statistic,
    cc_p: both.pValue,
    exceptions_last_250: recent,
    basel_zone_last_250: supervised ? trafficLight(recent, SUPERVISED_DAYS, confidence) : null,
    var_series: run.forecasts,
  };
}
