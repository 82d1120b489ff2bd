// What options of a portfolio count for once prices have moved: they are valued anew at each move.

import {
  type AmericanCurve,
  americanCurve,
  type CurveTerms,
  priceAt,
} from '../../actors/options/index.js';
import { bendOf, type StudiedOption, spotAfter } from './option-bend.js';

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

  /** Units of `equity`: dollars. */
  constructor(options: readonly StudiedOption[], equity: number) {
    this.#equity = equity;
    this.#priced = options.map((option) => ({ option, curve: americanCurve(option.terms) }));
  }

  /** What options count for before any move, by row; they are part of its weight. */
  deltas(): ReadonlyMap<number, number> {
    const deltas = new Map<number, number>();
    for (const { option } of this.#priced) {
      const { row, delta } = option;
      deltas.set(row, (deltas.get(row) ?? 0) + delta / this.#equity);
    }
    return deltas;
  }

  /** Moves all of them at once, before any time has gone; volatilities stay. */
  moved(shockOf: (row: number) => number): ReadonlyMap<number, MovedOptions> {
    const rows = new Map<number, MovedOptions>();
    for (const { option, curve } of this.#priced) {
      const { row, shares } = option;
      const spot = spotAfter(option, shockOf(row));
      const [below, at, above] = [1 - SLOPE_STEP, 1, 1 + SLOPE_STEP].map((by) => {
        return priceAt(curve, spot * by);
      }) as [number, number, number]; // As many as there are factors.
      const before = rows.get(row) ?? { bend: 0, exposure: 0, gamma: 0 };
      const exposure = (shares * (above - below)) / (2 * SLOPE_STEP);
      const gamma = ((shares * (above - 2 * at + below)) / SLOPE_STEP ** 2) * 0.01;
      rows.set(row, {
        bend: before.bend + bendOf(option, [curve, curve], shockOf(row)) / this.#equity,
        exposure: before.exposure + exposure / this.#equity,
        gamma: before.gamma + gamma / this.#equity,
      });
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
