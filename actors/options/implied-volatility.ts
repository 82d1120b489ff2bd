// The volatility at which a European option is worth what was paid for it.

import { type Refusal, refusal } from '../../engine/index.js';
import { normalCdf, normalDensity } from './normal.js';
import { checkTerms, type OptionTerms } from './terms.js';

/** An option without its volatility, and its price. */
export interface ImpliedVolatilityQuery extends Omit<OptionTerms, 'volatility'> {
  readonly price: number;
}

/** Newton converges in under ten rounds; bisection of the bracket alone in about sixty. */
const ROUNDS_MAX = 120;
/** Total deviations above this give prices no float can tell from the upper bound. */
const DEVIATION_MAX = 50;

/**
 * Value of an out-of-the-money call on a forward, in units of the root of forward times strike.
 * `moneyness` is the log of forward over strike and not positive.
 */
function normalisedValue(moneyness: number, deviation: number): number {
  const shift = moneyness / deviation;
  const half = deviation / 2;
  return (
    Math.exp(moneyness / 2) * normalCdf(shift + half) -
    Math.exp(-moneyness / 2) * normalCdf(shift - half)
  );
}

/** Slope of the above in the deviation. */
function normalisedVega(moneyness: number, deviation: number): number {
  const first = moneyness / deviation + deviation / 2;
  return Math.exp(moneyness / 2) * normalDensity(first);
}

/**
 * Root of `normalisedValue = target`. Newton on the value from its inflection, or on the log of
 * the value below it where the value itself is flat; a step out of the bracket becomes a halving.
 */
function solve(moneyness: number, target: number): number | undefined {
  let low = 0;
  let high = DEVIATION_MAX;
  if (!(normalisedValue(moneyness, high) > target)) return undefined;
  const inflection = Math.sqrt(2 * Math.abs(moneyness));
  let deviation = inflection > 0 ? Math.min(inflection, high / 2) : 0.2;
  const isBelow = target < normalisedValue(moneyness, deviation);
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const value = normalisedValue(moneyness, deviation);
    if (value === target) return deviation;
    if (value < target) low = deviation;
    else high = deviation;
    const slope = normalisedVega(moneyness, deviation);
    const step =
      isBelow && value > 0 ? (Math.log(value / target) * value) / slope : (value - target) / slope;
    let next = deviation - step;
    if (!(next > low && next < high)) next = (low + high) / 2;
    if (Math.abs(next - deviation) <= 2 * Number.EPSILON * deviation) return next;
    deviation = next;
  }
  return deviation;
}

/**
 * Implied volatility of a European option. Errors: the refusals of the terms;
 * `options.no_time_left`; `options.price_below_bound` where the price is not above the value
 * without volatility, `options.price_above_bound` where no volatility is high enough.
 * Source: Manaster and Koehler 1982 (start at the inflection); Jaeckel, "Let's Be Rational", 2015
 * (the out-of-the-money side, logs for small prices).
 */
export function impliedVolatility(query: ImpliedVolatilityQuery): number | Refusal {
  const { type, spot, strike, rate, dividendYield, timeYears, price } = query;
  const refused = checkTerms({ ...query, volatility: 0 });
  if (refused !== undefined) return refused;
  if (timeYears === 0) return refusal('options.no_time_left', 'expected time left, was 0 years');
  const sign = type === 'call' ? 1 : -1;
  const asset = spot * Math.exp(-dividendYield * timeYears);
  const cash = strike * Math.exp(-rate * timeYears);
  const intrinsic = Math.max(0, sign * (asset - cash));
  if (!(price > intrinsic)) {
    const text = `expected a price above ${intrinsic}, its value without volatility, was ${price}`;
    return refusal('options.price_below_bound', text);
  }
  const bound = type === 'call' ? asset : cash;
  const moneyness = -Math.abs(Math.log(spot / strike) + (rate - dividendYield) * timeYears);
  const target = (price - intrinsic) / Math.sqrt(asset * cash);
  const deviation = price < bound ? solve(moneyness, target) : undefined;
  if (deviation === undefined) {
    const text = `expected a price below ${bound}, its value at endless volatility, was ${price}`;
    return refusal('options.price_above_bound', text);
  }
  return deviation / Math.sqrt(timeYears);
}
