// Covariance of daily returns by the estimate that was asked for.

import type { Matrix } from '../../actors/linear/index.js';
import {
  type Columns,
  covarianceMatrix,
  ewmaCovariance,
  shrinkCovariance,
} from '../../actors/statistics/index.js';
import type { CovarianceEstimate } from './covariance-estimates.js';

/** Decay of daily covariance. Source: RiskMetrics 1996. */
const LAMBDA = 0.94;

/**
 * Covariance of daily returns; `shrunk` towards one variance for all, as Ledoit and Wolf
 * have it.
 */
export function covarianceOf(estimate: CovarianceEstimate, columns: Columns): Matrix {
  switch (estimate) {
    case 'shrunk':
      return shrinkCovariance(columns, 'constant_variance').covariance;
    case 'sample':
      return covarianceMatrix(columns);
    case 'ewma':
      return ewmaCovariance(columns, LAMBDA);
  }
}
