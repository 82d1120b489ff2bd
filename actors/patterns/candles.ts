// A stretch of candles by age, and how long a body or shadow must be to count as long or short.

/** Candles by age, 0 being the newest; prices as traded, restated for splits alone. */
export interface Candles {
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  /** Distance from open to close. */
  readonly body: Float64Array;
  /** Distance from low to high. */
  readonly range: Float64Array;
  /** Both shadows together. */
  readonly shadows: Float64Array;
}

/** Upper end of the body. */
export function top(candles: Candles, age: number): number {
  return Math.max(candles.close[age]!, candles.open[age]!);
}

/** Lower end of the body. */
export function bottom(candles: Candles, age: number): number {
  return Math.min(candles.close[age]!, candles.open[age]!);
}

/** Distance from the body to the high. */
export function upperShadow(candles: Candles, age: number): number {
  return candles.high[age]! - top(candles, age);
}

/** Distance from the low to the body. */
export function lowerShadow(candles: Candles, age: number): number {
  return bottom(candles, age) - candles.low[age]!;
}

/** Whether it closed at or above its open. */
export function isWhite(candles: Candles, age: number): boolean {
  return candles.close[age]! >= candles.open[age]!;
}

/** What a candle is measured by: `factor` times the mean `measure` of `period` candles before. */
export interface Setting {
  readonly measure: 'body' | 'range' | 'shadows';
  /** Candles averaged; 0 for the candle itself. */
  readonly period: number;
  readonly factor: number;
}

/**
 * All settings by their words in forms. Source: TA-Lib ta_global.c, TA_CandleDefaultSettings;
 * it halves means of shadows, as there are two of them.
 */
export const SETTINGS = {
  long: { measure: 'body', period: 10, factor: 1 },
  short: { measure: 'body', period: 10, factor: 1 },
  doji: { measure: 'range', period: 10, factor: 0.1 },
  shadowLong: { measure: 'body', period: 0, factor: 1 },
  shadowVeryLong: { measure: 'body', period: 0, factor: 2 },
  shadowShort: { measure: 'shadows', period: 10, factor: 0.5 },
  shadowVeryShort: { measure: 'range', period: 10, factor: 0.1 },
  near: { measure: 'range', period: 5, factor: 0.2 },
  far: { measure: 'range', period: 5, factor: 0.6 },
  equal: { measure: 'range', period: 5, factor: 0.05 },
} as const satisfies Readonly<Record<string, Setting>>;

/** The measure a candle is held against; the engine sets its value before the rule looks. */
export interface Yardstick {
  readonly setting: Setting;
  /** Age of the candle it is for: the mean is over the candles before that one. */
  readonly age: number;
  /** The bar at which TA-Lib first reads it; its additions begin so many bars before. */
  readonly from: number;
  value: number;
}

/** A yardstick for the candle of an age, first read at the bar `from`. */
export function yardstick(setting: Setting, age: number, from: number): Yardstick {
  return { setting, age, from, value: Number.NaN };
}
