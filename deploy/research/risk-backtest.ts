// Backtests of value at risk: each method's forecast for every day against what the day brought.

import {
  ageWeightedRisk,
  conditionalCoverageTest,
  cornishFisherRisk,
  ewmaVariance,
  filterReturns,
  fitGarch,
  type Garch,
  historicalRisk,
  type IndependenceTest,
  independenceTest,
  kupiecTest,
  type LikelihoodRatio,
  normalRisk,
  runBacktest,
  type TrafficLight,
  trafficLight,
  type VolatilityModel,
} from '../../actors/risk/index.js';
import { deviation, excessKurtosis, mean, skewness } from '../../actors/statistics/index.js';
import type { BacktestMethod } from './backtest-methods.js';

/** Confidences that are tried. */
export const CONFIDENCES = [0.95, 0.99] as const;

/** Decay of a day's weight, as in the paper of Boudoukh, Richardson and Whitelaw. */
export const AGE_DECAY = 0.98;

/** Decay of daily variance. Source: RiskMetrics 1996. */
export const LAMBDA = 0.94;

/** Sessions between fits of GARCH: a month. Its variance is filtered anew every day. */
const REFIT_SESSIONS = 21;

/** Sessions of the year that supervisors count exceptions in. */
const YEAR = 250;

/** The crash of 2020: from the last high before it to the end of the month of the low. */
const CRASH = { from: 20_200_220, to: 20_200_331 } as const;

/** One method at one confidence. */
export interface BacktestRow {
  readonly method: BacktestMethod;
  readonly confidence: number;
  readonly observations: number;
  readonly exceptionCount: number;
  /** What a right model would show on average. */
  readonly expected: number;
  readonly kupiec: LikelihoodRatio;
  readonly independence: IndependenceTest;
  readonly conditionalCoverage: LikelihoodRatio;
  /** Over all observations. */
  readonly light: TrafficLight;
  /** The 250 sessions with most exceptions; fewer where there are fewer. */
  readonly worstYear: { readonly exceptionCount: number; readonly light: TrafficLight };
  /** Exceptions from 20 February to 31 March 2020, and the sessions of it that were tried. */
  readonly crash: { readonly exceptionCount: number; readonly observations: number };
  /** Mean loss beyond the forecast on the days of exceptions, as a share of the forecast. */
  readonly excess: number;
  readonly meanForecast: number;
  /** Days that the method could not forecast by itself, and used a simpler one for. */
  readonly fallbacks: number;
  /** Of the exceptions, yyyymmdd, oldest first. */
  readonly exceptionDates: readonly number[];
  /** Forecast of each return, NaN before the first full window. Positive is a loss. */
  readonly forecasts: Float64Array;
}

/** What is tried. */
export interface BacktestOptions {
  readonly window: number;
  readonly methods: readonly BacktestMethod[];
}

/** Tries methods at both confidences on daily returns, oldest first. */
export function backtestReturns(
  dates: Int32Array,
  returns: Float64Array,
  { window, methods }: BacktestOptions,
): BacktestRow[] {
  return methods.flatMap((method) => {
    const models = method === 'filtered-garch' ? garchModels(returns, window) : [];
    return CONFIDENCES.map((confidence) => {
      const state = { day: 0, fallbacks: 0 };
      const run = runBacktest(returns, window, (before) => {
        const model = models[Math.floor(state.day++ / REFIT_SESSIONS)];
        return forecast(method, { before, confidence, model, state });
      });
      return judged({ method, confidence, dates, returns, window, run, state });
    });
  });
}

/** One fit a month of the returns of its window; undefined where the search did not settle. */
function garchModels(returns: Float64Array, window: number): (Garch | undefined)[] {
  const models: (Garch | undefined)[] = [];
  for (let end = window; end < returns.length; end += REFIT_SESSIONS) {
    const fit = fitGarch(returns.subarray(end - window, end));
    models.push(fit.kind === 'garch' ? fit : undefined);
  }
  return models;
}

