// Tests of a value at risk against what came: exceptions, coverage, independence, traffic light.

import { binomialProbability, chiSquaredTail } from '../statistics/index.js';

/** A likelihood ratio and the chance of one at least as large under the hypothesis. */
export interface LikelihoodRatio {
  readonly statistic: number;
  readonly pValue: number;
}

/** A forecast made from the returns before a day: a value at risk, positive for a loss. */
export type RiskForecast = (before: Float64Array) => number;

/** Forecasts and exceptions by index of the return; NaN and 0 before the first full window. */
export interface BacktestRun {
  readonly forecasts: Float64Array;
  /** 1 where the loss went beyond the forecast. */
  readonly exceptions: Uint8Array;
  readonly observations: number;
  readonly exceptionCount: number;
}

/**
 * Forecasts each day's value at risk from the `window` returns before it; an exception is a
 * return strictly below minus the forecast.
 */
export function runBacktest(
  returns: Float64Array,
  window: number,
  forecast: RiskForecast,
): BacktestRun {
  const forecasts = new Float64Array(returns.length).fill(Number.NaN);
  const exceptions = new Uint8Array(returns.length);
  let exceptionCount = 0;
  for (let index = window; index < returns.length; index++) {
    // A copy, so that a forecast may sort what it is given.
    forecasts[index] = forecast(returns.slice(index - window, index));
    if (returns[index]! < -forecasts[index]!) {
      exceptions[index] = 1;
      exceptionCount++;
    }
  }
  const observations = Math.max(0, returns.length - window);
  return { forecasts, exceptions, observations, exceptionCount };
}

/** `count * ln(share)`, zero for no count, as the limit has it. */
function logTerm(count: number, share: number): number {
  return count === 0 ? 0 : count * Math.log(share);
}

/** Whether the share of exceptions is what the confidence says. Source: Kupiec 1995. */
export function kupiecTest(
  exceptionCount: number,
  observations: number,
  confidence: number,
): LikelihoodRatio {
  const calm = observations - exceptionCount;
  const share = exceptionCount / observations;
  const stated = logTerm(calm, confidence) + logTerm(exceptionCount, 1 - confidence);
  const seen = logTerm(calm, 1 - share) + logTerm(exceptionCount, share);
  const statistic = 2 * (seen - stated);
  return { statistic, pValue: chiSquaredTail(Math.max(0, statistic), 1) };
}

/** Independence of exceptions, with the counts of transitions it rests on. */
export interface IndependenceTest extends LikelihoodRatio {
  readonly calmToCalm: number;
  readonly calmToException: number;
  readonly exceptionToCalm: number;
  readonly exceptionToException: number;
}

/** Whether exceptions follow each other more than chance has it. Source: Christoffersen 1998. */
export function independenceTest(exceptions: ArrayLike<number>): IndependenceTest {
  const counts = [0, 0, 0, 0];
  for (let index = 1; index < exceptions.length; index++) {
    const at = 2 * exceptions[index - 1]! + exceptions[index]!;
    counts[at] = counts[at]! + 1;
  }
  // Four counts were made above.
  const [n00, n01, n10, n11] = counts as [number, number, number, number];
  const share = (hits: number, others: number): number => hits / (hits + others);
  const all = share(n01 + n11, n00 + n10);
  const together = logTerm(n00 + n10, 1 - all) + logTerm(n01 + n11, all);
  const afterCalm = share(n01, n00);
  const afterException = share(n11, n10);
  const apart =
    logTerm(n00, 1 - afterCalm) +
    logTerm(n01, afterCalm) +
    logTerm(n10, 1 - afterException) +
    logTerm(n11, afterException);
  const statistic = 2 * (apart - together);
  return {
    statistic,
    pValue: chiSquaredTail(Math.max(0, statistic), 1),
    calmToCalm: n00,
    calmToException: n01,
    exceptionToCalm: n10,
    exceptionToException: n11,
  };
}

/** Coverage and independence at once: their sum, on two degrees of freedom. */
export function conditionalCoverageTest(
  coverage: LikelihoodRatio,
  independence: LikelihoodRatio,
): LikelihoodRatio {
  const statistic = coverage.statistic + independence.statistic;
  return { statistic, pValue: chiSquaredTail(Math.max(0, statistic), 2) };
}

/** The supervisor's zones. */
export type TrafficLight = 'green' | 'yellow' | 'red';

/** Cumulative chances of a correct model at which the yellow and red zones begin. */
const YELLOW_FROM = 0.95;
const RED_FROM = 0.9999;

/**
 * The zone of a count of exceptions: yellow where a correct model would show at most that many
 * with 95 %, red with 99.99 %. At 99 % over 250 days: green to 4, yellow to 9.
 * Source: Basel Committee 1996, supervisory framework for backtesting, table 2.
 */
export function trafficLight(
  exceptionCount: number,
  observations: number,
  confidence: number,
): TrafficLight {
  const chance = binomialProbability(exceptionCount, observations, 1 - confidence);
  if (chance >= RED_FROM) return 'red';
  return chance >= YELLOW_FROM ? 'yellow' : 'green';
}
