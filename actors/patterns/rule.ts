// A pattern as the engine judges it.

/** Runs the comparisons that begin at a place of the program; returns their result. */
export type Run = (values: Float64Array, begin: number) => number;

/** One pattern, made for the numbers of one engine. */
export interface Rule {
  /** TA-Lib's name without CDL, in lower case. */
  readonly name: string;
  readonly title: string;
  /** Closed candles that must stand before the newest. */
  readonly lookback: number;
  /** 100 or -100 for bullish or bearish, 80 for a weaker one, 200 for a confirmed one, or 0. */
  judge(values: Float64Array, run: Run): number;
}
