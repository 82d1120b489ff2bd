// The SQL form of the patterns that are always kept: written apart from the streaming code, to
// judge it by. The others are made of their forms (`pattern-sql.ts`).

import { ago, mean, pattern } from './candle-sql.js';
import { ASKED_PATTERN_FORMS } from './pattern-sql.js';

/** What running totals add up, over how many candles, and the bars at which TA-Lib begins them. */
const TOTALS = [
  { measure: 'body', period: 10 },
  { measure: 'range', period: 10 },
  { measure: 'range', period: 5 },
  { measure: 'shadows', period: 10 },
] as const;

/** Bars at which a total is first read: patterns look back this far, less the candle's age. */
const STARTS = [5, 6, 7, 8, 9, 10, 11, 12, 13, 14];

/**
 * Running totals in TA-Lib's order of additions, for `smoothingSql`: name and value after a bar.
 * Ties between a candle and its measure fall as the rounding does, so a window's sum won't do.
 */
export const CANDLE_TOTALS: Readonly<Record<string, string>> = Object.fromEntries(
  TOTALS.flatMap(({ measure, period }) =>
    STARTS.filter((start) => start >= period).map((start) => {
      const name = `${measure}_${period}_from_${start}`;
      const newest = `candle_${measure}`;
      return [
        name,
        `CASE WHEN n <= ${start - period} THEN 0 WHEN n <= ${start} THEN s_${name} + ${newest}
          ELSE s_${name} + (${newest} - ${newest}_${period}) END`,
      ];
    }),
  ),
);

/** Columns of candles that `adjusted` carries where patterns are wanted. */
export const CANDLE_COLUMNS = [
  ...['open', 'high', 'low', 'close', 'body', 'range', 'shadows'],
  ...TOTALS.map(({ measure, period }) => `${measure}_${period}`),
].map((name) => `candle_${name}`);

/** The columns of `CANDLE_COLUMNS`, in steps, each of which may read those before it. */
export const CANDLE_STEPS: readonly (readonly string[])[] = [
  // As traded, restated for splits alone.
  ['open', 'high', 'low', 'close'].map((name) => `${name} * volume_factor AS candle_${name}`),
  [
    'ABS(candle_close - candle_open) AS candle_body',
    'candle_high - candle_low AS candle_range',
    `(candle_high - GREATEST(candle_open, candle_close))
      + (LEAST(candle_open, candle_close) - candle_low) AS candle_shadows`,
  ],
  TOTALS.map(
    ({ measure, period }) => `${ago(`candle_${measure}`, period)} AS candle_${measure}_${period}`,
  ),
];

const bodyMean = (lookback: number, age: number): string => mean('body_10', 1, lookback, age);
const veryShort = (lookback: number, age: number): string => mean('range_10', 0.1, lookback, age);
const near = (lookback: number, age: number): string => mean('range_5', 0.2, lookback, age);
const far = (lookback: number, age: number): string => mean('range_5', 0.6, lookback, age);

const body = (age: number): string => ago('candle_body', age);
const top = (age: number): string => ago('candle_top', age);
const bottom = (age: number): string => ago('candle_bottom', age);
const upper = (age: number): string => ago('candle_upper', age);
const lower = (age: number): string => ago('candle_lower', age);
const colour = (age: number): string => ago('candle_colour', age);
const open = (age: number): string => ago('candle_open', age);
const close = (age: number): string => ago('candle_close', age);

/** A short body with one long shadow. */
function oneShadow(value: string, long: string, short: string, place: string): string {
  return pattern(11, value, [
    `${body(0)} < ${bodyMean(11, 0)}`,
    `${long} > candle_body`,
    `${short} < ${veryShort(11, 0)}`,
    place,
  ]);
}

const GAPS_UP = `${bottom(0)} > ${top(1)}`;
const GAPS_DOWN = `${top(0)} < ${bottom(1)}`;

function star(sign: number): string {
  const reach = `${body(2)} * CAST(0.3 AS DOUBLE)`;
  return pattern(12, String(100 * sign), [
    `${body(2)} > ${bodyMean(12, 2)}`,
    `${colour(2)} = ${-sign}`,
    `${body(1)} <= ${bodyMean(12, 1)}`,
    sign === 1 ? `${top(1)} < ${bottom(2)}` : `${bottom(1)} > ${top(2)}`,
    `${body(0)} > ${bodyMean(12, 0)}`,
    `${colour(0)} = ${sign}`,
    sign === 1 ? `${close(0)} > ${close(2)} + ${reach}` : `${close(0)} < ${close(2)} - ${reach}`,
  ]);
}

const SOLDIERS = [
  ...[0, 1, 2].map((age) => `${colour(age)} = 1 AND ${upper(age)} < ${veryShort(12, age)}`),
  ...[0, 1].flatMap((age) => [
    `${close(age)} > ${close(age + 1)}`,
    `${open(age)} > ${open(age + 1)}`,
    `${open(age)} <= ${close(age + 1)} + ${near(12, age + 1)}`,
    `${body(age)} > ${body(age + 1)} - ${far(12, age + 1)}`,
  ]),
  `${body(0)} > ${bodyMean(12, 0)}`,
];

