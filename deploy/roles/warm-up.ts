// Runs a shard's symbol actors over history before anything is streamed.

import { type DailyBar, SLOT, type SymbolPlane } from '../../actors/market/index.js';
import { beginReturns, putReturn, type ScenarioMatrix } from '../../actors/risk/index.js';
import type { MarketBars } from '../research/market-file.js';

/** Sessions before the first streamed one whose rows are also published: conditions look back. */
const SESSIONS_PUBLISHED = 260;

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
  readonly matrix: ScenarioMatrix | undefined;
}

/** Folds every session but the last; the last is left developing, for the warm point to close. */
export function warmUp(options: WarmUpOptions): void {
  const { plane, owned, bars, firstWarmDay, warmDays, state, stride, matrix } = options;
  const bar: { -readonly [field in keyof DailyBar]: number } = {
    open: 0,
    high: 0,
    low: 0,
    close: 0,
    volume: 0,
  };
  const before = new Float64Array(bars.symbols.length);
  const returns = new Float64Array(bars.symbols.length).fill(Number.NaN);
  if (matrix !== undefined) {
    owned.forEach((isOwned, row) => {
      if (isOwned === 1) beginReturns(matrix, row, firstWarmDay);
    });
  }
  for (let day = firstWarmDay; day < warmDays; day++) {
    const isLast = day === warmDays - 1;
    const publishes = day >= warmDays - SESSIONS_PUBLISHED;
    for (let index = bars.dayStarts[day]!; index < bars.dayStarts[day + 1]!; index++) {
      const row = bars.rows[index]!;
      if (owned[row] !== 1) continue;
      bar.open = bars.open[index]!;
      bar.high = bars.high[index]!;
      bar.low = bars.low[index]!;
      bar.close = bars.close[index]!;
      bar.volume = bars.volume[index]!;
      if (isLast) {
        plane.applyAction(row, bars.split[index]!, bars.dividend[index]!);
        plane.develop(row, bar);
        continue;
      }
      plane.warm(row, bar, bars.split[index]!, bars.dividend[index]!, publishes);
      // The day's dividend joins the factor when the bar is folded.
      const worth = bar.close + bars.dividend[index]!;
      const forward = worth * (state[row * stride + SLOT.priceFactor]! || 1);
      if (before[row]! > 0) returns[row] = forward / before[row]! - 1;
      before[row] = forward;
    }
    if (isLast) break;
    plane.fold();
    if (matrix !== undefined) putDay(matrix, owned, day, returns);
  }
}

/** Keeps a day's returns of the rows owned, and clears them for the next day. */
function putDay(
  matrix: ScenarioMatrix,
  owned: Uint8Array,
  day: number,
  returns: Float64Array,
): void {
  for (let row = 0; row < owned.length; row++) {
    if (owned[row] === 1) putReturn(matrix, row, day, returns[row]!);
  }
  returns.fill(Number.NaN);
}