interface ForecastInput {
  readonly before: Float64Array;
  readonly confidence: number;
  readonly model: Garch | undefined;
  readonly state: { fallbacks: number };
}

function forecast(method: BacktestMethod, input: ForecastInput): number {
  const { before, confidence, model, state } = input;
  switch (method) {
    case 'historical':
      return historicalRisk(before.sort(), confidence).valueAtRisk;
    case 'age-weighted':
      return ageWeightedRisk(before, confidence, AGE_DECAY).valueAtRisk;
    case 'filtered-ewma':
      return filtered(before, confidence, { kind: 'ewma', lambda: LAMBDA });
    case 'filtered-garch':
      if (model === undefined) state.fallbacks++;
      return filtered(before, confidence, model ?? { kind: 'ewma', lambda: LAMBDA });
    case 'normal':
      return normalRisk(mean(before), deviation(before), confidence).valueAtRisk;
    case 'cornish-fisher': {
      const sigma = deviation(before);
      const moments = {
        mean: mean(before),
        sigma,
        skewness: sigma > 0 ? skewness(before) : 0,
        excessKurtosis: sigma > 0 ? excessKurtosis(before) : 0,
      };
      const found = cornishFisherRisk(moments, confidence);
      if (found.inDomain) return found.valueAtRisk;
      // Outside its domain the expansion's quantiles turn around: the plain normal stands in.
      state.fallbacks++;
      return normalRisk(moments.mean, sigma, confidence).valueAtRisk;
    }
    case 'ewma':
      return normalRisk(0, Math.sqrt(ewmaVariance(before, LAMBDA, 'sample_variance')), confidence)
        .valueAtRisk;
  }
}

function filtered(before: Float64Array, confidence: number, model: VolatilityModel): number {
  const { shocks, nextSigma } = filterReturns(before, model);
  return historicalRisk(shocks.sort(), confidence).valueAtRisk * nextSigma;
}

interface Tried {
  readonly method: BacktestMethod;
  readonly confidence: number;
  readonly dates: Int32Array;
  readonly returns: Float64Array;
  readonly window: number;
  readonly run: ReturnType<typeof runBacktest>;
  readonly state: { readonly fallbacks: number };
}

function judged({ method, confidence, dates, returns, window, run, state }: Tried): BacktestRow {
  const { forecasts, exceptionCount, observations } = run;
  const exceptions = run.exceptions.subarray(window);
  const kupiec = kupiecTest(exceptionCount, observations, confidence);
  const independence = independenceTest(exceptions);
  const year = Math.min(YEAR, observations);
  const worst = mostWithin(exceptions, year);
  const exceptionDates: number[] = [];
  const crash = { exceptionCount: 0, observations: 0 };
  let beyond = 0;
  let sum = 0;
  for (let at = window; at < returns.length; at++) {
    sum += forecasts[at]!;
    const isCrash = dates[at]! >= CRASH.from && dates[at]! <= CRASH.to;
    if (isCrash) crash.observations++;
    if (run.exceptions[at] === 0) continue;
    exceptionDates.push(dates[at]!);
    if (isCrash) crash.exceptionCount++;
    beyond += -returns[at]! / forecasts[at]! - 1;
  }
  return {
    method,
    confidence,
    observations,
    exceptionCount,
    expected: observations * (1 - confidence),
    kupiec,
    independence,
    conditionalCoverage: conditionalCoverageTest(kupiec, independence),
    light: trafficLight(exceptionCount, observations, confidence),
    worstYear: { exceptionCount: worst, light: trafficLight(worst, year, confidence) },
    crash,
    excess: exceptionCount === 0 ? 0 : beyond / exceptionCount,
    meanForecast: sum / observations,
    fallbacks: state.fallbacks,
    exceptionDates,
    forecasts,
  };
}

/** Most exceptions in any `length` days that follow each other. */
function mostWithin(exceptions: Uint8Array, length: number): number {
  let count = 0;
  let most = 0;
  exceptions.forEach((exception, at) => {
    count += exception - (at >= length ? exceptions[at - length]! : 0);
    most = Math.max(most, count);
  });
  return most;
}
