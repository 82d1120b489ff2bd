// What forms may say of a candle, and how long a body or shadow must be to count as long or short.

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

/** A word of a setting. */
export type SettingWord = keyof typeof SETTINGS;

/** Numbers of a candle in their order; prices are there twice, the second time turned about. */
const NUMBERS = [
  ...(['open', 'high', 'low', 'close', 'top', 'bottom'] as const),
  ...(['body', 'range', 'upper', 'lower'] as const),
  ...(['minusOpen', 'minusHigh', 'minusLow', 'minusClose', 'minusTop', 'minusBottom'] as const),
] as const;

/** Places of one candle's numbers. */
export const CANDLE_NUMBERS = NUMBERS.length;

/** Place of each number of a candle. */
export const NUMBER = Object.fromEntries(NUMBERS.map((name, place) => [name, place])) as Readonly<
  Record<(typeof NUMBERS)[number], number>
>;

/** Prices and lengths of a candle that a form may name, and their places. */
export const PLAIN = {
  open: NUMBER.open,
  high: NUMBER.high,
  low: NUMBER.low,
  close: NUMBER.close,
  top: NUMBER.top,
  bottom: NUMBER.bottom,
  body: NUMBER.body,
  range: NUMBER.range,
  upper: NUMBER.upper,
  lower: NUMBER.lower,
} as const;

/** A word of a measure. */
export type MeasureWord = keyof typeof PLAIN;

/**
 * The same with prices upside down, highs as lows. Negation is exact, so a comparison holds in the
 * mirror just where its mirror image does.
 */
export const MIRRORED: typeof PLAIN = {
  open: NUMBER.minusOpen,
  high: NUMBER.minusLow,
  low: NUMBER.minusHigh,
  close: NUMBER.minusClose,
  top: NUMBER.minusBottom,
  bottom: NUMBER.minusTop,
  body: NUMBER.body,
  range: NUMBER.range,
  upper: NUMBER.lower,
  lower: NUMBER.upper,
};

/** Writes all numbers of a candle from its prices, its body and its range. */
// hot
export function putCandle(
  values: Float64Array,
  at: number,
  state: Float64Array,
  from: number,
  body: number,
  range: number,
): void {
  const open = state[from]!;
  const high = state[from + 1]!;
  const low = state[from + 2]!;
  const close = state[from + 3]!;
  const top = Math.max(close, open);
  const bottom = Math.min(close, open);
  values[at] = open;
  values[at + 1] = high;
  values[at + 2] = low;
  values[at + 3] = close;
  values[at + 4] = top;
  values[at + 5] = bottom;
  values[at + 6] = body;
  values[at + 7] = range;
  values[at + 8] = high - top;
  values[at + 9] = bottom - low;
  values[at + 10] = -open;
  values[at + 11] = -high;
  values[at + 12] = -low;
  values[at + 13] = -close;
  values[at + 14] = -top;
  values[at + 15] = -bottom;
}
