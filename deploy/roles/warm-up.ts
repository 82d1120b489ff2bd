// Runs a shard's symbol actors over history before anything is streamed.

import { type RawBar, SLOT, type SymbolPlane } from '../../actors/market/index.js';
import type { ScenarioMatrix } from '../../actors/risk/index.js';
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
  const bar: { -readonly [field in keyof RawBar]: number } = {
    open: 0,
    high: 0,
    low: 0,
    close: 0,
    volume: 0,
  };
  const before = new Float64Array(bars.symbols.length);
  for (let day = firstWarmDay; day < warmDays; day++) {
    const isLast = day === warmDays - 1;
    const publishes = day >= warmDays - SESSIONS_PUBLISHED;
    if (matrix !== undefined) clearDay(matrix, owned, day);
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
      const forward = bar.close * (state[row * stride + SLOT.priceFactorLessOne]! + 1);
      if (matrix !== undefined && before[row]! > 0) {
        const slot = day & (matrix.slots - 1);
        matrix.returns[row * matrix.slots + slot] = forward / before[row]! - 1;
      }
      before[row] = forward;
    }
  }
}

/** A row without a bar that day has no return, whatever stood in the slot before. */
function clearDay(matrix: ScenarioMatrix, owned: Uint8Array, day: number): void {
  const slot = day & (matrix.slots - 1);
  for (let row = 0; row < owned.length; row++) {
    if (owned[row] === 1) matrix.returns[row * matrix.slots + slot] = Number.NaN;
  }
}
