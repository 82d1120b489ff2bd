// How large a position may be: Kelly, volatility target, stop distance, fixed share, largest loss.

import { type Refusal, refusal } from '../../engine/index.js';
import { choleskyFactor, choleskySolve } from '../linear/index.js';
import { type Columns, covarianceMatrix, mean, variance } from '../statistics/index.js';

/** Kelly's share of capital for a bet won with a probability, paying `ratio` for a stake of one. */
export function kellyBinary(winProbability: number, winLossRatio: number): number {
  return winProbability - (1 - winProbability) / winLossRatio;
}

/** Kelly's share for one asset: mean excess return over variance (ddof 1). Source: Thorp 2006. */
export function kellyContinuous(returns: ArrayLike<number>, riskFreePerPeriod: number): number {
  return (mean(returns) - riskFreePerPeriod) / variance(returns, 1);
}

/**
 * Kelly's shares for several assets: inverse covariance (ddof 1) times mean excess returns.
 * Errors: `risk.covariance_singular`. Source: Thorp 2006.
 */
export function kellyShares(columns: Columns, riskFreePerPeriod: number): Float64Array | Refusal {
  const factor = choleskyFactor(covarianceMatrix(columns, 1));
  if (factor === undefined) {
    return refusal(
      'risk.covariance_singular',
      `expected a positive definite covariance of ${columns.length} assets`,
    );
  }
  return choleskySolve(
    factor,
    columns.map((column) => mean(column) - riskFreePerPeriod),
  );
}

/** What a sizing rule is told. Units: `equity` and `price` in one currency. */
export interface SizingInput {
  readonly equity: number;
  readonly price: number;
  /** Smallest tradable quantity; sizes are rounded down to it. */
  readonly lotSize: number;
}

/** The rules of sizing. All shares and volatilities are fractions. */
export type SizingRule =
  | { readonly kind: 'kelly'; readonly share: number; readonly fraction: number }
  | {
      readonly kind: 'volatility_target';
      readonly targetVolatility: number;
      readonly assetVolatility: number;
    }
  | {
      readonly kind: 'atr_stop';
      readonly riskShare: number;
      readonly averageTrueRange: number;
      readonly multiple: number;
    }
  | { readonly kind: 'fixed_fraction'; readonly share: number }
  | { readonly kind: 'maximum_loss'; readonly lossMax: number; readonly worstMove: number };

/** A size: a quantity of whole lots, and what it is worth. */
export interface Size {
  readonly kind: 'size';
  readonly quantity: number;
  /** Share of the equity. */
  readonly share: number;
}

/**
 * The quantity a rule allows, never negative; no more than the equity times `leverageMax`.
 * Errors: `risk.bad_sizing` where a figure is missing, not finite or not above 0.
 */
export function sizePosition(
  rule: SizingRule,
  input: SizingInput,
  leverageMax = 1,
): Size | Refusal {
  const { equity, price, lotSize } = input;
  const share = shareOf(rule, equity, price);
  for (const [name, value] of Object.entries({ equity, price, lotSize, leverageMax })) {
    if (!(value > 0 && Number.isFinite(value))) {
      return refusal('risk.bad_sizing', `expected ${name} above 0, was ${value}`);
    }
  }
  if (!Number.isFinite(share)) {
    return refusal('risk.bad_sizing', `expected a finite share by ${rule.kind}, was ${share}`);
  }
  const bounded = Math.max(0, Math.min(leverageMax, share));
  const lots = Math.floor((bounded * equity) / (price * lotSize));
  const quantity = lots * lotSize;
  return { kind: 'size', quantity, share: (quantity * price) / equity };
}

/** Share of the equity before bounds and lots. */
function shareOf(rule: SizingRule, equity: number, price: number): number {
  switch (rule.kind) {
    case 'kelly':
      return rule.fraction * rule.share;
    case 'volatility_target':
      return rule.targetVolatility / rule.assetVolatility;
    case 'atr_stop':
      // What is lost from entry to stop is to be the risked share of the equity.
      return (rule.riskShare * price) / (rule.multiple * rule.averageTrueRange);
    case 'fixed_fraction':
      return rule.share;
    case 'maximum_loss':
      return rule.lossMax / (Math.abs(rule.worstMove) * equity);
  }
}
