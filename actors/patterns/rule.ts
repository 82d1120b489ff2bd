// A pattern as the engine judges it.

import type { Candles, Yardstick } from './candles.js';

/** One pattern. Its yardsticks belong to it alone, so that every engine makes its own rules. */
export interface Rule {
  /** TA-Lib's name without CDL, in lower case. */
  readonly name: string;
  readonly title: string;
  /** Closed candles that must stand before the newest. */
  readonly lookback: number;
  readonly yardsticks: readonly Yardstick[];
  /** 100 or -100 for bullish or bearish, 80 for a weaker one, 200 for a confirmed one, or 0. */
  judge(candles: Candles): number;
}
