// The portfolio functions of the reference vectors, by name.

import type { Refusal } from '../../engine/index.js';
import { fromRows, type Matrix, scaled, toRows } from '../linear/index.js';
import {
  type Asked,
  accept,
  numbersOf,
  panelOf,
  paramOf,
  type ReferenceFunctions,
  rowsOf,
} from '../reference/index.js';
import {
  covarianceMatrix,
  mean,
  SHRINKAGE_TARGETS,
  shrinkCovariance,
} from '../statistics/index.js';
import { blackLitterman } from './black-litterman.js';
import { LINKAGES } from './clusters.js';
import type { PortfolioLimits } from './constraints.js';
import { type HierarchyDistance, hierarchicalRiskParity } from './hierarchical.js';
import {
  type Allocation,
  efficientReturn,
  expectationOf,
  maxSharpe,
  minVariance,
  tangency,
} from './mean-variance.js';
import { inverseVariance, inverseVolatility, riskBudget, riskShares } from './risk-budget.js';

/** Periods in a year where the inputs do not state them with their moments. */
const PERIODS_PER_YEAR = 252;

/** The only rule in words for how sure views are: as the prior is of what they say. */
const PRIOR_OMEGA = "diag(P tau S P')";

/** The vectors show the first assets of a matrix only. */
const CORNER = 4;

interface Market {
  readonly assets: readonly string[];
  readonly returns: readonly Float64Array[];
  readonly mean: Float64Array;
  readonly covariance: Matrix;
}

/** The panel's moments, where the input asks for those we know. */
function marketOf(asked: Asked): Market | undefined {
  const { mean: meanRule = `arithmetic mean*${PERIODS_PER_YEAR}` } = asked.input;
  const { covariance: covarianceRule = `ddof=1 *${PERIODS_PER_YEAR}` } = asked.input;
  const meanPeriods = /^arithmetic mean\*(\d+)$/.exec(String(meanRule))?.[1];
  const [, ddof, periods] = /^ddof=([01]) \*(\d+)$/.exec(String(covarianceRule)) ?? [];
  const panel = panelOf(asked, 'returns');
  if (panel === undefined || meanPeriods === undefined || periods === undefined) return undefined;
  return {
    assets: panel.assets,
    returns: panel.returns,
    mean: Float64Array.from(panel.returns, (column) => mean(column) * Number(meanPeriods)),
    covariance: scaled(covarianceMatrix(panel.returns, Number(ddof)), Number(periods)),
  };
}

function byAsset(market: Market, weights: Float64Array): Record<string, number> {
  return Object.fromEntries(market.assets.map((asset, index) => [asset, weights[index]!]));
}

function told(market: Market, weights: Float64Array, riskFree = 0): Record<string, unknown> {
  return {
    weights: byAsset(market, weights),
    ...expectationOf(weights, market.mean, market.covariance, riskFree),
  };
}

function limitsOf(asked: Asked): PortfolioLimits {
  const { longOnly, minWeight, maxWeight } = asked.params;
  return {
    ...(longOnly === true ? { minWeight: 0 } : {}),
    ...(typeof minWeight === 'number' ? { minWeight } : {}),
    ...(typeof maxWeight === 'number' ? { maxWeight } : {}),
  };
}

/** A function that allocates within limits; a refusal fails the case with its text. */
function allocating(
  allocate: (market: Market, asked: Asked) => Allocation | Refusal,
): (asked: Asked) => unknown {
  return (asked) => {
    const market = marketOf(asked);
    if (market === undefined) return undefined;
    const { weights } = accept(allocate(market, asked));
    return told(market, weights, paramOf(asked, 'riskFree', 0));
  };
}

function budgeted(asked: Asked): unknown {
  const market = marketOf(asked);
  const { budgets } = asked.params;
  const shares = numbersOf(budgets);
  if (market === undefined || (budgets !== undefined && shares === undefined)) return undefined;
  const { weights } = accept(riskBudget(market.covariance, shares));
  return {
    ...told(market, weights),
    risk_contributions: riskShares(weights, market.covariance),
  };
}

function weighing(weigh: (covariance: Matrix) => Float64Array): (asked: Asked) => unknown {
  return (asked) => {
    const market = marketOf(asked);
    return market && told(market, weigh(market.covariance));
  };
}

function hierarchical(distance: HierarchyDistance): (asked: Asked) => unknown {
  return (asked) => {
    const market = marketOf(asked);
    const linkage = LINKAGES.find((name) => name === asked.params['linkage']);
    if (market === undefined || linkage === undefined) return undefined;
    const { weights, order } = hierarchicalRiskParity(market.covariance, linkage, distance);
    return {
      weights: byAsset(market, weights),
      order: order.map((index) => market.assets[index]),
    };
  };
}

