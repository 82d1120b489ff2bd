// Runs symbol actors over history before anything is streamed.

import { type DailyBar, SLOT, type SymbolPlane } from '../../actors/market/index.js';
import { beginReturns, putReturn, type ScenarioReturns } from '../../actors/risk/index.js';
import { copyBar, type MarketBars } from '../research/market-file.js';
import { createHistoryParts } from './history-parts.js';

/** Sessions before the first streamed one whose rows are also published: conditions look back. */
const SESSIONS_PUBLISHED = 260;

/**
 * Rows whose history is run before the next ones': a batch of them. What they remember stays in the
 * caches from one session to the next; of all rows together it is ten million bytes.
 */
const ROWS_TOGETHER = 32;

/** What a warm-up works on. */
export interface WarmUpOptions {
  readonly plane: SymbolPlane;
  /** 1 for rows of this shard. */
  readonly owned: Uint8Array;
  readonly state: Float64Array;
  readonly stride: number;
  readonly bars: MarketBars;
  /** Index of the first session, and one past the last. */
  readonly firstWarmDay: number;
  readonly warmDays: number;
  /** Filled with the returns of all but the last session; absent when others use it already. */
  readonly matrix: ScenarioReturns | undefined;
}

/** Memory of the parts that the history of so many rows is run in. */
export function partsOfHistory(rowCount: number): SharedArrayBuffer {
  return createHistoryParts(Math.ceil(rowCount / ROWS_TOGETHER));
}

/** The history of a shard's rows. */
export class History {
  readonly #options: WarmUpOptions;
  /** By session: the first bar that has not been folded. Within a session bars are in row order. */
  readonly #next: Int32Array;
  readonly #bar: { -readonly [field in keyof DailyBar]: number };
  /** Worth of a row's last close, of which the next return is. */
  readonly #before: Float64Array;
  readonly #returns = new Float64Array(ROWS_TOGETHER);

  constructor(options: WarmUpOptions) {
    this.#options = options;
    this.#next = options.bars.dayStarts.slice();
    this.#bar = { open: 0, high: 0, low: 0, close: 0, volume: 0 };
    this.#before = new Float64Array(options.bars.symbols.length);
  }

  /** Runs a part: all sessions of its rows but the last. Parts come in ascending order. */
  run(part: number): void {
    const { bars, owned, firstWarmDay, warmDays, matrix } = this.#options;
    const from = part * ROWS_TOGETHER;
    const to = Math.min(from + ROWS_TOGETHER, bars.symbols.length);
    for (let row = from; matrix !== undefined && row < to; row++) {
      if (owned[row] === 1) beginReturns(matrix, row, firstWarmDay);
    }
    for (let day = firstWarmDay; day < warmDays - 1; day++) this.#fold(day, from);
  }

  /** Folds the session of a day of the rows from `from` on. */
  #fold(day: number, from: number): void {
    const { plane, owned, bars, warmDays, state, stride, matrix } = this.#options;
    const publishes = day >= warmDays - SESSIONS_PUBLISHED;
    const end = bars.dayStarts[day + 1]!;
    const returns = this.#returns.fill(Number.NaN);
    let index = this.#next[day]!;
    // Parts before this one may have been run elsewhere.
    while (index < end && bars.rows[index]! < from) index++;
    for (; index < end && bars.rows[index]! < from + ROWS_TOGETHER; index++) {
      const row = bars.rows[index]!;
      if (owned[row] !== 1) continue;
      const bar = this.#barAt(index);
      plane.warm(row, bar, bars.split[index]!, bars.dividend[index]!, publishes);
      // The day's dividend joins the factor when the bar is folded.
      const worth = bar.close + bars.dividend[index]!;
      const forward = worth * (state[row * stride + SLOT.priceFactor]! || 1);
      if (this.#before[row]! > 0) returns[row - from] = forward / this.#before[row]! - 1;
      this.#before[row] = forward;
    }
    this.#next[day] = index;
    plane.fold();
    if (matrix === undefined) return;
    const to = Math.min(from + ROWS_TOGETHER, owned.length);
    for (let row = from; row < to; row++) {
      if (owned[row] === 1) putReturn(matrix, row, day, returns[row - from]!);
    }
  }

  /** Leaves the last session open, for the warm point, once every part is done. */
  develop(): void {
    const { plane, owned, bars, firstWarmDay, warmDays } = this.#options;
    if (warmDays <= firstWarmDay) return;
    const day = warmDays - 1;
    for (let index = bars.dayStarts[day]!; index < bars.dayStarts[day + 1]!; index++) {
      const row = bars.rows[index]!;
      if (owned[row] !== 1) continue;
      plane.applyAction(row, bars.split[index]!, bars.dividend[index]!);
      plane.develop(row, this.#barAt(index));
    }
  }

  #barAt(index: number): DailyBar {
    copyBar(this.#options.bars, index, this.#bar);
    return this.#bar;
  }
}
