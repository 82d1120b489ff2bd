// Hikkake: a candle inside the one before, a false break, and a confirmation within three bars.

import { CANDLE_NUMBERS, NUMBER } from './candles.js';
import type { Numbers } from './numbers.js';
import type { Rule } from './rule.js';

/** Bars after the pattern in which a close beyond the inside candle confirms it. */
const CONFIRMED_WITHIN = 3;

/** 1 or -1 for the pattern whose last candle has this age, 0 for none. */
type Pattern = (values: Float64Array, age: number) => number;

function high(values: Float64Array, age: number): number {
  return values[age * CANDLE_NUMBERS + NUMBER.high]!;
}

function low(values: Float64Array, age: number): number {
  return values[age * CANDLE_NUMBERS + NUMBER.low]!;
}

function close(values: Float64Array, age: number): number {
  return values[age * CANDLE_NUMBERS + NUMBER.close]!;
}

/** Whether the candle of an age lies inside the one before it. */
function isInside(values: Float64Array, age: number): boolean {
  return high(values, age) < high(values, age + 1) && low(values, age) > low(values, age + 1);
}

/** 1 where the candle breaks down from the one before it, to be held false, -1 where up. */
function breaks(values: Float64Array, age: number): number {
  const [highest, lowest] = [high(values, age + 1), low(values, age + 1)];
  if (high(values, age) < highest && low(values, age) < lowest) return 1;
  return high(values, age) > highest && low(values, age) > lowest ? -1 : 0;
}

/** 100 where the pattern ends now, 200 where a close confirms it, both with its sign. */
function judgeWith(pattern: Pattern): Rule['judge'] {
  return (values) => {
    const now = pattern(values, 0);
    if (now !== 0) return 100 * now;
    // The newest pattern counts, and its first confirmation alone.
    for (let age = 1; age <= CONFIRMED_WITHIN; age++) {
      const sign = pattern(values, age);
      if (sign === 0) continue;
      for (let since = age - 1; since > 0; since--) {
        if (confirms(values, since, sign, age)) return 0;
      }
      return confirms(values, 0, sign, age) ? 200 * sign : 0;
    }
    return 0;
  };
}

/** Whether a candle closes beyond the inside candle of a pattern that ended at `patternAge`. */
function confirms(values: Float64Array, age: number, sign: number, patternAge: number): boolean {
  const inside = patternAge + 1;
  return sign > 0
    ? close(values, age) > high(values, inside)
    : close(values, age) < low(values, inside);
}

/** Has the candles loaded that a pattern of so many looks at, the last of it `CONFIRMED_WITHIN`. */
function looksBack(numbers: Numbers, candles: number): void {
  numbers.ofCandle(NUMBER.close, CONFIRMED_WITHIN + candles - 1);
}

/** Source: TA-Lib ta_CDLHIKKAKE.c. */
export function hikkake(numbers: Numbers): Rule {
  looksBack(numbers, 3);
  return {
    name: 'hikkake',
    title: 'Hikkake: an inside candle, a break that is held false; 200 once confirmed',
    lookback: 5,
    judge: judgeWith((values, age) => (isInside(values, age + 1) ? breaks(values, age) : 0)),
  };
}

/** Source: TA-Lib ta_CDLHIKKAKEMOD.c, which begins three bars before its first value. */
export function modifiedHikkake(numbers: Numbers): Rule {
  const lookback = 10;
  const near: number[] = [];
  looksBack(numbers, 4);
  for (let age = 0; age <= CONFIRMED_WITHIN; age++) {
    near.push(numbers.ofYardstick('near', age + 2, lookback - CONFIRMED_WITHIN + age));
  }
  return {
    name: 'hikkakemod',
    title: 'Modified hikkake: two inside candles, the first closing near its end; 200 confirmed',
    lookback,
    judge: judgeWith((values, age) => {
      if (!isInside(values, age + 1) || !isInside(values, age + 2)) return 0;
      const sign = breaks(values, age);
      const reach = values[near[age]!]!;
      const first = age + 2;
      if (sign > 0) return close(values, first) <= low(values, first) + reach ? 1 : 0;
      return sign < 0 && close(values, first) >= high(values, first) - reach ? -1 : 0;
    }),
  };
}
