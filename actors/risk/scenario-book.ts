// One portfolio's profit in each scenario, moved by changed exposures instead of rebuilt.

import { missingShare, type ScenarioMatrix } from './scenario-matrix.js';

/** Worst scenarios that are kept in order: a tail at 95 % of 504 needs 27. */
const TAIL = 32;

/** Scenario profits of one portfolio. */
export class ScenarioBook {
  /** Profit in each scenario, oldest first. Units: dollars. */
  readonly profits: Float64Array;
  readonly #matrix: ScenarioMatrix;
  readonly #sorted: Float64Array;
  #rows: Int32Array = new Int32Array(0);
  #applied: Float64Array = new Float64Array(0);
  /** Rows whose exposure has changed, and by how much; filled and emptied by `update`. */
  #changedRows: Int32Array = new Int32Array(0);
  #changes: Float64Array = new Float64Array(0);
  #firstDay = Number.NaN;
  /** Exposure whose return was missing in some scenario, weighted by how many. */
  proxiedExposure = 0;

  constructor(matrix: ScenarioMatrix) {
    this.#matrix = matrix;
    this.profits = new Float64Array(matrix.scenarios);
    this.#sorted = new Float64Array(matrix.scenarios);
  }

  /** Takes a new set of rows; profits start from nothing. A row below zero has no history. */
  hold(rows: Int32Array): void {
    this.#rows = rows;
    this.#applied = new Float64Array(rows.length);
    this.#changedRows = new Int32Array(rows.length);
    this.#changes = new Float64Array(rows.length);
    this.#firstDay = Number.NaN;
  }

  /** Whether other rows are held than the profits were made from. */
  get isStale(): boolean {
    return Number.isNaN(this.#firstDay);
  }

  /** Exposure that has come or gone since the last update. Units: dollars. */
  moved(exposures: Float64Array): number {
    let sum = 0;
    for (let index = 0; index < this.#rows.length; index++) {
      sum += Math.abs(exposures[index]! - this.#applied[index]!);
    }
    return sum;
  }

  /** Exposures of the last update, and the day its window ended before; NaN if none was made. */
  applied(): { readonly exposures: Float64Array; readonly dayIndex: number } {
    const dayIndex = this.#firstDay + this.#matrix.scenarios;
    return { exposures: this.#applied.slice(), dayIndex };
  }

  /**
   * Brings the profits up to date with `exposures` (dollars, one a held row) over the window of
   * days ending before `dayIndex`. Only changed exposures are applied, unless the window has
   * moved or `afresh` asks for a full sum, which bounds rounding drift. A missing return counts
   * as no move.
   */
  update(exposures: Float64Array, dayIndex: number, afresh: boolean): void {
    const firstDay = dayIndex - this.#matrix.scenarios;
    if (afresh || firstDay !== this.#firstDay) {
      this.profits.fill(0);
      this.#applied.fill(0);
      this.#firstDay = firstDay;
      this.proxiedExposure = this.#proxied(exposures, dayIndex);
    }
    let count = 0;
    for (let index = 0; index < this.#rows.length; index++) {
      const change = exposures[index]! - this.#applied[index]!;
      if (change === 0 || this.#rows[index]! < 0) continue;
      this.#changedRows[count] = this.#rows[index]!;
      this.#changes[count++] = change;
      this.#applied[index] = exposures[index]!;
    }
    this.#apply(count);
  }

  /**
   * Profits, the worst 32 ascending; those after them read as infinite, unless profits as bad as
   * the last of the 32 are among them: then all are in order. Valid until the next call.
   */
  sorted(): Float64Array {
    const sorted = this.#sorted;
    const { profits } = this;
    const kept = Math.min(TAIL, profits.length);
    let last = Number.POSITIVE_INFINITY;
    let ties = 0;
    sorted.fill(last);
    for (let scenario = 0; scenario < profits.length; scenario++) {
      const profit = profits[scenario]!;
      if (profit >= last) {
        if (profit === last) ties++;
        continue;
      }
      let at = Math.min(scenario, kept - 1);
      for (; at > 0 && sorted[at - 1]! > profit; at--) sorted[at] = sorted[at - 1]!;
      sorted[at] = profit;
      const evicted = last;
      last = sorted[kept - 1]!;
      ties = last === evicted && Number.isFinite(last) ? ties + 1 : 0;
    }
    if (ties === 0) return sorted;
    sorted.set(profits);
    return sorted.sort();
  }

  /** Adds the profit of the changed exposures to every scenario, four rows at a time. */
  // hot
  #apply(count: number): void {
    const matrix = this.#matrix;
    const firstSlot = this.#firstDay & (matrix.slots - 1);
    // The window may wrap round the end of the ring: then it is two spans.
    const beforeWrap = Math.min(matrix.scenarios, matrix.slots - firstSlot);
    for (let from = 0; from < count; from += 4) {
      this.#addFour(from, count, firstSlot, 0, beforeWrap);
      this.#addFour(from, count, 0, beforeWrap, matrix.scenarios);
    }
  }

  /** Scenarios `start` to `end`, whose returns begin at `slot`; rows past `count` add nothing. */
  // hot
  #addFour(from: number, count: number, slot: number, start: number, end: number): void {
    const { returns, slots } = this.#matrix;
    const rows = this.#changedRows;
    const changes = this.#changes;
    const shift = slot - start;
    const a = rows[from]! * slots + shift;
    const b = (from + 1 < count ? rows[from + 1]! : 0) * slots + shift;
    const c = (from + 2 < count ? rows[from + 2]! : 0) * slots + shift;
    const d = (from + 3 < count ? rows[from + 3]! : 0) * slots + shift;
    const byA = changes[from]!;
    const byB = from + 1 < count ? changes[from + 1]! : 0;
    const byC = from + 2 < count ? changes[from + 2]! : 0;
    const byD = from + 3 < count ? changes[from + 3]! : 0;
    const profits = this.profits;
    for (let scenario = start; scenario < end; scenario++) {
      profits[scenario] =
        profits[scenario]! +
        byA * returns[a + scenario]! +
        byB * returns[b + scenario]! +
        byC * returns[c + scenario]! +
        byD * returns[d + scenario]!;
    }
  }

  #proxied(exposures: Float64Array, dayIndex: number): number {
    let sum = 0;
    for (let index = 0; index < this.#rows.length; index++) {
      const row = this.#rows[index]!;
      const share = row < 0 ? 1 : missingShare(this.#matrix, row, dayIndex);
      sum += Math.abs(exposures[index]!) * share;
    }
    return sum;
  }
}
