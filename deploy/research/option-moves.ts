// What options of a portfolio count for once prices have moved: they are valued anew at each move.

import {
  type AmericanCurve,
  americanCurve,
  type CurveTerms,
  priceAt,
} from '../../actors/options/index.js';
import {
  type OptionProfit,
  optionDeltas,
  optionProfits,
  type StudiedOption,
  spotAfter,
} from './option-bend.js';

/** The options of a row after a move, shares of the equity before it. */
export interface MovedOptions {
  /** What they bring beyond what their shares by delta bring. */
  readonly bend: number;
  /** What their shares by the delta that they then have are worth. */
  readonly exposure: number;
  /** What a rise of 1 % from there changes that by. */
  readonly gamma: number;
}

/** Step of a price that slopes are taken over, a share of it: prices are smooth far below it. */
const SLOPE_STEP = 1e-3;

/** A point of volatility, of which half is added and half taken away. */
const POINT = 0.01;

/** Options whose curves are made once, to be moved many times. */
export class OptionMover {
  readonly #equity: number;
  readonly #priced: readonly { readonly option: StudiedOption; readonly curve: AmericanCurve }[];
  readonly #profits: ReadonlyMap<number, OptionProfit>;
  /** What options count for before any move, by row; they are part of its weight. */
  readonly deltas: ReadonlyMap<number, number>;

  /** Units of `equity`: dollars. */
  constructor(options: readonly StudiedOption[], equity: number) {
    this.#equity = equity;
    this.#priced = options.map((option) => ({ option, curve: americanCurve(option.terms) }));
    this.#profits = optionProfits(options, equity);
    this.deltas = optionDeltas(options, equity);
  }

  /** Moves all of them at once, before any time has gone; volatilities stay. */
  moved(shockOf: (row: number) => number): ReadonlyMap<number, MovedOptions> {
    const slopes = this.#slopes(shockOf);
    return new Map(
      [...this.#profits].map(([row, profitOf]) => {
        const shock = shockOf(row);
        const delta = this.deltas.get(row)!; // Rows of profits are those of deltas, and of slopes.
        const bend = profitOf(shock) - delta * shock;
        return [row, { bend, ...slopes.get(row)! }] as const;
      }),
    );
  }

  /** What options of a row bring on a day after a move, by the move of that day. */
  gainsAfter(row: number, shock: number): OptionProfit {
    const profitOf = this.#profits.get(row);
    if (profitOf === undefined) return () => 0;
    const before = profitOf(shock);
    return (move) => profitOf((1 + shock) * (1 + move) - 1) - before;
  }

  /** Exposure and gamma after a move, by row. */
  #slopes(
    shockOf: (row: number) => number,
  ): ReadonlyMap<number, Pick<MovedOptions, 'exposure' | 'gamma'>> {
    const rows = new Map<number, { exposure: number; gamma: number }>();
    for (const { option, curve } of this.#priced) {
      const { row, shares } = option;
      const spot = spotAfter(option, shockOf(row));
      const [below, at, above] = [1 - SLOPE_STEP, 1, 1 + SLOPE_STEP].map((by) => {
        return priceAt(curve, spot * by);
      }) as [number, number, number]; // As many as there are factors.
      const sums = rows.get(row) ?? { exposure: 0, gamma: 0 };
      rows.set(row, sums);
      const held = shares / this.#equity;
      sums.exposure += (held * (above - below)) / (2 * SLOPE_STEP);
      sums.gamma += ((held * (above - 2 * at + below)) / SLOPE_STEP ** 2) * 0.01;
    }
    return rows;
  }

  /** What a point of volatility brings after a move, a share of the equity before it. */
  vega(shockOf: (row: number) => number): number {
    let vega = 0;
    for (const { option } of this.#priced) {
      const { row, shares, terms } = option;
      const spot = spotAfter(option, shockOf(row));
      vega +=
        (shares * (priceWith(terms, POINT / 2, spot) - priceWith(terms, -POINT / 2, spot))) /
        this.#equity;
    }
    return vega;
  }
}

function priceWith(terms: CurveTerms, points: number, spot: number): number {
  const volatility = Math.max(0, terms.volatility + points);
  return priceAt(americanCurve({ ...terms, volatility }), spot);
}
