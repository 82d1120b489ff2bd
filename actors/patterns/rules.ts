// The candlestick patterns as rules over the newest candles and their yardsticks.

import { assert } from '../../engine/index.js';
import { SETTINGS, type Setting } from './candles.js';
import { ONE_CANDLE, TWO_CANDLES } from './few-candles.js';
import { type Form, formOf } from './form.js';
import { hikkake, modifiedHikkake } from './hikkake.js';
import { createYardsticks, judgeOf } from './judge.js';
import { MORE_CANDLES, THREE_CANDLES } from './many-candles.js';
import type { PatternRow } from './row.js';
import type { Rule } from './rule.js';

/** Patterns that every market keeps, in column order; the others are made where they are asked. */
export const ALWAYS_KEPT: readonly string[] = [
  ...['engulfing', 'harami', 'hammer', 'hangingman', 'invertedhammer', 'shootingstar', 'doji'],
  ...['dragonflydoji', 'marubozu', 'spinningtop', 'morningstar', 'eveningstar', 'piercing'],
  ...['darkcloudcover', '3whitesoldiers', '3blackcrows'],
];

/** Every pattern that is a form. */
export const PATTERN_ROWS: readonly PatternRow[] = [
  ...ONE_CANDLE,
  ...TWO_CANDLES,
  ...THREE_CANDLES,
  ...MORE_CANDLES,
];

/** How every rule is made, with TA-Lib's penetration unless another is given. */
const MAKERS: ReadonlyMap<string, (penetration?: number) => Rule> = new Map([
  ...PATTERN_ROWS.map(
    (row) => [row.name, (penetration?: number) => ruleOf(row, penetration)] as const,
  ),
  ['hikkake', hikkake] as const,
  ['hikkakemod', modifiedHikkake] as const,
]);

/** Names of all patterns: those that are always kept, then the others in order. */
export const PATTERN_NAMES: readonly string[] = [
  ...ALWAYS_KEPT,
  ...[...MAKERS.keys()].filter((name) => !ALWAYS_KEPT.includes(name)).sort(),
];

/** Fresh rules of some patterns, in the order of the names. */
export function createRules(names: readonly string[], penetration?: number): readonly Rule[] {
  return names.map((name) => {
    const make = MAKERS.get(name);
    assert(make !== undefined, 'patterns.rule_is_known');
    return make(penetration);
  });
}

/** What a form names, each with the age of its candle. */
function wordsOf(form: Form): readonly { readonly word: string; readonly age: number }[] {
  switch (form.kind) {
    case 'all':
    case 'any':
      return form.of.flatMap(wordsOf);
    case 'white':
    case 'black':
      return [{ word: form.kind, age: form.age }];
    case 'compare':
      return [...form.left, ...form.right];
  }
}

/** Closed candles that must stand before the newest, so that every word has its meaning. */
export function lookbackOf({ cases, lookback }: PatternRow): number {
  if (lookback !== undefined) return lookback;
  const words = cases.flatMap(([, text]) => wordsOf(formOf(text)));
  const settings: Readonly<Record<string, Setting>> = SETTINGS;
  // As TA-Lib counts: the longest mean, before the oldest candle of all.
  const periods = words.map(({ word }) => settings[word]?.period ?? 0);
  return Math.max(...periods) + Math.max(...words.map(({ age }) => age));
}

function ruleOf(row: PatternRow, given?: number): Rule {
  const { name, title, cases, mirror, penetration = 0 } = row;
  const lookback = lookbackOf(row);
  const { all, yardstickFor } = createYardsticks(lookback);
  const sides = mirror === undefined ? [false] : mirror === 'alone' ? [true] : [false, true];
  const judges = cases.flatMap(([value, text]) =>
    sides.map((isMirrored) => {
      const reading = { isMirrored, penetration: given ?? penetration, yardstickFor };
      return { value: isMirrored ? -value : value, holds: judgeOf(formOf(text), reading) };
    }),
  );
  return {
    name,
    title,
    lookback,
    yardsticks: all,
    judge(candles) {
      for (let index = 0; index < judges.length; index++) {
        if (judges[index]!.holds(candles)) return judges[index]!.value;
      }
      return 0;
    },
  };
}
