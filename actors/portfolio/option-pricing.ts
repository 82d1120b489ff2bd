// What options are priced by: rate, yields and the volatility of each, with where it comes from.

import { sessionOf } from '../calendar/index.js';
import { type AmericanCurve, americanCurve, type OptionContract } from '../options/index.js';
import { realisedVolatility, type ScenarioMatrix } from '../risk/index.js';
import type { Account } from './account.js';

/** What is known of options besides prices. */
export interface OptionPolicy {
  /** Continuously compounded, a year, 0 or more. */
  readonly rate: number;
  /** By symbol of the stock; 0 of others. */
  readonly dividendYields: ReadonlyMap<string, number>;
  /** By symbol of the stock, as fractions a year: where it is told, nothing else counts. */
  readonly volatilities: ReadonlyMap<string, number>;
}

/** Where nothing is configured: no rate, no yields, volatilities of trades and of the past. */
export const DEFAULT_OPTION_POLICY: OptionPolicy = {
  rate: 0,
  dividendYields: new Map(),
  volatilities: new Map(),
};

/**
 * Where a volatility comes from, the strongest first: the configuration, the last trade of the
 * option, the returns of the stock over the scenarios.
 */
export type VolatilitySource = 'configured' | 'traded' | 'realised';

/** A volatility as a fraction a year, NaN where none is known, and where it comes from. */
export interface SourcedVolatility {
  readonly volatility: number;
  readonly source: VolatilitySource;
}

/** What a portfolio's options are priced with. */
export interface OptionPricing {
  readonly policy: OptionPolicy;
  readonly matrix: ScenarioMatrix;
}

const YEAR_US = 365 * 86_400_000_000;

/** The volatility of a contract on the stock of a row, as of a day of the scenarios. */
export function volatilityOf(
  { policy, matrix }: OptionPricing,
  { volatilities }: Account,
  { symbol, underlying }: OptionContract,
  row: number,
  dayIndex: number,
): SourcedVolatility {
  const configured = policy.volatilities.get(underlying);
  if (configured !== undefined) return { volatility: configured, source: 'configured' };
  const traded = volatilities.get(symbol);
  if (traded !== undefined) return { volatility: traded, source: 'traded' };
  const isKnown = row >= 0 && dayIndex === dayIndex;
  const volatility = isKnown ? realisedVolatility(matrix, row, dayIndex) : Number.NaN;
  return { volatility, source: 'realised' };
}

/** Time left until the close of a contract's last day; 0 from then on. Units: years of 365 days. */
export function yearsLeft({ expiryDate }: OptionContract, timeUs: number): number {
  return Math.max(0, sessionOf(expiryDate).closeUs - timeUs) / YEAR_US;
}

/** The price of a contract at any price of its stock, at an event time. */
export function curveOf(
  { policy }: OptionPricing,
  contract: OptionContract,
  volatility: number,
  timeUs: number,
): AmericanCurve {
  return americanCurve({
    type: contract.type,
    strike: Number(contract.strike) / 1_000_000,
    rate: policy.rate,
    dividendYield: policy.dividendYields.get(contract.underlying) ?? 0,
    volatility,
    timeYears: yearsLeft(contract, timeUs),
  });
}
