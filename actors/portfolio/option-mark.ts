// What options add to a portfolio at a point: exposure by delta, profits in the scenarios, greeks.

import type { MarginPolicy } from '../pretrade/index.js';
import { historicalRisk } from '../risk/index.js';
import type { OptionFigures, OptionRiskNow } from './answers.js';
import { marginOfOptions } from './margin-now.js';
import type { Marked } from './messages.js';
import {
  type HeldOption,
  type OptionApproximation,
  type OptionBook,
  optionExposure,
  profitsOf,
  valueOptions,
} from './option-book.js';
import type { PortfolioState } from './state.js';

/** What is held at a point. Units: dollars. */
export interface BookValue {
  readonly market: number;
  readonly cost: number;
  readonly gross: number;
  /** By delta, signed; of stocks their value. */
  readonly net: number;
  /** Largest position in one name. */
  readonly largest: number;
  /** As of `OptionSums`. */
  readonly gamma: number;
  readonly vega: number;
  /** What it asks of equity. */
  readonly margin: number;
}

/**
 * Values options beside stocks: each counts by delta for exposure, beside the shares of its stock
 * for the largest name; one without a price at its cost, as stocks without one do.
 */
export function addOptions(
  state: PortfolioState,
  options: OptionBook,
  stocks: BookValue,
  { timeUs, dayIndex, prices }: Marked,
  policy: MarginPolicy,
): BookValue {
  const moment = { timeUs, dayIndex, priceOf: (row: number) => prices[row] ?? Number.NaN };
  const sums = valueOptions(options, state.account, state.pricing, moment);
  const { market, delta, gamma, vega } = sums;
  let cost = stocks.cost;
  let gross = stocks.gross + unpricedOf(state);
  for (const option of options.held) {
    cost += option.cost;
    gross += Math.abs(optionExposure(option));
  }
  const { exposures } = namesOf(state);
  const largest = exposures.reduce((most, one) => Math.max(most, Math.abs(one)), 0);
  const sizes = { gross, net: stocks.net + delta, largest };
  const { rows, quantities } = state;
  const sharesOf = ({ row }: HeldOption): number => quantities[rows.indexOf(row)] ?? 0;
  const margin = stocks.margin + marginOfOptions(options.held, { timeUs, policy, sharesOf });
  return { market: stocks.market + market, cost, ...sizes, gamma, vega, margin };
}

/** Cost of the options that can't be priced. Units: dollars. */
export function unpricedOf({ options }: PortfolioState): number {
  let sum = 0;
  for (const { greeks, cost } of options?.held ?? [])
    if (greeks === undefined) sum += Math.abs(cost);
  return sum;
}

/** What is held of each stock, options by delta: rows ascending, each once. Units: dollars. */
export function namesOf({ rows, exposures, options }: PortfolioState): {
  readonly rows: Int32Array;
  readonly exposures: Float64Array;
} {
  if (options === undefined) return { rows, exposures };
  const sums = new Map<number, number>();
  rows.forEach((row, index) => {
    sums.set(row, exposures[index]!);
  });
  for (const option of options.held) {
    const exposure = optionExposure(option);
    if (exposure !== 0) sums.set(option.row, (sums.get(option.row) ?? 0) + exposure);
  }
  const all = [...sums].sort(([one], [other]) => one - other);
  return {
    rows: Int32Array.from(all, ([row]) => row),
    exposures: Float64Array.from(all, ([, exposure]) => exposure),
  };
}

/** Exposure that has come or gone since risk was last made. Units: dollars. */
export function movedOf({ book, exposures, options }: PortfolioState): number {
  let sum = book.moved(exposures);
  options?.held.forEach((option, index) => {
    sum += Math.abs(optionExposure(option) - options.applied[index]!);
  });
  return sum;
}

/** Revalues the options in every scenario of the book's last update. */
export function revalueOptions(state: PortfolioState, options: OptionBook): void {
  const { full, approximate } = profitsOf(options.held, state.pricing, state.book.firstDay);
  state.book.putBeside(full);
  options.held.forEach((option, index) => {
    options.applied[index] = optionExposure(option);
  });
  options.approximation = approximationOf(state.book.profits, full, approximate);
}

/**
 * What options come to now, beside the stocks of the last risk figures: these come with points, and
 * between them options may have been traded.
 */
export function optionRiskNow({ book, pricing }: PortfolioState, now: OptionBook): OptionRiskNow {
  const { full, approximate } = profitsOf(now.held, pricing, book.firstDay);
  const { beside } = book;
  // Without risk figures there is no window.
  const isKnown = book.firstDay === book.firstDay;
  const profits = book.profits.map((profit, scenario) => {
    return isKnown ? profit - (beside?.[scenario] ?? 0) + full[scenario]! : Number.NaN;
  });
  const approximation = approximationOf(profits, full, approximate);
  const { valueAtRisk: var99, tailMean: cvar99 } = historicalRisk(profits.sort(), 0.99);
  return { ...now.sums, ...approximation, var99, cvar99 };
}

function approximationOf(
  profits: Float64Array,
  full: Float64Array,
  approximate: Float64Array,
): OptionApproximation {
  let error = 0;
  const approximated = profits.map((profit, scenario) => {
    const gap = approximate[scenario]! - full[scenario]!;
    error = Math.max(error, Math.abs(gap));
    return profit + gap;
  });
  const { valueAtRisk, tailMean } = historicalRisk(approximated.sort(), 0.99);
  return { approximateVar99: valueAtRisk, approximateCvar99: tailMean, approximationError: error };
}

/** What is told of the options; before risk is made, of the approximation what was told last. */
export function figuresOf(
  { sums, approximation }: OptionBook,
  before: OptionFigures | undefined,
): OptionFigures {
  const { approximateVar99, approximateCvar99, approximationError } =
    approximation ?? before ?? NO_APPROXIMATION;
  return { ...sums, approximateVar99, approximateCvar99, approximationError };
}

const NO_APPROXIMATION = {
  approximateVar99: Number.NaN,
  approximateCvar99: Number.NaN,
  approximationError: Number.NaN,
};
