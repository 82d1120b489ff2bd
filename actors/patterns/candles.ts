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
}

/** Distance from open to close. */
export function body(candles: Candles, age: number): number {
  return candles.body[age]!;
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

/** 1 for a close at or above the open (white), -1 for one below it (black). */
export function colour(candles: Candles, age: number): 1 | -1 {
  return candles.close[age]! >= candles.open[age]! ? 1 : -1;
}

/** Whether the body lies wholly above the body of the candle before it. */
export function gapsUp(candles: Candles, age: number): boolean {
  return bottom(candles, age) > top(candles, age + 1);
}

/** Whether the body lies wholly below the body of the candle before it. */
export function gapsDown(candles: Candles, age: number): boolean {
  return top(candles, age) < bottom(candles, age + 1);
}

/** What a candle is measured by: `factor` times the mean `measure` of `period` candles before. */
export interface Setting {
  readonly measure: 'body' | 'range';
  /** Candles averaged; 0 for the candle itself. */
  readonly period: number;
  readonly factor: number;
}

/** Source of all settings: TA-Lib ta_global.c, TA_CandleDefaultSettings. */
export const BODY_LONG: Setting = { measure: 'body', period: 10, factor: 1 };

/** As `BODY_LONG`. */
export const BODY_SHORT: Setting = { measure: 'body', period: 10, factor: 1 };

/** As `BODY_LONG`. */
export const BODY_DOJI: Setting = { measure: 'range', period: 10, factor: 0.1 };

/** As `BODY_LONG`. */
export const SHADOW_LONG: Setting = { measure: 'body', period: 0, factor: 1 };

/** As `BODY_LONG`. */
export const SHADOW_VERY_SHORT: Setting = { measure: 'range', period: 10, factor: 0.1 };

/** As `BODY_LONG`. */
export const NEAR: Setting = { measure: 'range', period: 5, factor: 0.2 };

/** As `BODY_LONG`. */
export const FAR: Setting = { measure: 'range', period: 5, factor: 0.6 };

/** Most candles a setting averages. */
export const PERIOD_MAX = 10;

/** The measure a candle is held against; the engine sets its value before the rule looks. */
export interface Yardstick {
  readonly setting: Setting;
  /** Age of the candle it is for: the mean is over the candles before that one. */
  readonly age: number;
  value: number;
}

/** A yardstick for the candle of an age. */
export function yardstick(setting: Setting, age: number): Yardstick {
  return { setting, age, value: Number.NaN };
}
