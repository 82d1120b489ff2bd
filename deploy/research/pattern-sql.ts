// The SQL form of the patterns that are made where they are asked, of the tables of the stream.

import {
  ASKED_PATTERNS,
  type Form,
  formOf,
  lookbackOf,
  PATTERN_ROWS,
  type Part,
  type PatternRow,
  SETTINGS,
  type Side,
} from '../../actors/patterns/index.js';
import { ago, mean } from './candle-sql.js';

/** What a form is written with. */
interface Reading {
  readonly isMirrored: boolean;
  readonly lookback: number;
  readonly penetration: number;
}

/** In the mirror prices count downward: what stands for each word there, and its sign. */
const MIRRORED: Readonly<Record<string, readonly [word: string, sign: '' | '-']>> = {
  open: ['open', '-'],
  close: ['close', '-'],
  high: ['low', '-'],
  low: ['high', '-'],
  top: ['bottom', '-'],
  bottom: ['top', '-'],
  upper: ['lower', ''],
  lower: ['upper', ''],
};

function partSql({ word, age, factor }: Part, reading: Reading): string {
  const by = factor === 'penetration' ? reading.penetration : factor;
  const sql = Object.hasOwn(SETTINGS, word)
    ? settingSql(SETTINGS[word as keyof typeof SETTINGS], age, reading)
    : measureSql(word, age, reading);
  return by === 1 ? sql : `${sql} * CAST(${by} AS DOUBLE)`;
}

function measureSql(word: string, age: number, { isMirrored }: Reading): string {
  const [name, sign] = (isMirrored ? MIRRORED[word] : undefined) ?? [word, ''];
  return `(${sign}${ago(`candle_${name}`, age)})`;
}

function settingSql(
  { measure, period, factor }: (typeof SETTINGS)[keyof typeof SETTINGS],
  age: number,
  { lookback }: Reading,
): string {
  if (period > 0) return `(${mean(`${measure}_${period}`, factor, lookback, age)})`;
  return `(CAST(${factor} AS DOUBLE) * ${ago(`candle_${measure}`, age)})`;
}

function sideSql(side: Side, reading: Reading): string {
  return side
    .map((part, index) => {
      const sign = part.sign === -1 ? '-' : '+';
      return `${index === 0 ? '' : ` ${sign} `}${partSql(part, reading)}`;
    })
    .join('');
}

function formSql(form: Form, reading: Reading): string {
  switch (form.kind) {
    case 'all':
      return form.of.map((one) => formSql(one, reading)).join(' AND ');
    case 'any':
      return `(${form.of.map((one) => `(${formSql(one, reading)})`).join(' OR ')})`;
    case 'white':
    case 'black': {
      const wanted = (form.kind === 'white') === reading.isMirrored ? -1 : 1;
      return `${ago('candle_colour', form.age)} = ${wanted}`;
    }
    case 'compare':
      return `${sideSql(form.left, reading)} ${form.comparison} ${sideSql(form.right, reading)}`;
  }
}

function rowSql(row: PatternRow): string {
  const lookback = lookbackOf(row);
  const sides = row.mirror === undefined ? [1] : row.mirror === 'alone' ? [-1] : [1, -1];
  const cases = row.cases.flatMap(([value, text]) =>
    sides.map((sign) => {
      const reading = { isMirrored: sign < 0, lookback, penetration: row.penetration ?? 0 };
      return `WHEN ${formSql(formOf(text), reading)} THEN ${sign * value}e0`;
    }),
  );
  return `CASE WHEN n > ${lookback} THEN CASE ${cases.join(' ')} ELSE 0e0 END END`;
}

/** 1 or -1 where a false break of an inside candle ends, else 0; from the bar `first` on. */
function falseBreak(first: number, downward: string, upward: string): string {
  const [high, low] = [
    (age: number) => ago('candle_high', age),
    (age: number) => ago('candle_low', age),
  ];
  return `CASE WHEN n < ${first} THEN 0 WHEN ${high(1)} < ${high(2)} AND ${low(1)} > ${low(2)} THEN
    CASE WHEN ${high(0)} < ${high(1)} AND ${low(0)} < ${low(1)} AND ${downward} THEN 1
      WHEN ${high(0)} > ${high(1)} AND ${low(0)} > ${low(1)} AND ${upward} THEN -1 ELSE 0 END
    ELSE 0 END`;
}

/** A false break now, or the first close that confirms the newest of the three bars before. */
function confirmed(lookback: number, found: string): string {
  const confirms = (age: number, since: number): string =>
    `IF(${ago(found, since)} > 0, ${ago('candle_close', age)} > ${ago('candle_high', since + 1)},
      ${ago('candle_close', age)} < ${ago('candle_low', since + 1)})`;
  const earlier = [1, 2, 3].map((since) => {
    const before = Array.from({ length: since - 1 }, (_, at) => `NOT ${confirms(at + 1, since)}`);
    const tests = [...before, confirms(0, since)].join(' AND ');
    return `WHEN ${ago(found, since)} <> 0 THEN IF(${tests}, 200e0 * ${ago(found, since)}, 0e0)`;
  });
  return `CASE WHEN n > ${lookback} THEN
    CASE WHEN ${found} <> 0 THEN 100e0 * ${found} ${earlier.join(' ')} ELSE 0e0 END END`;
}

const NEAR_TWO_AGO = mean('range_5', SETTINGS.near.factor, 7, 2);
const INSIDE_TWICE = `${ago('candle_high', 2)} < ${ago('candle_high', 3)}
  AND ${ago('candle_low', 2)} > ${ago('candle_low', 3)}`;
const CLOSE_TWO_AGO = ago('candle_close', 2);

/** Columns of patterns, and those that only they read. */
export const ASKED_PATTERN_FORMS: Readonly<Record<string, string>> = {
  candle_false_break: falseBreak(3, 'TRUE', 'TRUE'),
  candle_false_break_of_two: falseBreak(
    8,
    `${INSIDE_TWICE} AND ${CLOSE_TWO_AGO} <= ${ago('candle_low', 2)} + ${NEAR_TWO_AGO}`,
    `${INSIDE_TWICE} AND ${CLOSE_TWO_AGO} >= ${ago('candle_high', 2)} - ${NEAR_TWO_AGO}`,
  ),
  cdl_hikkake: confirmed(5, 'candle_false_break'),
  cdl_hikkakemod: confirmed(10, 'candle_false_break_of_two'),
  ...Object.fromEntries(
    PATTERN_ROWS.map((row) => [`cdl_${row.name}`, row] as const)
      .filter(([column]) => ASKED_PATTERNS.some(({ name }) => name === column))
      .map(([column, row]) => [column, rowSql(row)]),
  ),
};
