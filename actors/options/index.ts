// The door of the options module: prices, greeks and implied volatility.

export { americanPrice, crrPrice } from './american.js';
export { type BarrierKind, type BarrierOption, barrierPrice } from './barrier.js';
export { blackScholes, type Greeks } from './black-scholes.js';
export {
  CONTRACT_SHARES,
  contractOf,
  type OptionContract,
  type SplitContract,
  splitContract,
  symbolApart,
} from './contract.js';
export { type ImpliedVolatilityQuery, impliedVolatility } from './implied-volatility.js';
export { normalCdf, normalDensity } from './normal.js';
export {
  type AmericanCurve,
  americanCurve,
  type CurveGreeks,
  greeksAt,
  priceAt,
} from './quadratic.js';
export type { CurveTerms, OptionTerms, OptionType } from './terms.js';
export { verifyOptionCase } from './verify.js';
