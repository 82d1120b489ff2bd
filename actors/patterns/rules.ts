// The candlestick patterns as rules over the newest candles and their yardsticks.

import { assert } from '../../engine/index.js';
import { SETTINGS, type Setting } from './candles.js';
import { ONE_CANDLE, TWO_CANDLES } from './few-candles.js';
import { type Form, formOf } from './form.js';
import { hikkake, modifiedHikkake } from './hikkake.js';
import { MORE_CANDLES } from './more-candles.js';
import { Numbers } from './numbers.js';
import { Program } from './program.js';
import type { PatternRow } from './row.js';
import type { Rule, Run } from './rule.js';
import { THREE_CANDLES } from './three-candles.js';

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

/** What rules are made for. */
interface Making {
  readonly numbers: Numbers;
  readonly program: Program;
  /** Instead of TA-Lib's own, in every pattern that has one. */
  readonly penetration: number | undefined;
}

/** How every rule is made. */
const MAKERS: ReadonlyMap<string, (making: Making) => Rule> = new Map([
  ...PATTERN_ROWS.map((row) => [row.name, (making: Making) => ruleOf(row, making)] as const),
  ['hikkake', ({ numbers }: Making) => hikkake(numbers)] as const,
  ['hikkakemod', ({ numbers }: Making) => modifiedHikkake(numbers)] as const,
]);

/** Names of all patterns: those that are always kept, then the others in order. */
export const PATTERN_NAMES: readonly string[] = [
  ...ALWAYS_KEPT,
  ...[...MAKERS.keys()].filter((name) => !ALWAYS_KEPT.includes(name)).sort(),
];

/** The rules of one engine, and the numbers and comparisons that they share. */
export interface RuleSet {
  readonly rules: readonly Rule[];
  readonly numbers: Numbers;
  readonly run: Run;
}

/** Fresh rules of some patterns, in the order of the names. */
export function createRules(names: readonly string[], penetration?: number): RuleSet {
  const numbers = new Numbers();
  const program = new Program(numbers);
  const rules = names.map((name) => {
    const make = MAKERS.get(name);
    assert(make !== undefined, 'patterns.rule_is_known');
    return make({ numbers, program, penetration });
  });
  return { rules, numbers, run: program.runner() };
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

function ruleOf(row: PatternRow, { program, penetration }: Making): Rule {
  const { name, title, cases, mirror } = row;
  const lookback = lookbackOf(row);
  const own = penetration ?? row.penetration ?? 0;
  const sides = mirror === undefined ? [false] : mirror === 'alone' ? [true] : [false, true];
  const tried = cases.flatMap(([value, text]) =>
    sides.map((isMirrored) => ({ value: isMirrored ? -value : value, text, isMirrored })),
  );
  const begin = tried.reduceRight((next, { value, text, isMirrored }) => {
    const reading = { isMirrored, penetration: own, from: lookback };
    return program.add(formOf(text), reading, program.endOf(value), next);
  }, program.endOf(0));
  return { name, title, lookback, judge: (values, run) => run(values, begin) };
}
