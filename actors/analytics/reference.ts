// The performance functions of the reference vectors, by name.

import {
  type Asked,
  asText,
  type Panel,
  panelOf,
  paramOf,
  type ReferenceFunction,
  type ReferenceFunctions,
  weightedReturns,
} from '../reference/index.js';
import { excessKurtosis, pearson, skewness } from '../statistics/index.js';
import * as benchmark from './benchmark.js';
import { calmarRatio, type Drawdown, deepestDrawdowns, maxDrawdown } from './drawdowns.js';
import * as figures from './performance.js';

/** Sessions in a year where a case does not say. */
const PERIODS_PER_YEAR = 252;

/** A case's series, and the dates of its prices. */
interface Series {
  readonly dates: readonly string[];
  readonly returns: Float64Array;
}

/** A series and what it is measured against. */
interface MeasuredSeries extends Series {
  readonly benchmark: Float64Array;
}

/** One asset of the panel, or the equally weighted mean of all, brought back to it daily. */
function seriesOf(panel: Panel, named: string | undefined): Float64Array | undefined {
  if (named === undefined) return undefined;
  const count = panel.assets.length;
  if (/equal-weight mean of( \d+)? daily simple returns|equal-weight mean of daily/.test(named)) {
    const stated = / of (\d+) /.exec(named)?.[1];
    if (stated !== undefined && Number(stated) !== count) return undefined;
    return weightedReturns(
      panel.returns,
      panel.assets.map(() => 1 / count),
    );
  }
  return panel.returns[panel.assets.indexOf(named)];
}

function readSeries(asked: Asked): Series | undefined {
  const panel = panelOf(asked, 'prices');
  const returns = panel && seriesOf(panel, asText(asked.input['series']));
  return panel && returns && { dates: panel.dates, returns };
}

function readMeasured(asked: Asked): MeasuredSeries | undefined {
  const series = readSeries(asked);
  const panel = panelOf(asked, 'prices');
  const market = panel && seriesOf(panel, asText(asked.input['benchmark']));
  return series && market && { ...series, benchmark: market };
}

type Needs = NonNullable<ReferenceFunction['needs']>;

/** A function of a series as it is read; `periods` is the number in a year. */
function functionOf<Read>(
  read: (asked: Asked) => Read | undefined,
  needs: Needs,
  compute: (series: Read, asked: Asked, periods: number) => unknown,
  may: Needs,
): ReferenceFunction {
  return {
    needs,
    may,
    compute(asked) {
      const series = read(asked);
      const periods = paramOf(asked, 'periodsPerYear', PERIODS_PER_YEAR);
      return series === undefined ? undefined : compute(series, asked, periods);
    },
  };
}

/** A function of the series alone. */
function over(
  needs: Needs,
  compute: (series: Series, asked: Asked, periods: number) => unknown,
  may: Needs = {},
): ReferenceFunction {
  return functionOf(readSeries, needs, compute, may);
}

/** A function of the series and its benchmark. */
function against(
  needs: Needs,
  compute: (series: MeasuredSeries, asked: Asked, periods: number) => unknown,
  may: Needs = {},
): ReferenceFunction {
  return functionOf(readMeasured, needs, compute, may);
}

const YEAR = { periodsPerYear: 'number' } as const;
const RISK_FREE = { riskFreePerPeriod: 'number' } as const;
const REQUIRED = { requiredReturn: 'number' } as const;
const DDOF = { ddof: 'number' } as const;

/** None where a case does not say. Units: a return per period. */
function riskFreeOf(asked: Asked): number {
  return paramOf(asked, 'riskFreePerPeriod', 0);
}

const GROWTH: ReferenceFunctions = {
  total_return: over({}, ({ returns }) => figures.totalReturn(returns)),
  annual_return: over(YEAR, ({ returns }, _, periods) => figures.annualReturn(returns, periods)),
  annual_volatility: over(
    YEAR,
    ({ returns }, asked, periods) =>
      figures.annualVolatility(returns, periods, paramOf(asked, 'ddof', 1)),
    DDOF,
  ),
  sharpe_ratio: over(
    YEAR,
    ({ returns }, asked, periods) => figures.sharpeRatio(returns, riskFreeOf(asked), periods),
    RISK_FREE,
  ),
  sortino_ratio: over(
    YEAR,
    ({ returns }, asked, periods) =>
      figures.sortinoRatio(returns, paramOf(asked, 'requiredReturn', 0), periods),
    REQUIRED,
  ),
  downside_risk: over(
    YEAR,
    ({ returns }, asked, periods) =>
      figures.downsideRisk(returns, paramOf(asked, 'requiredReturn', 0), periods),
    REQUIRED,
  ),
  calmar_ratio: over(YEAR, ({ returns }, _, periods) => calmarRatio(returns, periods)),
  omega_ratio: over(
    {},
    ({ returns }, asked, periods) => {
      // The required return is per period, or by the year where its name says so.
      const annual = paramOf(asked, 'requiredReturnAnnual', 0);
      const required = paramOf(asked, 'requiredReturn', 0) + figures.periodRate(annual, periods);
      return figures.omegaRatio(returns, paramOf(asked, 'riskFree', 0) + required);
    },
    { riskFree: 'number', ...REQUIRED, requiredReturnAnnual: 'number', ...YEAR },
  ),
  rolling_sharpe: over(
    { window: 'count', ...YEAR },
    ({ returns }, asked, periods) =>
      figures.rollingSharpe(returns, paramOf(asked, 'window'), riskFreeOf(asked), periods),
    RISK_FREE,
  ),
};

