// Makes what judges candles out of a form, as it is written or with prices turned upside down.

import {
  bottom,
  type Candles,
  isWhite,
  lowerShadow,
  SETTINGS,
  top,
  upperShadow,
  type Yardstick,
  yardstick,
} from './candles.js';
import type { Form, MEASURES, Part, Side } from './form.js';

/** What a form is read with. */
export interface Reading {
  /** Prices count downward, highs as lows and white as black: a bullish form finds the bearish. */
  readonly isMirrored: boolean;
  readonly penetration: number;
  /** The yardstick of a setting for the candle of an age. */
  yardstickFor(word: keyof typeof SETTINGS, age: number): Yardstick;
}

type Test = (candles: Candles) => boolean;
type Value = (candles: Candles) => number;
type Measure = (candles: Candles, age: number) => number;

const PLAIN: Readonly<Record<(typeof MEASURES)[number], Measure>> = {
  open: ({ open }, age) => open[age]!,
  high: ({ high }, age) => high[age]!,
  low: ({ low }, age) => low[age]!,
  close: ({ close }, age) => close[age]!,
  top,
  bottom,
  body: ({ body }, age) => body[age]!,
  range: ({ range }, age) => range[age]!,
  upper: upperShadow,
  lower: lowerShadow,
};

/** Negation is exact, so a comparison holds in the mirror just where its mirror image does. */
const MIRRORED: typeof PLAIN = {
  open: ({ open }, age) => -open[age]!,
  high: ({ low }, age) => -low[age]!,
  low: ({ high }, age) => -high[age]!,
  close: ({ close }, age) => -close[age]!,
  top: (candles, age) => -bottom(candles, age),
  bottom: (candles, age) => -top(candles, age),
  body: PLAIN.body,
  range: PLAIN.range,
  upper: lowerShadow,
  lower: upperShadow,
};

/** Yardsticks of one rule, each made once and first read at the bar `from`. */
export function createYardsticks(from: number): {
  readonly all: Yardstick[];
  readonly yardstickFor: Reading['yardstickFor'];
} {
  const byName = new Map<string, Yardstick>();
  const all: Yardstick[] = [];
  return {
    all,
    yardstickFor(word, age) {
      const name = `${word}${age}`;
      const known = byName.get(name);
      if (known !== undefined) return known;
      const made = yardstick(SETTINGS[word], age, from);
      byName.set(name, made);
      all.push(made);
      return made;
    },
  };
}

/** The judge of a form. */
export function judgeOf(form: Form, reading: Reading): Test {
  switch (form.kind) {
    case 'all': {
      const tests = form.of.map((one) => judgeOf(one, reading));
      return (candles) => {
        for (let index = 0; index < tests.length; index++) {
          if (!tests[index]!(candles)) return false;
        }
        return true;
      };
    }
    case 'any': {
      const tests = form.of.map((one) => judgeOf(one, reading));
      return (candles) => tests.some((holds) => holds(candles));
    }
    case 'white':
    case 'black': {
      const { age } = form;
      const wantsWhite = (form.kind === 'white') !== reading.isMirrored;
      return (candles) => isWhite(candles, age) === wantsWhite;
    }
    case 'compare': {
      const left = sumOf(form.left, reading);
      const right = sumOf(form.right, reading);
      switch (form.comparison) {
        case '<':
          return (candles) => left(candles) < right(candles);
        case '<=':
          return (candles) => left(candles) <= right(candles);
        case '>':
          return (candles) => left(candles) > right(candles);
        case '>=':
          return (candles) => left(candles) >= right(candles);
      }
    }
  }
}

/** Parts are added in their order, as TA-Lib does: a tie may hang on the rounding. */
function sumOf(side: Side, reading: Reading): Value {
  const [first, ...others] = side.map((part) => partOf(part, reading));
  return others.reduce((sum, part) => (candles) => sum(candles) + part(candles), first!);
}

function partOf({ word, age, sign, factor }: Part, reading: Reading): Value {
  const times = sign * (factor === 'penetration' ? reading.penetration : factor);
  const measure = measureOf(word, reading);
  if (measure !== undefined) return (candles) => measure(candles, age) * times;
  // The form knows no other words.
  const held = reading.yardstickFor(word as keyof typeof SETTINGS, age);
  return () => held.value * times;
}

function measureOf(word: string, { isMirrored }: Reading): Measure | undefined {
  const measures: Readonly<Record<string, Measure>> = isMirrored ? MIRRORED : PLAIN;
  return Object.hasOwn(measures, word) ? measures[word] : undefined;
}
