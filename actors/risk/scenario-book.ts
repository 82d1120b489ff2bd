// One portfolio's profit in each scenario, moved by changed exposures instead of rebuilt.

import { missingShare, type ScenarioMatrix } from './scenario-matrix.js';
import { insertAscending } from './worst.js';

/** Worst scenarios that are always in order: a tail at 95 % of 504 needs 27. */
const TAIL = 32;

/** Some more are, so that the bound which let them in still lets in enough the next time. */
const TAIL_ROOM = 8;

/** What a full sum of the exposures does not make again to the last bit. Units: dollars. */
export interface ScenarioDrift {
  /** Shape: one a scenario. */
  readonly profits: Float64Array;
  readonly proxiedExposure: number;
}

/**
 * Scenario profits of one portfolio. They follow from its exposures, and are made of all of them
 * where most have moved, as at every point: then they need not be kept. Where few have, or somebody
 * wants to see them, they are, until most have moved again.
 */
export class ScenarioBook {
  readonly #matrix: ScenarioMatrix;
  #rows: Int32Array = new Int32Array(0);
  #applied: Float64Array = new Float64Array(0);
  /** Profits, where they are kept. */
  #kept: Float64Array | undefined;
  /** Profits above it are not among the worst, as of the last time they were put in order. */
  #bound = Number.NaN;
  #firstDay = Number.NaN;
  /** The part of the profits that no exposure makes; absent where there never was one. */
  #beside: Float64Array | undefined;
  /** Whether `#beside` holds more than zeros. */
  #hasBeside = false;
  /** Whether the profits were moved since they were summed. */
  #isDrifted = false;
  /** Exposure whose return was missing in some scenario, weighted by how many. */
  proxiedExposure = 0;

  constructor(matrix: ScenarioMatrix) {
    this.#matrix = matrix;
  }

  /** Profit in each scenario, oldest first, kept from now on. Units: dollars. */
  get profits(): Float64Array {
    this.#kept ??= this.#staged().slice();
    return this.#kept;
  }

  /** The same, not kept: valid until another book of the thread is asked. */
  get latest(): Float64Array {
    return this.#kept ?? this.#staged();
  }

  /** Takes a new set of rows; profits start from nothing. A row below zero has no history. */
  hold(rows: Int32Array): void {
    this.#rows = rows;
    this.#applied = new Float64Array(rows.length);
    this.#firstDay = Number.NaN;
    this.#beside = undefined;
    this.#hasBeside = false;
    this.#forget();
  }