const BOUNDS = { minWeight: 'number', maxWeight: 'number' } as const;

/** The functions of `portfolio.json`. */
export const PORTFOLIO_FUNCTIONS: ReferenceFunctions = {
  min_variance: {
    needs: { longOnly: 'flag' },
    may: BOUNDS,
    compute: allocating((market, asked) => minVariance(market.covariance, limitsOf(asked))),
  },
  max_sharpe: {
    needs: { longOnly: 'flag' },
    may: { ...BOUNDS, riskFree: 'number' },
    compute: allocating((market, asked) => {
      const limits = limitsOf(asked);
      const riskFree = paramOf(asked, 'riskFree', 0);
      return Object.keys(limits).length === 0
        ? tangency(market.covariance, market.mean, riskFree)
        : maxSharpe(market.covariance, market.mean, riskFree, limits);
    }),
  },
  efficient_return: {
    needs: { longOnly: 'flag', targetReturn: 'number' },
    may: BOUNDS,
    compute: allocating((market, asked) =>
      efficientReturn(
        market.covariance,
        market.mean,
        paramOf(asked, 'targetReturn'),
        limitsOf(asked),
      ),
    ),
  },
  risk_parity: { compute: budgeted },
  risk_budget: { needs: { budgets: 'list' }, compute: budgeted },
  inverse_variance: { compute: weighing(inverseVariance) },
  inverse_volatility: { compute: weighing(inverseVolatility) },
  hrp: {
    needs: { linkage: LINKAGES, distance: ['sqrt((1-rho)/2) used directly'] },
    compute: hierarchical('correlation'),
  },
  hrp_lopez_de_prado: {
    needs: {
      linkage: LINKAGES,
      distance: ['Euclidean distance between columns of sqrt((1-rho)/2)'],
    },
    compute: hierarchical('distance_of_distances'),
  },
  cov_shrinkage: {
    needs: { target: SHRINKAGE_TARGETS },
    may: { frequency: 'number' },
    compute: shrinkage,
  },
  black_litterman: {
    needs: { tau: 'number', riskAversion: 'number', P: 'list', Q: 'list' },
    may: { omega: 'any' },
    compute: blended,
  },
};

function shrinkage(asked: Asked): unknown {
  const market = marketOf(asked);
  const target = SHRINKAGE_TARGETS.find((name) => name === asked.params['target']);
  if (market === undefined || target === undefined) return undefined;
  const shrunk = shrinkCovariance(market.returns, target);
  const annual = scaled(shrunk.covariance, paramOf(asked, 'frequency', PERIODS_PER_YEAR));
  let trace = 0;
  for (let row = 0; row < annual.rows; row++) trace += annual.values[row * annual.rows + row]!;
  return { delta: shrunk.weight, cov_4x4: toRows(annual, CORNER), trace };
}

/** How sure the views are: the rule in words, a matrix, or the diagonal of one. */
function omegaOf(asked: Asked): { readonly viewCovariance?: Matrix } | undefined {
  const { omega = PRIOR_OMEGA } = asked.params;
  if (omega === PRIOR_OMEGA) return {};
  const diagonal = numbersOf(omega)?.map((value, row, all) =>
    all.map((_, column) => (column === row ? value : 0)),
  );
  const rows = diagonal ?? rowsOf(omega);
  return rows && { viewCovariance: fromRows(rows) };
}

function blended(asked: Asked): unknown {
  const sigma = rowsOf(asked.input['sigma']);
  const caps = numbersOf(asked.input['marketCaps']);
  const views = rowsOf(asked.params['P']);
  const viewReturns = numbersOf(asked.params['Q']);
  const omega = omegaOf(asked);
  if (!sigma || !caps || !views || !viewReturns || !omega) return undefined;
  const size = caps.reduce((total, cap) => total + cap, 0);
  const blending = blackLitterman({
    covariance: fromRows(sigma),
    marketWeights: caps.map((cap) => cap / size),
    riskAversion: paramOf(asked, 'riskAversion'),
    tau: paramOf(asked, 'tau'),
    views: fromRows(views),
    viewReturns,
    ...omega,
  });
  const blend = accept(blending);
  const held = blend.weights.reduce((total, weight) => total + weight, 0);
  return {
    pi: blend.implied,
    omega: toRows(blend.viewCovariance),
    posterior_mean: blend.mean,
    posterior_cov: toRows(blend.covariance),
    weights_posterior_cov: blend.weights,
    weights_posterior_cov_normalised: blend.weights.map((weight) => weight / held),
    weights_prior_cov: blend.weightsByPrior,
  };
}
