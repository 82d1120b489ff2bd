// What the parameters of a function of the reference have to be.

import { AVERAGE_KINDS, type AverageKind } from './average-kinds.js';

/** Longest period; as in TA-Lib. */
const BARS_MAX = 100_000;

interface RuleOf {
  readonly text: string;
  readonly isMet: (value: number) => boolean;
  /** One that meets it. */
  readonly example: number;
  /** What it is unless told. */
  readonly otherwise?: number;
  /** Whether it is a number of bars. */
  readonly isBars?: boolean;
}

function barsFrom(least: number): RuleOf {
  return {
    text: `a whole number from ${least} to ${BARS_MAX}`,
    isMet: (value) => Number.isInteger(value) && value >= least && value <= BARS_MAX,
    example: 14,
    isBars: true,
  };
}

const KINDS: RuleOf = {
  text: `a whole number from 0 to ${AVERAGE_KINDS.length - 1}`,
  isMet: (value) => AVERAGE_KINDS[value] !== undefined,
  example: 0,
  otherwise: 0,
};

/**
 * What a parameter has to be: a number of bars, from 1 or from 2; any number, or one that is 1
 * unless told; the number of a kind of averages, simple ones unless told.
 */
export type Rule = 'bars' | 'span' | 'number' | 'factor' | 'kind';

const RULES: Readonly<Record<Rule, RuleOf>> = {
  bars: barsFrom(1),
  span: barsFrom(2),
  number: { text: 'a number', isMet: Number.isFinite, example: 1 },
  factor: { text: 'a number', isMet: Number.isFinite, example: 1, otherwise: 1 },
  kind: KINDS,
};

/** The rule itself. */
export function ruleOf(rule: Rule): RuleOf {
  return RULES[rule];
}

/** Numbers of kinds have been checked. */
export function kindOf(value: number | undefined): AverageKind {
  return AVERAGE_KINDS[value ?? 0] ?? 'simple';
}

/**
 * A parameter's name without what its author may have written otherwise: `timePeriod`,
 * `optInTimePeriod`, `timeperiod` and `period` are one, and so are `fast` and `fast_period`.
 */
export function parameterKey(name: string): string {
  const bare = name
    .toLowerCase()
    .replaceAll('_', '')
    .replace(/^optin/, '');
  return bare.startsWith('period') ? `time${bare}` : bare.replace(/(?<!^time)period/, '');
}

/** The same of an output: `outRealUpperBand`, `upperBand` and `upper` are one. */
export function outputKey(name: string): string {
  return name
    .toLowerCase()
    .replaceAll('_', '')
    .replace(/^out(real)?/, '')
    .replace(/^(macd|aroon)(?=.)/, '')
    .replace(/band$/, '')
    .replace(/^hist$/, 'histogram')
    .replace(/index$/, 'idx');
}
