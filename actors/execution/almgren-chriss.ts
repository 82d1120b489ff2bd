// The trajectory that trades market impact off against the risk of waiting.

import { type Refusal, refusal } from '../../engine/index.js';

/** A liquidation and its market. Units: shares, the horizon's time unit (days), money. */
export interface LiquidationTerms {
  readonly shares: number;
  readonly horizon: number;
  readonly periods: number;
  /** Price volatility, money a share per root of a day. */
  readonly sigma: number;
  /** Fixed cost a share: half the spread and fees. */
  readonly epsilon: number;
  /** Permanent impact, money a share for each share. */
  readonly gamma: number;
  /** Temporary impact, money a share for each share a day. */
  readonly eta: number;
  /** Price of variance: utility = cost + riskAversion * variance. */
  readonly riskAversion: number;
}

/** The best trajectory and what it costs. */
export interface Trajectory {
  readonly tau: number;
  readonly etaTilde: number;
  readonly kappa: number;
  /** Time in which holdings would fall by e without a deadline; NaN where kappa is 0. */
  readonly halfLife: number;
  /** Shares held at the start and after each period. */
  readonly holdings: readonly number[];
  /** Shares traded in each period. */
  readonly trades: readonly number[];
  readonly expectedCost: number;
  readonly variance: number;
  readonly deviation: number;
  readonly utility: number;
}

const PERIODS_MAX = 100_000;

function check(terms: LiquidationTerms): Refusal | undefined {
  const { shares, horizon, periods, sigma, epsilon, gamma, eta, riskAversion } = terms;
  if (!Number.isFinite(shares)) {
    return refusal('execution.quantity', `expected a number of shares, was ${shares}`);
  }
  if (!(Number.isInteger(periods) && periods >= 1 && periods <= PERIODS_MAX)) {
    return refusal('execution.slices', `expected 1 to ${PERIODS_MAX} periods, was ${periods}`);
  }
  const isReal = [horizon, sigma, epsilon, gamma, eta, riskAversion].every(
    (value) => Number.isFinite(value) && value >= 0,
  );
  if (!isReal || horizon === 0) {
    return refusal('execution.impact', 'expected a horizon, a volatility and impacts of 0 or more');
  }
  if (!(eta - (gamma * horizon) / periods / 2 > 0)) {
    const text = `expected temporary impact above half the permanent one a period, was ${eta}`;
    return refusal('execution.impact', text);
  }
  return undefined;
}

/** sinh(small) / sinh(large) for 0 <= small <= large, without overflow. */
function sinhRatio(small: number, large: number): number {
  if (large === 0) return 0;
  return (Math.exp(small - large) * Math.expm1(-2 * small)) / Math.expm1(-2 * large);
}

/**
 * Optimal liquidation under linear impact, without drift, with the exact discrete kappa.
 * Errors: `execution.quantity`, `execution.slices`, `execution.impact`.
 * Source: Almgren and Chriss, "Optimal Execution of Portfolio Transactions", J. Risk 3 (2000),
 * equations 16-20.
 */
export function almgrenChriss(terms: LiquidationTerms): Trajectory | Refusal {
  const refused = check(terms);
  if (refused !== undefined) return refused;
  const { shares, horizon, periods, sigma, epsilon, gamma, eta, riskAversion } = terms;
  const tau = horizon / periods;
  const etaTilde = eta - (gamma * tau) / 2;
  // acosh(1 + x) written for small x: the plain form loses half the digits.
  const x = (riskAversion * sigma * sigma * tau * tau) / (2 * etaTilde);
  const kappa = Math.log1p(x + Math.sqrt(x * (x + 2))) / tau;
  const holdings: number[] = [];
  for (let index = 0; index <= periods; index++) {
    const left = horizon - index * tau;
    const share =
      kappa === 0 ? (periods - index) / periods : sinhRatio(kappa * left, kappa * horizon);
    holdings.push(index === periods ? 0 : share * shares);
  }
  const trades = holdings.slice(1).map((held, index) => holdings[index]! - held);
  let turnover = 0;
  let squares = 0;
  for (const trade of trades) {
    turnover += Math.abs(trade);
    squares += trade * trade;
  }
  const heldSquares = holdings.slice(1).reduce((sum, held) => sum + held * held, 0);
  const expectedCost =
    (gamma * shares * shares) / 2 + epsilon * turnover + (etaTilde / tau) * squares;
  const variance = sigma * sigma * tau * heldSquares;
  return {
    tau,
    etaTilde,
    kappa,
    halfLife: kappa === 0 ? Number.NaN : 1 / kappa,
    holdings,
    trades,
    expectedCost,
    variance,
    deviation: Math.sqrt(variance),
    utility: expectedCost + riskAversion * variance,
  };
}
