// What portfolios have told of themselves, in the memory of a board: one fixed part for each.

import { type PortfolioMark, SCENARIOS } from '../risk/index.js';

/** Numbers of a portfolio before its profits. */
const MARK = {
  point: 0,
  equity: 1,
  net: 2,
  gross: 3,
  firstDay: 4,
  riskAsOfUs: 5,
  held: 6,
  paidIn: 7,
  flowOn: 8,
  gamma: 9,
  vega: 10,
  margin: 11,
  size: 12,
} as const;

/**
 * Rows that a portfolio may hold before all of them lie in its wide part. Most hold fewer; the wide
 * part has room for every row of the market, and takes no memory until it is written.
 */
const NEAR_ROWS = 64;

/** Profits of a portfolio, and where what it holds lies: near or wide. */
interface Views {
  readonly profits: Float64Array;
  readonly near: HeldViews;
  /** Made once it is read: few have one. */
  wide?: HeldViews;
}

interface HeldViews {
  readonly rows: Float64Array;
  readonly exposures: Float64Array;
}

/** Numbers that the marks of so many portfolios take, in a market of so many rows. */
export function marksLength(portfolios: number, rowCount: number): number {
  const near = nearRows(rowCount);
  return portfolios * (strideOf(near) + (near < rowCount ? 2 * rowCount : 0));
}

function nearRows(rowCount: number): number {
  return Math.min(rowCount, NEAR_ROWS);
}

function strideOf(near: number): number {
  return MARK.size + SCENARIOS + 2 * near;
}

/**
 * ```
 * near  Float64Array [portfolio][12 + 504 + 64 + 64]
 *       see MARK; profits; rows held, the exposure of each, where they are no more than 64
 * wide  Float64Array [portfolio][rows + rows]
 *       rows held, the exposure of each, where they are more
 * ```
 */
export class BoardMarks {
  readonly #values: Float64Array;
  readonly #rowCount: number;
  readonly #near: number;
  readonly #stride: number;
  readonly #wideAt: number;
  readonly #views: Views[] = [];

  /** `values` are those of `marksLength`. */
  constructor(values: Float64Array, portfolios: number, rowCount: number) {
    this.#values = values;
    this.#rowCount = rowCount;
    this.#near = nearRows(rowCount);
    this.#stride = strideOf(this.#near);
    this.#wideAt = portfolios * this.#stride;
  }

  /**
   * Keeps a portfolio's mark. One of an older point, told again in a replay, changes nothing: the
   * newer is already there, and may be being read.
   */
  // hot
  put(place: number, mark: PortfolioMark): void {
    const at = place * this.#stride;
    const values = this.#values;
    if (mark.pointIndex + 1 <= values[at]!) return;
    values[at + MARK.equity] = mark.equity;
    values[at + MARK.net] = mark.net;
    values[at + MARK.gross] = mark.gross;
    values[at + MARK.gamma] = mark.gamma;
    values[at + MARK.vega] = mark.vega;
    values[at + MARK.margin] = mark.margin;
    values[at + MARK.held] = this.#putHeld(place, mark);
    if (mark.riskAsOfUs !== values[at + MARK.riskAsOfUs]) {
      values.set(mark.book.latest, at + MARK.size);
      values[at + MARK.firstDay] = mark.firstDay;
      values[at + MARK.riskAsOfUs] = mark.riskAsOfUs;
    }
    // What is there when the first mark is made counts as paid in.
    const paidIn = values[at + MARK.paidIn]! + (mark.flow - values[at + MARK.flowOn]!);
    values[at + MARK.paidIn] = values[at] === 0 ? mark.equity : paidIn;
    values[at + MARK.flowOn] = mark.flowOn;
    // Last, so that a thread lost before leaves a mark that its successor writes again.
    values[at] = mark.pointIndex + 1;
  }

  /** Keeps what is held, and says how many rows that are. */
  // hot
  #putHeld(place: number, { rows, exposures }: PortfolioMark): number {
    const values = this.#values;
    let held = 0;
    // A row below zero is a symbol that this run does not have.
    for (let index = 0; index < rows.length; index++) if (rows[index]! >= 0) held++;
    const isNear = held <= this.#near;
    let rowAt = isNear ? this.#heldAt(place) : this.#wideOf(place);
    let exposureAt = rowAt + (isNear ? this.#near : this.#rowCount);
    for (let index = 0; index < rows.length; index++) {
      const row = rows[index]!;
      if (row < 0) continue;
      values[rowAt++] = row;
      values[exposureAt++] = exposures[index]!;
    }
    return held;
  }

  /** The mark of a portfolio: views over shared memory. */
  at(place: number) {
    const at = place * this.#stride;
    const values = this.#values;
    const views = this.#viewsOf(place);
    const held = values[at + MARK.held]!;
    const { rows, exposures } = held <= this.#near ? views.near : this.#wideViews(views, place);
    return {
      pointIndex: values[at]! - 1,
      equity: values[at + MARK.equity]!,
      net: values[at + MARK.net]!,
      gross: values[at + MARK.gross]!,
      gamma: values[at + MARK.gamma]!,
      vega: values[at + MARK.vega]!,
      margin: values[at + MARK.margin]!,
      paidIn: values[at + MARK.paidIn]!,
      firstDay: values[at + MARK.firstDay]!,
      riskAsOfUs: values[at + MARK.riskAsOfUs]!,
      held,
      rows,
      exposures,
      profits: views.profits,
    };
  }

  #heldAt(place: number): number {
    return place * this.#stride + MARK.size + SCENARIOS;
  }

  #wideOf(place: number): number {
    return this.#wideAt + place * 2 * this.#rowCount;
  }

  /** Views of what a portfolio holds and its profits, made once: they are read at every point. */
  #viewsOf(place: number): Views {
    const known = this.#views[place];
    if (known !== undefined) return known;
    const heldAt = this.#heldAt(place);
    const views: Views = {
      profits: this.#values.subarray(heldAt - SCENARIOS, heldAt),
      near: this.#heldViews(heldAt, this.#near),
    };
    this.#views[place] = views;
    return views;
  }

  #wideViews(views: Views, place: number): HeldViews {
    views.wide ??= this.#heldViews(this.#wideOf(place), this.#rowCount);
    return views.wide;
  }

  #heldViews(from: number, room: number): HeldViews {
    const middle = from + room;
    return {
      rows: this.#values.subarray(from, middle),
      exposures: this.#values.subarray(middle, middle + room),
    };
  }
}
