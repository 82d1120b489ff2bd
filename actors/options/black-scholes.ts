// European options in closed form: price and greeks under Black, Scholes and Merton.

import type { Refusal } from '../../engine/index.js';
import { normalCdf, normalDensity } from './normal.js';
import { type CurveTerms, checkTerms, type OptionTerms } from './terms.js';

/** Price and sensitivities. Units: vega and both rhos per 1.00, theta per year. */
export interface Greeks {
  readonly price: number;
  readonly delta: number;
  readonly gamma: number;
  readonly vega: number;
  /** Change as a year passes; negative is decay. */
  readonly theta: number;
  readonly thetaPerCalendarDay: number;
  readonly rho: number;
  /** Sensitivity to the dividend yield. */
  readonly dividendRho: number;
}

const DAYS_PER_YEAR = 365;

/** The two arguments of the formula; infinite where nothing is left to chance. */
function argumentsOf(
  terms: CurveTerms,
  spot: number,
): { first: number; second: number; deviation: number } {
  const { strike, rate, dividendYield, volatility, timeYears } = terms;
  const deviation = volatility * Math.sqrt(timeYears);
  const drift = Math.log(spot / strike) + (rate - dividendYield) * timeYears;
  if (deviation === 0) {
    const limit = drift === 0 ? 0 : drift * Number.POSITIVE_INFINITY;
    return { first: limit, second: limit, deviation };
  }
  const first = drift / deviation + deviation / 2;
  return { first, second: first - deviation, deviation };
}

/**
 * Price of checked terms at a price of the asset. It stands beside the terms because it is what
 * scenarios change: a copy of the terms for each took four fifths of the time.
 */
export function europeanPrice(terms: CurveTerms, spot: number): number {
  const { first, second } = argumentsOf(terms, spot);
  const sign = terms.type === 'call' ? 1 : -1;
  const asset = spot * Math.exp(-terms.dividendYield * terms.timeYears);
  const cash = terms.strike * Math.exp(-terms.rate * terms.timeYears);
  return Math.max(0, sign * (asset * normalCdf(sign * first) - cash * normalCdf(sign * second)));
}

/**
 * Price and greeks of a European option. Errors: the refusals of the terms.
 * Source: Black and Scholes 1973; Merton 1973; Haug, "The Complete Guide to Option Pricing
 * Formulas", 2nd ed., ch. 1-2.
 */
export function blackScholes(terms: OptionTerms): Greeks | Refusal {
  const refused = checkTerms(terms);
  if (refused !== undefined) return refused;
  const { spot, rate, dividendYield, volatility, timeYears } = terms;
  const { first, second, deviation } = argumentsOf(terms, spot);
  const sign = terms.type === 'call' ? 1 : -1;
  const yieldDiscount = Math.exp(-dividendYield * timeYears);
  const asset = spot * yieldDiscount;
  const cash = terms.strike * Math.exp(-rate * timeYears);
  const assetChance = normalCdf(sign * first);
  const cashChance = normalCdf(sign * second);
  const density = deviation === 0 ? 0 : normalDensity(first);
  const decay = deviation === 0 ? 0 : (asset * density * volatility) / (2 * Math.sqrt(timeYears));
  const carry = sign * (dividendYield * asset * assetChance - rate * cash * cashChance);
  const theta = carry - decay;
  return {
    price: Math.max(0, sign * (asset * assetChance - cash * cashChance)),
    delta: sign * yieldDiscount * assetChance,
    gamma: deviation === 0 ? 0 : (yieldDiscount * density) / (spot * deviation),
    vega: asset * density * Math.sqrt(timeYears),
    theta,
    thetaPerCalendarDay: theta / DAYS_PER_YEAR,
    rho: sign * cash * timeYears * cashChance,
    dividendRho: -sign * asset * timeYears * assetChance,
  };
}