const CROWS = [
  `${colour(3)} = 1`,
  `${ago('candle_high', 3)} > ${close(2)}`,
  ...[0, 1, 2].map((age) => `${colour(age)} = -1 AND ${lower(age)} < ${veryShort(13, age)}`),
  ...[0, 1].flatMap((age) => [
    `${open(age)} < ${open(age + 1)}`,
    `${open(age)} > ${close(age + 1)}`,
    `${close(age)} < ${close(age + 1)}`,
  ]),
];

/** Whether the body of the age lies within the other's; the ends may touch unless it is strict. */
function within(inner: number, outer: number, isStrict: boolean): string {
  const equals = isStrict ? '' : '=';
  return `${top(inner)} <${equals} ${top(outer)} AND ${bottom(inner)} >${equals} ${bottom(outer)}`;
}

/** Columns of patterns, and those that only they read. Source: TA-Lib ta_CDL*.c. */
export const PATTERN_FORMS: Readonly<Record<string, string>> = {
  candle_top: 'GREATEST(candle_open, candle_close)',
  candle_bottom: 'LEAST(candle_open, candle_close)',
  candle_upper: 'candle_high - GREATEST(candle_open, candle_close)',
  candle_lower: 'LEAST(candle_open, candle_close) - candle_low',
  candle_colour: 'IF(candle_close >= candle_open, 1, -1)',
  cdl_engulfing: pattern(2, `IF(${within(1, 0, true)}, 100, 80) * ${colour(0)}`, [
    `${colour(0)} <> ${colour(1)}`,
    within(1, 0, false),
    `(${top(0)} > ${top(1)} OR ${bottom(0)} < ${bottom(1)})`,
  ]),
  cdl_harami: pattern(11, `IF(${within(0, 1, true)}, -100, -80) * ${colour(1)}`, [
    `${body(1)} > ${bodyMean(11, 1)}`,
    `${body(0)} <= ${bodyMean(11, 0)}`,
    within(0, 1, false),
  ]),
  cdl_hammer: oneShadow(
    '100',
    lower(0),
    upper(0),
    `${bottom(0)} <= ${ago('candle_low', 1)} + ${near(11, 1)}`,
  ),
  cdl_hangingman: oneShadow(
    '-100',
    lower(0),
    upper(0),
    `${bottom(0)} >= ${ago('candle_high', 1)} - ${near(11, 1)}`,
  ),
  cdl_invertedhammer: oneShadow('100', upper(0), lower(0), GAPS_DOWN),
  cdl_shootingstar: oneShadow('-100', upper(0), lower(0), GAPS_UP),
  cdl_doji: pattern(10, '100', [`${body(0)} <= ${veryShort(10, 0)}`]),
  cdl_dragonflydoji: pattern(10, '100', [
    `${body(0)} <= ${veryShort(10, 0)}`,
    `${upper(0)} < ${veryShort(10, 0)}`,
    `${lower(0)} > ${veryShort(10, 0)}`,
  ]),
  cdl_marubozu: pattern(10, `100 * ${colour(0)}`, [
    `${body(0)} > ${bodyMean(10, 0)}`,
    `${upper(0)} < ${veryShort(10, 0)}`,
    `${lower(0)} < ${veryShort(10, 0)}`,
  ]),
  cdl_spinningtop: pattern(10, `100 * ${colour(0)}`, [
    `${body(0)} < ${bodyMean(10, 0)}`,
    `${upper(0)} > ${body(0)}`,
    `${lower(0)} > ${body(0)}`,
  ]),
  cdl_morningstar: star(1),
  cdl_eveningstar: star(-1),
  cdl_piercing: pattern(11, '100', [
    `${colour(1)} = -1 AND ${colour(0)} = 1`,
    `${body(1)} > ${bodyMean(11, 1)}`,
    `${body(0)} > ${bodyMean(11, 0)}`,
    `${open(0)} < ${ago('candle_low', 1)}`,
    `${close(0)} < ${open(1)}`,
    `${close(0)} > ${close(1)} + ${body(1)} * CAST(0.5 AS DOUBLE)`,
  ]),
  cdl_darkcloudcover: pattern(11, '-100', [
    `${colour(1)} = 1 AND ${colour(0)} = -1`,
    `${body(1)} > ${bodyMean(11, 1)}`,
    `${open(0)} > ${ago('candle_high', 1)}`,
    `${close(0)} > ${open(1)}`,
    `${close(0)} < ${close(1)} - ${body(1)} * CAST(0.5 AS DOUBLE)`,
  ]),
  cdl_3whitesoldiers: pattern(12, '100', SOLDIERS),
  cdl_3blackcrows: pattern(13, '-100', CROWS),
  ...ASKED_PATTERN_FORMS,
};
