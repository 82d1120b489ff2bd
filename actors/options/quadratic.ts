// American options in closed form, fast enough to be priced in every scenario at every point.

import { blackScholes, europeanPrice } from './black-scholes.js';
import { normalCdf } from './normal.js';
import type { CurveTerms } from './terms.js';

/**
 * The price of one American option at any price of its asset: the European one and, while it is
 * held, a premium for exercising early that grows as a power of the asset's price.
 */
export interface AmericanCurve {
  readonly terms: CurveTerms;
  /** Price of the asset from which on it is exercised at once; endless or 0 where it never is. */
  readonly critical: number;
  /** Premium at the critical price, and the power it changes by; 0 where it is never exercised. */
  readonly premium: number;
  readonly power: number;
}

/** Halvings of the bracket of the critical price: below the last digit of a float by then. */
const ROUNDS = 60;

/** Doublings of the strike to where a call is surely exercised. */
const DOUBLINGS_MAX = 64;

/**
 * The curve of checked terms with a rate and a yield of 0 or more. A call on an asset without a
 * yield, and a put without a rate, are never exercised early: their price is the European one.
 * Source: Barone-Adesi and Whaley, "Efficient Analytic Approximation of American Option Values",
 * Journal of Finance 42 (1987); within 0.2 % of the strike of the converged tree (in its test).
 */
export function americanCurve(terms: CurveTerms): AmericanCurve {
  const { type, rate, dividendYield, volatility, timeYears } = terms;
  const isCall = type === 'call';
  const never = isCall ? Number.POSITIVE_INFINITY : 0;
  const european = { terms, critical: never, premium: 0, power: 0 };
  const isNeverEarly = isCall ? dividendYield <= 0 : rate <= 0;
  if (isNeverEarly || volatility * Math.sqrt(timeYears) === 0) return european;
  const square = volatility * volatility;
  const drift = (2 * (rate - dividendYield)) / square - 1;
  // Without a rate the quotient has a limit: 2 / (variance of the time left).
  const discounted = -Math.expm1(-rate * timeYears);
  const scale = discounted > 0 ? (2 * rate) / square / discounted : 2 / (square * timeYears);
  const root = Math.sqrt(drift * drift + 4 * scale);
  const power = ((isCall ? root : -root) - drift) / 2;
  const critical = criticalOf(terms, power);
  if (critical === undefined) return european;
  return { terms, critical, premium: premiumOf(terms, power, critical), power };
}

/** What exercising early adds at the price from which on it is done. */
function premiumOf(terms: CurveTerms, power: number, critical: number): number {
  const { type, strike, rate, dividendYield, volatility, timeYears } = terms;
  const sign = type === 'call' ? 1 : -1;
  const deviation = volatility * Math.sqrt(timeYears);
  const first =
    (Math.log(critical / strike) + (rate - dividendYield) * timeYears) / deviation + deviation / 2;
  const held = Math.exp(-dividendYield * timeYears) * normalCdf(sign * first);
  return (sign * critical * (1 - held)) / power;
}

/** The price at which exercising and holding are worth the same; undefined where there is none. */
function criticalOf(terms: CurveTerms, power: number): number | undefined {
  const { type, strike } = terms;
  const sign = type === 'call' ? 1 : -1;
  /** What exercising is worth beyond holding. */
  const excessAt = (spot: number): number =>
    sign * (spot - strike) - europeanPrice(terms, spot) - premiumOf(terms, power, spot);
  let held = strike;
  let exercised = type === 'call' ? 2 * strike : 0;
  if (type === 'call') {
    for (let doubling = 0; excessAt(exercised) <= 0; doubling++) {
      if (doubling === DOUBLINGS_MAX) return undefined;
      held = exercised;
      exercised *= 2;
    }
  }
  for (let round = 0; round < ROUNDS; round++) {
    const middle = (held + exercised) / 2;
    if (excessAt(middle) > 0) exercised = middle;
    else held = middle;
  }
  return exercised > 0 ? exercised : undefined;
}

/** Price at a positive price of the asset. */
export function priceAt(curve: AmericanCurve, spot: number): number {
  const { terms, critical, premium, power } = curve;
  const sign = terms.type === 'call' ? 1 : -1;
  if (power !== 0 && sign * (spot - critical) >= 0) return sign * (spot - terms.strike);
  return europeanPrice(terms, spot) + premium * (power === 0 ? 0 : (spot / critical) ** power);
}

/** Price and sensitivities of one share's option. Units: dollars, of a move of one dollar. */
export interface CurveGreeks {
  readonly price: number;
  readonly delta: number;
  readonly gamma: number;
  /** Change for one more point (0.01) of volatility. */
  readonly vega: number;
  /** Change as a calendar day passes. */
  readonly theta: number;
}

const YEARS_A_DAY = 1 / 365;

/** A point of volatility, of which half is added and half taken away. */
const POINT = 0.01;

/** Price, slopes and what a point of volatility and a day change, at a price of the asset. */
export function greeksAt(curve: AmericanCurve, spot: number): CurveGreeks {
  const { terms, critical, premium, power } = curve;
  const { volatility, timeYears } = terms;
  const price = priceAt(curve, spot);
  const sign = terms.type === 'call' ? 1 : -1;
  const isExercised = power !== 0 && sign * (spot - critical) >= 0;
  const plain = blackScholes({ ...terms, spot });
  const slopes = 'kind' in plain || isExercised ? { delta: sign, gamma: 0 } : plain;
  const early = power === 0 || isExercised ? 0 : premium * (spot / critical) ** power;
  const up = americanCurve({ ...terms, volatility: volatility + POINT / 2 });
  const down = americanCurve({ ...terms, volatility: Math.max(0, volatility - POINT / 2) });
  const later = americanCurve({ ...terms, timeYears: Math.max(0, timeYears - YEARS_A_DAY) });
  return {
    price,
    delta: slopes.delta + (early * power) / spot,
    gamma: slopes.gamma + (early * power * (power - 1)) / (spot * spot),
    vega: timeYears === 0 ? 0 : priceAt(up, spot) - priceAt(down, spot),
    theta: timeYears === 0 ? 0 : priceAt(later, spot) - price,
  };
}
