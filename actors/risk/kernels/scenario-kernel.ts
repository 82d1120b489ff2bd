// The loop that every valuation runs, behind one interface: plain, and in WebAssembly.

import { insertAscending } from '../worst.js';

/** Where a kernel reads returns: see `ScenarioMatrix`. */
export interface ReturnsLayout {
  readonly returns: Float64Array;
  /** Days of a row's ring: a power of two, at least two more than `scenarios`. */
  readonly slots: number;
  /** Days in a window. */
  readonly scenarios: number;
}

/**
 * Makes scenario profits of exposures, and finds the worst of them. What it works on is staged in
 * it: one thread uses it, for one book after the other.
 */
export interface ScenarioKernel {
  /** Rows to be added, and beside them the change of each. Units: dollars. */
  readonly rows: Int32Array;
  readonly changes: Float64Array;
  /** Profits. Shape: one a scenario, oldest first. Units: dollars. */
  readonly profits: Float64Array;
  /** Whose profits these are: who puts others there says so, or that they are nobody's. */
  holder: object | undefined;
  /**
   * Adds the first `count` changes times the rows' returns to the profits, or to nothing where it
   * `begins`, over the days from `firstDay` on. Each scenario is summed in the order of staging, so
   * that every kernel gives the same bits.
   */
  add(count: number, firstDay: number, begins: boolean): void;
  /** Of `takeWorst`. Shape: one a scenario; infinite from the largest `most` of all calls on. */
  readonly worst: Float64Array;
  /**
   * Puts the profits that are no higher than `bound` in order into `worst`, ascending, those after
   * them infinite up to `most`, and counts them; 0 where they are more than `most`, and what
   * stands before there is of no use.
   */
  takeWorst(bound: number, most: number): number;
}

/** Adds what is staged to profits that are nobody's book. */
// hot
export function addTo(
  kernel: ScenarioKernel,
  profits: Float64Array,
  count: number,
  firstDay: number,
): void {
  kernel.holder = undefined;
  kernel.profits.set(profits);
  kernel.add(count, firstDay, false);
  profits.set(kernel.profits);
}

/** Rows that are added in one pass over the scenarios. */
const ROWS_A_PASS = 4;

/** The kernel without WebAssembly: the oracle of the other, and for memory that is not shared. */
export function createPlainKernel(layout: ReturnsLayout, rowCount: number): ScenarioKernel {
  const { returns, slots, scenarios } = layout;
  const rows = new Int32Array(rowCount);
  const changes = new Float64Array(rowCount);
  const profits = new Float64Array(scenarios);
  const worst = new Float64Array(scenarios).fill(Number.POSITIVE_INFINITY);
  return {
    rows,
    changes,
    profits,
    holder: undefined,
    worst,
    // hot
    add(count, firstDay, begins) {
      if (begins) profits.fill(0);
      for (let index = 0; index < count; index++) {
        const at = rows[index]! * slots;
        const change = changes[index]!;
        for (let scenario = 0; scenario < scenarios; scenario++) {
          const slot = (firstDay + scenario) & (slots - 1);
          profits[scenario] = profits[scenario]! + change * returns[at + slot]!;
        }
      }
    },
    // hot
    takeWorst(bound, most) {
      let count = 0;
      for (let scenario = 0; scenario < scenarios; scenario++) {
        const profit = profits[scenario]!;
        if (!(profit <= bound)) continue;
        if (count === most) return 0;
        insertAscending(worst, count++, profit);
      }
      worst.fill(Number.POSITIVE_INFINITY, count, most);
      return count;
    },
  };
}

/** Bytes of a thread's staging for so many rows: the block that `scenarios.as.ts` describes. */
export function stagingBytes(scenarios: number, rowCount: number): number {
  return HEAD_BYTES + 16 * scenarios + 12 * capacityOf(rowCount);
}

const HEAD_BYTES = 16;

/** Rows that may be staged; even, so that what follows a block is aligned. */
function capacityOf(rowCount: number): number {
  return 2 * Math.ceil((rowCount + ROWS_A_PASS - 1) / 2);
}

/** Exports of `scenarios.as.ts`; the address is in bytes. */
interface CompiledKernel {
  accumulate(staging: number, count: number, firstSlot: number, begins: boolean): void;
  takeWorst(staging: number, bound: number, most: number): number;
}

/** The kernel over shared memory that holds returns from its start, and staging at `stagingAt`. */
export function createCompiledKernel(
  { slots, scenarios }: ReturnsLayout,
  rowCount: number,
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
  stagingAt: number,
): ScenarioKernel {
  const instance = new WebAssembly.Instance(module, { env: { memory } });
  // The module is built from the source beside this file.
  const { accumulate, takeWorst } = instance.exports as CompiledKernel;
  const capacity = capacityOf(rowCount);
  new Uint32Array(memory.buffer, stagingAt, 4).set([0, slots, scenarios, capacity]);
  const profitsAt = stagingAt + HEAD_BYTES;
  const changesAt = profitsAt + 16 * scenarios;
  const profits = new Float64Array(memory.buffer, profitsAt, scenarios);
  const worst = new Float64Array(memory.buffer, profitsAt + 8 * scenarios, scenarios);
  worst.fill(Number.POSITIVE_INFINITY);
  const changes = new Float64Array(memory.buffer, changesAt, capacity);
  const rows = new Int32Array(memory.buffer, changesAt + 8 * capacity, capacity);
  return {
    rows,
    changes,
    profits,
    holder: undefined,
    worst,
    // hot
    add(count, firstDay, begins) {
      for (let more = count; more % ROWS_A_PASS !== 0; more++) {
        rows[more] = 0;
        changes[more] = 0;
      }
      accumulate(stagingAt, count, firstDay & (slots - 1), begins);
    },
    takeWorst: (bound, most) => takeWorst(stagingAt, bound, most),
  };
}