  /** Whether other rows are held than the profits were made from. */
  get isStale(): boolean {
    return Number.isNaN(this.#firstDay);
  }

  /** First day of the window of the last update; NaN where none was made. */
  get firstDay(): number {
    return this.#firstDay;
  }

  /** Exposure that the profits were made from, of a held row by its index. Units: dollars. */
  appliedAt(index: number): number {
    return this.#applied[index]!;
  }

  /** Exposure that has come or gone since the last update. Units: dollars. */
  moved(exposures: Float64Array): number {
    let sum = 0;
    for (let index = 0; index < this.#rows.length; index++) {
      sum += Math.abs(exposures[index]! - this.#applied[index]!);
    }
    return sum;
  }

  /**
   * Copies out the exposures of the last update, one a held row; returns the day its window ended
   * before, NaN if none was made.
   */
  copyApplied(to: Float64Array): number {
    to.set(this.#applied);
    return this.#firstDay + this.#matrix.scenarios;
  }

  /**
   * Brings the profits up to date with `exposures` (dollars, one a held row) over the window of
   * days ending before `dayIndex`. Where few have changed, these are applied, unless the window has
   * moved or `afresh` asks for a full sum, which bounds rounding drift. A missing return counts as
   * no move.
   */
  // hot
  update(exposures: Float64Array, dayIndex: number, afresh: boolean): void {
    const firstDay = dayIndex - this.#matrix.scenarios;
    const begins = afresh || firstDay !== this.#firstDay;
    this.#firstDay = firstDay;
    const rows = this.#rows;
    const applied = this.#applied;
    if (begins || this.#haveMostMoved(exposures)) {
      this.proxiedExposure = this.#proxied(exposures, dayIndex);
      applied.set(exposures);
      this.#forget();
      this.#beside?.fill(0);
      this.#hasBeside = false;
      return;
    }
    this.#isDrifted = true;
    // Made of the exposures that were applied, before these are others.
    const kept = this.profits;
    const { kernel } = this.#matrix;
    let count = 0;
    for (let index = 0; index < rows.length; index++) {
      const change = exposures[index]! - applied[index]!;
      if (change === 0) continue;
      applied[index] = exposures[index]!;
      if (rows[index]! < 0) continue;
      kernel.rows[count] = rows[index]!;
      kernel.changes[count++] = change;
    }
    if (kernel.holder !== this) kernel.profits.set(kept);
    kernel.holder = this;
    kernel.add(count, firstDay, false);
    kept.set(kernel.profits);
  }

  /** Whether to add up all exposures costs little more than to add the changes of some. */
  // hot
  #haveMostMoved(exposures: Float64Array): boolean {
    // What is put beside would have to be added again.
    if (this.#beside !== undefined) return false;
    const rows = this.#rows;
    const applied = this.#applied;
    let moved = 0;
    for (let index = 0; index < rows.length; index++) {
      if (exposures[index] !== applied[index] && rows[index]! >= 0) moved++;
    }
    return 2 * moved > rows.length;
  }

  /** Forgets profits that are no longer those of the exposures. */
  #forget(): void {
    this.#kept = undefined;
    this.#isDrifted = false;
    const { kernel } = this.#matrix;
    if (kernel.holder === this) kernel.holder = undefined;
  }

  /** The profits where the thread's kernel works on them, made of the exposures unless kept. */
  // hot
  #staged(): Float64Array {
    const { kernel } = this.#matrix;
    if (kernel.holder === this) return kernel.profits;
    kernel.holder = this;
    if (this.#kept !== undefined) {
      kernel.profits.set(this.#kept);
      return kernel.profits;
    }
    const rows = this.#rows;
    const applied = this.#applied;
    // Without a window there are none.
    const held = this.isStale ? 0 : rows.length;
    let count = 0;
    for (let index = 0; index < held; index++) {
      if (applied[index] === 0 || rows[index]! < 0) continue;
      kernel.rows[count] = rows[index]!;
      kernel.changes[count++] = applied[index]!;
    }
    kernel.add(count, this.#firstDay, true);
    return kernel.profits;
  }

  /**
   * Puts profits that are not proportional to any return (those of options, over the window of the
   * last update) in the place of those put before. Shape: one a scenario.
   */
  putBeside(profits: Float64Array): void {
    const kept = this.profits;
    const { kernel } = this.#matrix;
    if (kernel.holder === this) kernel.holder = undefined;
    // The first is added to the sum; what follows moves it.
    this.#isDrifted ||= this.#hasBeside;
    this.#hasBeside = true;
    this.#beside ??= new Float64Array(profits.length);
    for (let scenario = 0; scenario < profits.length; scenario++) {
      const change = profits[scenario]! - this.#beside[scenario]!;
      kept[scenario] = kept[scenario]! + change;
    }
    this.#beside.set(profits);
  }

  /** What the profits have come to by being moved; undefined where a full sum makes the same. */
  get drift(): ScenarioDrift | undefined {
    if (!this.#isDrifted) return undefined;
    return { profits: this.profits.slice(), proxiedExposure: this.proxiedExposure };
  }

  /** Goes on from profits that were moved; the exposures and what is beside them are here. */
  drifted({ profits, proxiedExposure }: ScenarioDrift): void {
    this.#forget();
    this.#kept = profits.slice();
    this.#isDrifted = true;
    this.proxiedExposure = proxiedExposure;
  }

  /** What was last put beside the exposures' profits; undefined where nothing was. */
  get beside(): Float64Array | undefined {
    return this.#beside;
  }

  /**
   * Profits, the worst ascending, at least 32 of them with all that equal the last; those after
   * them read as infinite. Valid until another book of the thread is asked.
   */
  // hot
  sorted(): Float64Array {
    const sorted = this.#matrix.kernel.worst;
    let count = this.#takeWorst();
    if (count < TAIL) {
      // The bound was made for other profits.
      this.#bound = this.#boundAnew();
      count = this.#takeWorst();
    }
    // All are put in order only where so many are equal that the bound parts none of them.
    if (count < TAIL) return this.#sortAll();
    this.#bound = sorted[Math.min(count, TAIL + TAIL_ROOM) - 1]!;
    return sorted;
  }

  /** Puts the profits up to the bound in order and counts them; 0 where they are too many. */
  // hot
  #takeWorst(): number {
    const { length } = this.#staged();
    return this.#matrix.kernel.takeWorst(this.#bound, Math.min(length, 2 * (TAIL + TAIL_ROOM)));
  }

  /** The last of so many worst as are let in. */
  // hot
  #boundAnew(): number {
    const profits = this.#staged();
    const worst = this.#matrix.kernel.worst;
    const last = Math.min(profits.length, TAIL + TAIL_ROOM) - 1;
    worst.fill(Number.POSITIVE_INFINITY, 0, last + 1);
    for (let scenario = 0; scenario < profits.length; scenario++) {
      const profit = profits[scenario]!;
      if (profit < worst[last]!) insertAscending(worst, last, profit);
    }
    return worst[last]!;
  }

  /** Orders all of them. */
  #sortAll(): Float64Array {
    const sorted = this.#matrix.whole;
    sorted.set(this.#staged());
    sorted.sort();
    this.#bound = sorted[Math.min(sorted.length, TAIL + TAIL_ROOM) - 1]!;
    return sorted;
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
