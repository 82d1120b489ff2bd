// What a house allows in one order: the numbers that the rules are judged by.

import { DEFAULT_MARGIN, type MarginPolicy } from './margin.js';

/** A policy; figures that are Infinity bound nothing. */
export interface PretradePolicy {
  /** Whether trades that a rule says no to are refused, and not only told. */
  readonly enforce: boolean;
  /** Largest distance of the price from the last one, as a fraction of the last. */
  readonly collar: number;
  /** Largest worth of one order. Units: US dollars. */
  readonly notionalMax: number;
  /** Largest position in one symbol. Units: shares. */
  readonly positionMax: number;
  /** Largest position in one symbol, a fraction of equity. */
  readonly concentrationMax: number;
  /** Largest one-day value at risk at 99 % after the trade, a fraction of equity. */
  readonly var99Max: number;
  /** Largest share of scenarios in which the symbol may have no return of its own. */
  readonly historyMissingMax: number;
  /** Most trades of one portfolio in a window of event time. Units: microseconds. */
  readonly rateMax: number;
  readonly rateWindowUs: number;
  /** Age of the oldest rate that equity may rest on. Units: days. */
  readonly rateDaysMax: number;
  /** Share of equity that may rest on older rates. */
  readonly rateShareMax: number;
  /** Symbols that may not be bought or sold, with the reason. */
  readonly restricted: ReadonlyMap<string, string>;
  /** Shares that can be borrowed, by symbol; others have `shortDefault`. */
  readonly shortAvailable: ReadonlyMap<string, number>;
  readonly shortDefault: number;
  readonly margin: MarginPolicy;
  /** Whether an order outside the session is refused, or told that it would wait. */
  readonly refusesClosed: boolean;
}

/**
 * What holds where nothing is configured: orders that can't be meant (a tenth away from the market,
 * more than a hundred million dollars) and risk that nobody knows.
 */
export const DEFAULT_POLICY: PretradePolicy = {
  enforce: false,
  collar: 0.1,
  notionalMax: 100_000_000,
  positionMax: 10_000_000,
  concentrationMax: Number.POSITIVE_INFINITY,
  var99Max: Number.POSITIVE_INFINITY,
  // A name listed within the first of the two years of scenarios has a tail worth looking at.
  historyMissingMax: 0.5,
  rateMax: 1_000,
  rateWindowUs: 60_000_000,
  // Currencies move by a per cent a week.
  rateDaysMax: 7,
  // Wrong by a tenth, such a share is a thousandth of equity.
  rateShareMax: 0.01,
  restricted: new Map(),
  shortAvailable: new Map(),
  shortDefault: Number.POSITIVE_INFINITY,
  margin: DEFAULT_MARGIN,
  refusesClosed: false,
};
