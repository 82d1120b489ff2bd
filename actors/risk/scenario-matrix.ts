// Daily returns of every row over two trading years, in memory that all threads share.

import { variance } from '../statistics/index.js';
import {
  createCompiledKernel,
  createPlainKernel,
  type ReturnsLayout,
  type ScenarioKernel,
  stagingBytes,
} from './kernels/scenario-kernel.js';

/**
 * Daily total returns of all rows, shared by every portfolio of the process.
 *
 * ```
 * returns  Float64Array [row][day % slots]   0 where the row had no bar
 * missing  Int32Array   [row][day % slots]   days without a bar up to and with this one
 * ```
 *
 * There are more slots than scenarios, so that a day being written is outside every window
 * still being read. Counts that only grow answer "how many are missing in this window" with one
 * subtraction, and leave the returns free of NaN for the loop that every valuation runs.
 */
export interface ScenarioReturns extends ReturnsLayout {
  readonly missing: Int32Array;
}

/** The returns, and what the books of one thread are valued with. */
export interface ScenarioMatrix extends ScenarioReturns {
  /** For one book after the other. */
  readonly kernel: ScenarioKernel;
  /** Room to put all of a book's profits in order. */
  readonly whole: Float64Array;
}

/** Slots of the ring: the power of two above the 504 scenarios of two trading years. */
const SCENARIO_SLOTS = 512;

/** The same where a portfolio may be valued late: 520 sessions behind it still finds its window. */
export const SCENARIO_SLOTS_LATE = 1_024;

/** Scenarios of historical simulation: two trading years. */
export const SCENARIOS = 504;

const PAGE_BYTES = 65_536;

/** The memory of a matrix and the kernel that works in it: what is handed to other threads. */
export interface ScenarioMatrixHandle {
  readonly memory: WebAssembly.Memory;
  readonly rowCount: number;
  /** Days of a row's ring: a power of two. */
  readonly slots: number;
  /** Compiled `kernels/scenarios.as.ts`; without it the plain kernel works. */
  readonly kernel: WebAssembly.Module | undefined;
}

/** Where days that are missing and the staging of each thread begin. Units: bytes. */
function layOut({ rowCount, slots }: Pick<ScenarioMatrixHandle, 'rowCount' | 'slots'>) {
  const count = rowCount * slots;
  const missingAt = count * Float64Array.BYTES_PER_ELEMENT;
  return { missingAt, stagingAt: missingAt + count * Int32Array.BYTES_PER_ELEMENT };
}

/** Allocates the matrix for so many rows, with staging for so many threads that value books. */
export function createScenarioMatrix(
  rowCount: number,
  users = 1,
  kernel?: WebAssembly.Module,
  slots = SCENARIO_SLOTS,
): ScenarioMatrixHandle {
  const bytes = layOut({ rowCount, slots }).stagingAt + users * stagingBytes(SCENARIOS, rowCount);
  const pages = Math.ceil(bytes / PAGE_BYTES);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  return { memory, rowCount, slots, kernel };
}

/** The returns as views over their memory. */
export function attachReturns(handle: ScenarioMatrixHandle): ScenarioReturns {
  const { memory, rowCount, slots } = handle;
  const count = rowCount * slots;
  return {
    returns: new Float64Array(memory.buffer, 0, count),
    missing: new Int32Array(memory.buffer, layOut(handle).missingAt, count),
    slots,
    scenarios: SCENARIOS,
  };
}

/** The matrix for the thread of that number, which values books with it. */
export function attachScenarioMatrix(handle: ScenarioMatrixHandle, user = 0): ScenarioMatrix {
  const { memory, rowCount, kernel } = handle;
  const returns = attachReturns(handle);
  const stagingAt = layOut(handle).stagingAt + user * stagingBytes(SCENARIOS, rowCount);
  return {
    ...returns,
    kernel:
      kernel === undefined
        ? createPlainKernel(returns, rowCount)
        : createCompiledKernel(returns, rowCount, kernel, memory, stagingAt),
    whole: new Float64Array(SCENARIOS),
  };
}

/** Where a day of a row lies; days may be below zero. */
// hot
function slotOf({ slots }: ScenarioReturns, row: number, day: number): number {
  return row * slots + (day & (slots - 1));
}

/** Forgets a row's past: it has no return on any day before `day`. */
export function beginReturns(matrix: ScenarioReturns, row: number, day: number): void {
  for (let age = matrix.slots; age > 0; age--) {
    const at = slotOf(matrix, row, day - age);
    matrix.returns[at] = 0;
    matrix.missing[at] = matrix.slots - age;
  }
}

/** Keeps a row's return of a day, the one after the last kept; NaN where there is none. */
export function putReturn(
  matrix: ScenarioReturns,
  row: number,
  day: number,
  dailyReturn: number,
): void {
  const at = slotOf(matrix, row, day);
  const isMissing = Number.isNaN(dailyReturn);
  matrix.returns[at] = isMissing ? 0 : dailyReturn;
  matrix.missing[at] = matrix.missing[slotOf(matrix, row, day - 1)]! + (isMissing ? 1 : 0);
}

/** Share of a row's days without a return, in the window before `dayIndex`. */
export function missingShare(matrix: ScenarioReturns, row: number, dayIndex: number): number {
  const { missing, scenarios } = matrix;
  const before = missing[slotOf(matrix, row, dayIndex - scenarios - 1)]!;
  return (missing[slotOf(matrix, row, dayIndex - 1)]! - before) / scenarios;
}

/** Sessions in a year, for volatilities told by the year. */
const SESSIONS_A_YEAR = 252;

/** Days with a return below which a row's volatility is not known: a quarter. */
const VOLATILITY_DAYS_MIN = 63;

/**
 * Volatility a year of a row over the window before `dayIndex`, of the days with a return; NaN with
 * fewer of them than a quarter has.
 */
export function realisedVolatility(matrix: ScenarioReturns, row: number, dayIndex: number): number {
  const known: number[] = [];
  for (let day = dayIndex - matrix.scenarios; day < dayIndex; day++) {
    if (!isMissing(matrix, row, day)) known.push(matrix.returns[slotOf(matrix, row, day)]!);
  }
  if (known.length < VOLATILITY_DAYS_MIN) return Number.NaN;
  return Math.sqrt(variance(known, 1) * SESSIONS_A_YEAR);
}

/** Pearson correlation of two rows over the window before `dayIndex`, days both have. */
export function correlationOf(
  matrix: ScenarioReturns,
  left: number,
  right: number,
  dayIndex: number,
): number {
  const { returns, slots, scenarios } = matrix;
  const isWhole =
    missingShare(matrix, left, dayIndex) === 0 && missingShare(matrix, right, dayIndex) === 0;
  const leftAt = left * slots;
  const rightAt = right * slots;
  let count = 0;
  let sumX = 0;
  let sumY = 0;
  let sumXX = 0;
  let sumYY = 0;
  let sumXY = 0;
  for (let day = dayIndex - scenarios; day < dayIndex; day++) {
    // Looked at day by day only where a day is missing at all, which is rare.
    if (!isWhole && (isMissing(matrix, left, day) || isMissing(matrix, right, day))) continue;
    const slot = day & (slots - 1);
    const x = returns[leftAt + slot]!;
    const y = returns[rightAt + slot]!;
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

function isMissing(matrix: ScenarioReturns, row: number, day: number): boolean {
  const { missing } = matrix;
  return missing[slotOf(matrix, row, day)] !== missing[slotOf(matrix, row, day - 1)];
}
