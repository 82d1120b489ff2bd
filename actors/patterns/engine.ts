// All patterns over one symbol's candles: judged when a bar has closed, carried from bar to bar.

import { assert } from '../../engine/index.js';
import type { FeatureSpec } from '../indicators/index.js';
import { CANDLE_NUMBERS, putCandle, SETTINGS, type Setting } from './candles.js';
import type { Numbers, Yardstick } from './numbers.js';
import type { Rule } from './rule.js';
import { ALWAYS_KEPT, createRules, PATTERN_NAMES } from './rules.js';

/** A bar as traded. */
export interface Candle {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
}

/**
 * All patterns behind one set of calls. The state is a slice of a Float64Array, zero at birth:
 *
 *   bars | has results | the last 16 candles: open, high, low, close, body, range, shadows |
 *   totals | results
 *
 * Patterns speak of closed candles. They cost nothing while a bar develops: whoever owns the
 * columns calls `judge` once a session, at its close, and `results` until then.
 */
export interface PatternEngine {
  readonly features: readonly FeatureSpec[];
  /** Float64 slots of state a symbol takes. */
  readonly stateLength: number;
  /** Judges a bar that has its final shape but is not yet committed; keeps the results. */
  judge(state: Float64Array, base: number, candle: Candle): void;
  /** Folds the closed bar in; prices restated for splits alone. */
  commit(state: Float64Array, base: number, candle: Candle): void;
  /** The last results kept, into `out`; NaN where there were too few bars. */
  results(state: Float64Array, base: number, out: Float64Array): void;
}

/** Candles kept, a power of two. */
const KEPT = 16;

/** Slots of a candle kept, and where its measures lie among them. */
const CANDLE = 7;
const FIELD = { body: 4, range: 5, shadows: 6 } as const;

const BARS = 0;
const HAS_RESULTS = 1;
const CANDLES = 2;
const TOTALS = CANDLES + CANDLE * KEPT;

/** Columns of patterns are called this and TA-Lib's name without CDL. */
const PREFIX = 'cdl_';

/** What an engine is made for. */
export interface PatternEngineOptions {
  /** Names of features beyond those that are always kept. */
  readonly asked?: readonly string[];
  /** Instead of TA-Lib's own, in every pattern that has one. */
  readonly penetration?: number;
}

/** Lays out the state of the patterns that are always kept, and then of those that are asked. */
export function createPatternEngine(options: PatternEngineOptions = {}): PatternEngine {
  const { asked = [], penetration } = options;
  const names = [...ALWAYS_KEPT, ...asked.map((name) => name.slice(PREFIX.length))];
  const { rules, numbers, run } = createRules(names, penetration);
  const totals = totalsOf(numbers.yardsticks);
  const resultsAt = TOTALS + totals.length;
  const values = new Float64Array(numbers.length);
  const measure = measurer(numbers, totals);
  const add = numbers.adder();
  return {
    features: rules.map(featureOf),
    stateLength: resultsAt + rules.length,
    judge(state, base, candle) {
      const bars = state[base + BARS]!;
      keep(state, base, candle);
      load(values, numbers.ages, state, base);
      measure(values, state, base + TOTALS);
      add(values);
      for (let index = 0; index < rules.length; index++) {
        const rule = rules[index]!;
        const isKnown = bars >= rule.lookback;
        state[base + resultsAt + index] = isKnown ? rule.judge(values, run) : Number.NaN;
      }
      state[base + HAS_RESULTS] = 1;
    },
    commit(state, base, candle) {
      const bars = state[base + BARS]!;
      keep(state, base, candle);
      for (let index = 0; index < totals.length; index++) {
        const { field, period, age, from } = totals[index]!;
        if (bars < from - period) continue;
        const newest = state[candleAt(base, bars - age) + field]!;
        // TA-Lib's running total, in its order of additions, so that ties fall as they do there.
        state[base + TOTALS + index]! +=
          bars < from ? newest : newest - state[candleAt(base, bars - age - period) + field]!;
      }
      state[base + BARS] = bars + 1;
    },
    results(state, base, out) {
      const isNew = state[base + HAS_RESULTS] === 0;
      for (let index = 0; index < rules.length; index++) {
        out[index] = isNew ? Number.NaN : state[base + resultsAt + index]!;
      }
    },
  };
}

