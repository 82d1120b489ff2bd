// Hikkake: a candle inside the one before, a false break, and a confirmation within three bars.

import { type Candles, SETTINGS, type Yardstick, yardstick } from './candles.js';
import type { Rule } from './rule.js';

/** Bars after the pattern in which a close beyond the inside candle confirms it. */
const CONFIRMED_WITHIN = 3;

/** 1 or -1 for the pattern whose last candle has this age, 0 for none. */
type Pattern = (candles: Candles, age: number) => number;

/** Whether the candle of an age lies inside the one before it. */
function isInside({ high, low }: Candles, age: number): boolean {
  return high[age]! < high[age + 1]! && low[age]! > low[age + 1]!;
}

/** 1 where the candle breaks down from the one before it, to be held false, -1 where up. */
function breaks({ high, low }: Candles, age: number): number {
  if (high[age]! < high[age + 1]! && low[age]! < low[age + 1]!) return 1;
  return high[age]! > high[age + 1]! && low[age]! > low[age + 1]! ? -1 : 0;
}

/** 100 where the pattern ends now, 200 where a close confirms it, both with its sign. */
function judgeWith(pattern: Pattern): Rule['judge'] {
  return (candles) => {
    const now = pattern(candles, 0);
    if (now !== 0) return 100 * now;
    // The newest pattern counts, and its first confirmation alone.
    for (let age = 1; age <= CONFIRMED_WITHIN; age++) {
      const sign = pattern(candles, age);
      if (sign === 0) continue;
      for (let since = age - 1; since > 0; since--) {
        if (confirms(candles, since, sign, age)) return 0;
      }
      return confirms(candles, 0, sign, age) ? 200 * sign : 0;
    }
    return 0;
  };
}

/** Whether a candle closes beyond the inside candle of a pattern that ended at `patternAge`. */
function confirms(candles: Candles, age: number, sign: number, patternAge: number): boolean {
  const { high, low, close } = candles;
  return sign > 0 ? close[age]! > high[patternAge + 1]! : close[age]! < low[patternAge + 1]!;
}

/** Source: TA-Lib ta_CDLHIKKAKE.c. */
export function hikkake(): Rule {
  return {
    name: 'hikkake',
    title: 'Hikkake: an inside candle, a break that is held false; 200 once confirmed',
    lookback: 5,
    yardsticks: [],
    judge: judgeWith((candles, age) => (isInside(candles, age + 1) ? breaks(candles, age) : 0)),
  };
}

/** Source: TA-Lib ta_CDLHIKKAKEMOD.c, which begins three bars before its first value. */
export function modifiedHikkake(): Rule {
  const lookback = 10;
  const near: Yardstick[] = [];
  for (let age = 0; age <= CONFIRMED_WITHIN; age++) {
    near.push(yardstick(SETTINGS.near, age + 2, lookback - CONFIRMED_WITHIN + age));
  }
  return {
    name: 'hikkakemod',
    title: 'Modified hikkake: two inside candles, the first closing near its end; 200 confirmed',
    lookback,
    yardsticks: near,
    judge: judgeWith((candles, age) => {
      if (!isInside(candles, age + 1) || !isInside(candles, age + 2)) return 0;
      const sign = breaks(candles, age);
      const { high, low, close } = candles;
      const reach = near[age]!.value;
      const first = age + 2;
      if (sign > 0) return close[first]! <= low[first]! + reach ? 1 : 0;
      return sign < 0 && close[first]! >= high[first]! - reach ? -1 : 0;
    }),
  };
}