const SHAPE: ReferenceFunctions = {
  tail_ratio: over({}, ({ returns }) => figures.tailRatio(returns)),
  stability: over({}, ({ returns }) => figures.stability(returns)),
  value_at_risk: over({ cutoff: 'number' }, ({ returns }, asked) =>
    figures.signedValueAtRisk(returns, paramOf(asked, 'cutoff')),
  ),
  conditional_value_at_risk: over({ cutoff: 'number' }, ({ returns }, asked) =>
    figures.signedTailMean(returns, paramOf(asked, 'cutoff')),
  ),
  skewness: over({}, ({ returns }) => {
    const corrected = skewness(returns, 'corrected');
    return { biased: skewness(returns), bias_corrected: corrected, pandas: corrected };
  }),
  excess_kurtosis: over({}, ({ returns }) => {
    const corrected = excessKurtosis(returns, 'corrected');
    return { biased: excessKurtosis(returns), bias_corrected: corrected, pandas: corrected };
  }),
  max_drawdown: over({}, ({ returns, dates }) => {
    const deepest = maxDrawdown(returns) ?? {
      depth: 0,
      peak: 0,
      valley: 0,
      recovery: undefined,
    };
    return {
      maxDrawdown: deepest.depth,
      ...datesOf(deepest, dates),
      peakIndex: deepest.peak,
      valleyIndex: deepest.valley,
      recoveryIndex: deepest.recovery ?? null,
    };
  }),
  drawdown_table: over({ top: 'count' }, ({ returns, dates }, asked) =>
    deepestDrawdowns(returns, paramOf(asked, 'top')).map((drawdown) => ({
      depth: drawdown.depth,
      ...datesOf(drawdown, dates),
    })),
  ),
};

function datesOf(drawdown: Drawdown, dates: readonly string[]): Record<string, unknown> {
  const { peak, valley, recovery } = drawdown;
  return {
    peakDate: dates[peak],
    valleyDate: dates[valley],
    recoveryDate: recovery === undefined ? null : dates[recovery],
  };
}

const AGAINST: ReferenceFunctions = {
  beta: against({}, (series) => benchmark.beta(series.returns, series.benchmark), {
    ...RISK_FREE,
    ...YEAR,
  }),
  alpha: against(
    YEAR,
    (series, asked, periods) => alphaOf(series, asked, periods, 'geometric'),
    RISK_FREE,
  ),
  alpha_arithmetic: against(
    YEAR,
    (series, asked, periods) => alphaOf(series, asked, periods, 'arithmetic'),
    RISK_FREE,
  ),
  up_capture: against(YEAR, (series, _, periods) => captureOf(series, periods, 'up')),
  down_capture: against(YEAR, (series, _, periods) => captureOf(series, periods, 'down')),
  capture: against(YEAR, (series, _, periods) => captureOf(series, periods, 'all')),
  tracking_error: against(YEAR, (series, _, periods) =>
    benchmark.trackingError(series.returns, series.benchmark, periods),
  ),
  information_ratio: against(YEAR, (series, _, periods) => {
    const daily = benchmark.informationRatio(series.returns, series.benchmark);
    return { annualised: daily * Math.sqrt(periods), daily };
  }),
  correlation: against({}, (series) => pearson(series.returns, series.benchmark)),
  treynor: against(
    {},
    ({ returns, benchmark: market }, asked, periods) =>
      benchmark.treynorRatio(returns, market, paramOf(asked, 'riskFree', 0), periods),
    { riskFree: 'number', ...YEAR },
  ),
};

function alphaOf(
  series: MeasuredSeries,
  asked: Asked,
  periods: number,
  compounding: benchmark.AlphaCompounding,
): number {
  const riskFree = riskFreeOf(asked);
  return benchmark.alpha(series.returns, series.benchmark, riskFree, periods, compounding);
}

function captureOf(series: MeasuredSeries, periods: number, side: benchmark.CaptureSide): number {
  return benchmark.captureRatio(series.returns, series.benchmark, periods, side);
}

/** The functions of `performance.json`. */
export const PERFORMANCE_FUNCTIONS: ReferenceFunctions = { ...GROWTH, ...SHAPE, ...AGAINST };