/** A running total of one measure, and the yardsticks it serves. */
interface Total {
  /** Slot of the measure in a candle. */
  readonly field: number;
  readonly period: number;
  readonly age: number;
  /** Where TA-Lib begins to add: rounding, and so a tie, hangs on it. */
  readonly from: number;
  readonly yardsticks: Yardstick[];
}

/** One total for all yardsticks of one measure, period, age and beginning. */
function totalsOf(yardsticks: readonly Yardstick[]): readonly Total[] {
  const totals: Total[] = [];
  for (const yardstick of yardsticks) {
    const { word, age, from } = yardstick;
    const { measure, period } = SETTINGS[word];
    const field = FIELD[measure];
    assert(age + period < KEPT, 'patterns.means_fit_into_what_is_kept');
    const same = totals.find(
      (total) =>
        total.field === field &&
        total.period === period &&
        total.age === age &&
        total.from === from,
    );
    if (same !== undefined) same.yardsticks.push(yardstick);
    else totals.push({ field, period, age, from, yardsticks: [yardstick] });
  }
  return totals;
}

/** What writes every yardstick from the totals. Source: TA-Lib ta_utility.h, TA_CANDLEAVERAGE. */
function measurer(
  { yardsticks }: Numbers,
  totals: readonly Total[],
): (values: Float64Array, state: Float64Array, totalsAt: number) => void {
  const settings = yardsticks.map(({ word }): Setting => SETTINGS[word]);
  const places = Int32Array.from(yardsticks, ({ place }) => place);
  const periods = Float64Array.from(settings, ({ period }) => period);
  const factors = Float64Array.from(settings, ({ factor }) => factor);
  const totalOf = Int32Array.from(yardsticks, (yardstick) =>
    totals.findIndex((total) => total.yardsticks.includes(yardstick)),
  );
  // hot
  return (values, state, totalsAt) => {
    for (let index = 0; index < places.length; index++) {
      const mean = state[totalsAt + totalOf[index]!]! / periods[index]!;
      values[places[index]!] = factors[index]! * mean;
    }
  };
}

function candleAt(base: number, number: number): number {
  return base + CANDLES + CANDLE * (number & (KEPT - 1));
}

/** Writes the newest candle over the oldest, where a commit will find it again. */
function keep(state: Float64Array, base: number, candle: Candle): void {
  const at = candleAt(base, state[base + BARS]!);
  state[at] = candle.open;
  state[at + 1] = candle.high;
  state[at + 2] = candle.low;
  state[at + 3] = candle.close;
  state[at + FIELD.body] = Math.abs(candle.close - candle.open);
  state[at + FIELD.range] = candle.high - candle.low;
  const upper = candle.high - Math.max(candle.open, candle.close);
  state[at + FIELD.shadows] = upper + (Math.min(candle.open, candle.close) - candle.low);
}

/** Writes the numbers of the newest candles, one after the other by age. */
function load(values: Float64Array, ages: number, state: Float64Array, base: number): void {
  const bars = state[base + BARS]!;
  for (let age = 0; age < ages && age <= bars; age++) {
    const from = candleAt(base, bars - age);
    const at = age * CANDLE_NUMBERS;
    putCandle(values, at, state, from, state[from + FIELD.body]!, state[from + FIELD.range]!);
  }
}

function featureOf(rule: Rule): FeatureSpec {
  return {
    name: `${PREFIX}${rule.name}`,
    unit: 'flag',
    warmUpBars: rule.lookback + 1,
    description: `${rule.title}; of the last closed session`,
    source: `TA-Lib CDL${rule.name.toUpperCase()}`,
  };
}

const ALL: readonly FeatureSpec[] = createRules(PATTERN_NAMES).rules.map(featureOf);

/** The patterns that every market keeps, in column order. */
export const PATTERN_FEATURES: readonly FeatureSpec[] = ALL.slice(0, ALWAYS_KEPT.length);

/** The patterns that are made only where a condition asks for them. */
export const ASKED_PATTERNS: readonly FeatureSpec[] = ALL.slice(ALWAYS_KEPT.length);

/** Of some names those of patterns that must be asked for, each once, in one order. */
export function patternsAmong(names: Iterable<string>): string[] {
  const wanted = new Set(names);
  return ASKED_PATTERNS.map(({ name }) => name).filter((name) => wanted.has(name));
}
