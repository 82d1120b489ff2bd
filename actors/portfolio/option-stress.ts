// A portfolio with options under moves of all prices and all volatilities at once.

import { americanCurve, priceAt } from '../options/index.js';
import type { HeldOption } from './option-book.js';

/** What moves of everything would do. Units: fractions; volatility in units of 1.00; dollars. */
export interface OptionStress {
  readonly priceMove: number;
  readonly volatilityMove: number;
  readonly profit: number;
}

/** What of a position is moved: options are told apart, and priced by what they are themselves. */
interface StressedLine {
  readonly last: number;
  readonly marketValue: number;
  readonly option?: object;
}

/** Moves of all prices: what a bad week and a crash look like, both ways. */
const PRICE_MOVES = [-0.3, -0.2, -0.1, -0.05, 0, 0.05, 0.1, 0.2];

/** Moves of all volatilities: in March 2020 they rose by forty points and more. */
const VOLATILITY_MOVES = [-0.1, 0, 0.1, 0.4];

/** Least volatility that a move may leave. */
const VOLATILITY_MIN = 0.01;

/**
 * Profit of the whole portfolio under every pair of moves, at once: stocks by their value, options
 * priced anew. What has no price stays as it is.
 */
export function stressOptions(
  options: readonly HeldOption[],
  lines: readonly StressedLine[],
): readonly OptionStress[] {
  let stocks = 0;
  for (const { last, marketValue, option } of lines) {
    if (option === undefined && last === last) stocks += marketValue;
  }
  return VOLATILITY_MOVES.flatMap((volatilityMove) =>
    PRICE_MOVES.map((priceMove) => {
      const profit = options.reduce(
        (sum, option) => sum + profitOf(option, priceMove, volatilityMove),
        stocks * priceMove,
      );
      return { priceMove, volatilityMove, profit };
    }),
  );
}

function profitOf(
  { curve, greeks, spot, shares }: HeldOption,
  priceMove: number,
  volatilityMove: number,
): number {
  if (curve === undefined || greeks === undefined) return 0;
  const volatility = Math.max(VOLATILITY_MIN, curve.terms.volatility + volatilityMove);
  const moved = americanCurve({ ...curve.terms, volatility });
  return shares * (priceAt(moved, spot * (1 + priceMove)) - greeks.price);
}
