// One portfolio's profit in each scenario, moved by changed exposures instead of rebuilt.

/**
 * Daily total returns of all rows, shared by every portfolio of the process.
 *
 * `returns[row * slots + day % slots]` is the row's return on a day; NaN where it had no bar.
 * There are more slots than scenarios, so that a day being written is outside every window
 * still being read.
 */
export interface ScenarioMatrix {
  readonly returns: Float64Array;
  readonly slots: number;
  /** Days in a window. */
  readonly scenarios: number;
}

/** Slots of the ring: the power of two above the 504 scenarios of two trading years. */
export const SCENARIO_SLOTS = 512;
/** Scenarios of historical simulation: two trading years. */
export const SCENARIOS = 504;

/** Scenario profits of one portfolio. */
export class ScenarioBook {
  /** Profit in each scenario, oldest first. Units: dollars. */
  readonly profits: Float64Array;
  readonly #matrix: ScenarioMatrix;
  readonly #sorted: Float64Array;
  #rows: Int32Array = new Int32Array(0);
  #applied: Float64Array = new Float64Array(0);
  #firstDay = -1;
  /** Exposure whose return was missing in some scenario, weighted by how many. */
  proxiedExposure = 0;

  constructor(matrix: ScenarioMatrix) {
    this.#matrix = matrix;
    this.profits = new Float64Array(matrix.scenarios);
    this.#sorted = new Float64Array(matrix.scenarios);
  }

  /** Takes a new set of rows; profits start from nothing. */
  hold(rows: Int32Array): void {
    this.#rows = rows;
    this.#applied = new Float64Array(rows.length);
    this.#firstDay = -1;
  }

  /**
   * Brings the profits up to date with `exposures` (dollars, one a held row) over the window of
   * days ending before `dayIndex`. Only changed exposures are applied, unless the window has
   * moved or `afresh` asks for a full sum, which bounds rounding drift.
   */
  update(exposures: Float64Array, dayIndex: number, afresh: boolean): void {
    const firstDay = dayIndex - this.#matrix.scenarios;
    if (afresh || firstDay !== this.#firstDay) {
      this.profits.fill(0);
      this.#applied.fill(0);
      this.#firstDay = firstDay;
      this.proxiedExposure = 0;
      for (let index = 0; index < this.#rows.length; index++) {
        this.proxiedExposure +=
          Math.abs(exposures[index]!) * this.#missingShare(this.#rows[index]!);
      }
    }
    for (let index = 0; index < this.#rows.length; index++) {
      const change = exposures[index]! - this.#applied[index]!;
      if (change === 0 || this.#rows[index]! < 0) continue;
      this.#add(this.#rows[index]!, change);
      this.#applied[index] = exposures[index]!;
    }
  }

  /** Profits sorted ascending, valid until the next call. */
  sorted(): Float64Array {
    this.#sorted.set(this.profits);
    return this.#sorted.sort();
  }

  /** Adds an exposure's profit to every scenario; a missing return counts as no move. */
  // hot
  #add(row: number, exposure: number): void {
    const { returns, slots, scenarios } = this.#matrix;
    const mask = slots - 1;
    const base = row * slots;
    const first = this.#firstDay + slots;
    const profits = this.profits;
    for (let scenario = 0; scenario < scenarios; scenario++) {
      const value = returns[base + ((first + scenario) & mask)]!;
      if (value === value) profits[scenario]! += exposure * value;
    }
  }

  #missingShare(row: number): number {
    // A row below zero has no history at all.
    if (row < 0) return 1;
    const { returns, slots, scenarios } = this.#matrix;
    let missing = 0;
    for (let scenario = 0; scenario < scenarios; scenario++) {
      const value = returns[row * slots + ((this.#firstDay + slots + scenario) & (slots - 1))]!;
      if (value !== value) missing++;
    }
    return missing / scenarios;
  }
}

/** Pearson correlation of two rows over the window before `dayIndex`, days both have. */
export function correlationOf(
  matrix: ScenarioMatrix,
  left: number,
  right: number,
  dayIndex: number,
): number {
  let count = 0;
  let sumX = 0;
  let sumY = 0;
  let sumXX = 0;
  let sumYY = 0;
  let sumXY = 0;
  for (let scenario = 0; scenario < matrix.scenarios; scenario++) {
    const day = dayIndex - matrix.scenarios + scenario + matrix.slots;
    const slot = day & (matrix.slots - 1);
    const x = matrix.returns[left * matrix.slots + slot]!;
    const y = matrix.returns[right * matrix.slots + slot]!;
    if (x !== x || y !== y) continue;
    count++;
    sumX += x;
    sumY += y;
    sumXX += x * x;
    sumYY += y * y;
    sumXY += x * y;
  }
  const varianceX = sumXX - (sumX * sumX) / count;
  const varianceY = sumYY - (sumY * sumY) / count;
  return (sumXY - (sumX * sumY) / count) / Math.sqrt(varianceX * varianceY);
}
