// What every option states, and the refusal of terms that mean nothing.

import { type Refusal, refusal } from '../../engine/index.js';

/** The right to buy, or to sell. */
export type OptionType = 'call' | 'put';

/** Terms and market of one option on an asset that pays a continuous yield. */
export interface OptionTerms {
  readonly type: OptionType;
  /** Price of the asset now. */
  readonly spot: number;
  readonly strike: number;
  /** Continuously compounded, per year. */
  readonly rate: number;
  /** Continuously compounded, per year. */
  readonly dividendYield: number;
  /** Per square root of a year, as a fraction. */
  readonly volatility: number;
  readonly timeYears: number;
}

/** Everything about an option but the price of its asset. */
export type CurveTerms = Omit<OptionTerms, 'spot'>;

/** Largest total deviation, volatility times the root of time, that is taken for a real quote. */
const DEVIATION_MAX = 50;

/**
 * Refuses terms out of range.
 * Errors: `options.spot`, `.strike`, `.rate`, `.volatility`, `.time`.
 */
export function checkTerms(terms: OptionTerms): Refusal | undefined {
  const { spot, strike, rate, dividendYield, volatility, timeYears } = terms;
  const isPositive = (value: number): boolean => Number.isFinite(value) && value > 0;
  if (!isPositive(spot)) return refusal('options.spot', `expected a positive spot, was ${spot}`);
  if (!isPositive(strike)) {
    return refusal('options.strike', `expected a positive strike, was ${strike}`);
  }
  if (!(timeYears >= 0 && timeYears <= 1000)) {
    return refusal('options.time', `expected 0 to 1000 years, was ${timeYears}`);
  }
  if (!(Math.abs(rate) <= 10 && Math.abs(dividendYield) <= 10)) {
    const was = `${rate} and ${dividendYield}`;
    return refusal(
      'options.rate',
      `expected a rate and a yield of at most 10 (1000 %), was ${was}`,
    );
  }
  if (!(volatility >= 0 && volatility * Math.sqrt(timeYears) <= DEVIATION_MAX)) {
    return refusal('options.volatility', `expected a volatility of 0 or more, was ${volatility}`);
  }
  return undefined;
}
