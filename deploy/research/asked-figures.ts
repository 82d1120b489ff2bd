// Figures of risk that are asked for with terms, with what they are of.

import type { PositionSizes } from './position-sizes.js';

/** Figures of what a portfolio holds. */
export interface HeldFigures<T> {
  /** Last session that is looked at, yyyymmdd. */
  readonly asOf: number;
  /** Units: dollars. */
  readonly equity: number;
  /** Options held, and those of them without a price. */
  readonly options: number;
  readonly unpriced: number;
  readonly figures: T;
}

/** Sizes of positions in one stock, as of a close. */
export interface SizedStock extends PositionSizes {
  /** Last session that is looked at, yyyymmdd. */
  readonly asOf: number;
}
