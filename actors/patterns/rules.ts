// The candlestick patterns, each as a rule over the newest candles and its yardsticks.
// Source of every rule, its lookback and its sign: TA-Lib, the function ta_CDL*.c of its name.

import {
  BODY_DOJI,
  BODY_LONG,
  BODY_SHORT,
  body,
  bottom,
  type Candles,
  colour,
  FAR,
  gapsDown,
  gapsUp,
  lowerShadow,
  NEAR,
  SHADOW_LONG,
  SHADOW_VERY_SHORT,
  top,
  upperShadow,
  type Yardstick,
  yardstick,
} from './candles.js';

/** One pattern. Its yardsticks belong to it alone, so that every engine makes its own rules. */
export interface Rule {
  /** TA-Lib's name without CDL, in lower case. */
  readonly name: string;
  readonly title: string;
  /** Closed candles that must stand before the newest. */
  readonly lookback: number;
  readonly yardsticks: readonly Yardstick[];
  /** 100 or -100 for a bullish or bearish pattern, 80 for a weaker one, 0 for none. */
  judge(candles: Candles): number;
}

/** How far a candle must reach into another: fractions of that one's body. */
export interface Penetrations {
  readonly star: number;
  readonly cloud: number;
}

/** TA-Lib's defaults. */
export const PENETRATIONS: Penetrations = { star: 0.3, cloud: 0.5 };

/** A bearish body around a bullish one, or the reverse. */
function engulfing(): Rule {
  return {
    name: 'engulfing',
    title: 'Engulfing: a body around the body before it, of the other colour',
    lookback: 2,
    yardsticks: [],
    judge(c) {
      const now = colour(c, 0);
      if (now === colour(c, 1)) return 0;
      const [above, below] = [top(c, 0) - top(c, 1), bottom(c, 1) - bottom(c, 0)];
      if (above < 0 || below < 0 || (above === 0 && below === 0)) return 0;
      return above > 0 && below > 0 ? 100 * now : 80 * now;
    },
  };
}

/** A long body followed by a short one inside it. */
function harami(): Rule {
  const long = yardstick(BODY_LONG, 1);
  const short = yardstick(BODY_SHORT, 0);
  return {
    name: 'harami',
    title: 'Harami: a short body inside the long body before it',
    lookback: 11,
    yardsticks: [long, short],
    judge(c) {
      if (!(body(c, 1) > long.value && body(c, 0) <= short.value)) return 0;
      const [upper, lower] = [top(c, 1) - top(c, 0), bottom(c, 0) - bottom(c, 1)];
      if (upper < 0 || lower < 0) return 0;
      return (upper > 0 && lower > 0 ? -100 : -80) * colour(c, 1);
    },
  };
}

/** A short body with one long shadow, where it stands told by `holds`. */
function oneShadow(
  name: string,
  title: string,
  isHammer: boolean,
  holds: (candles: Candles, near: number) => number,
): Rule {
  const short = yardstick(BODY_SHORT, 0);
  const long = yardstick(SHADOW_LONG, 0);
  const none = yardstick(SHADOW_VERY_SHORT, 0);
  const near = yardstick(NEAR, 1);
  const [longShadow, noShadow] = isHammer ? [lowerShadow, upperShadow] : [upperShadow, lowerShadow];
  return {
    name,
    title,
    lookback: 11,
    yardsticks: [short, long, none, near],
    judge(c) {
      const hasShape =
        body(c, 0) < short.value && longShadow(c, 0) > long.value && noShadow(c, 0) < none.value;
      return hasShape ? holds(c, near.value) : 0;
    },
  };
}

const SHADOWS: readonly (() => Rule)[] = [
  () =>
    oneShadow('hammer', 'Hammer: a long lower shadow near the lows before', true, (c, near) =>
      bottom(c, 0) <= c.low[1]! + near ? 100 : 0,
    ),
  () =>
    oneShadow('hangingman', 'Hanging man: a long lower shadow near the highs', true, (c, near) =>
      bottom(c, 0) >= c.high[1]! - near ? -100 : 0,
    ),
  () =>
    oneShadow('invertedhammer', 'Inverted hammer: a long upper shadow, gapping down', false, (c) =>
      gapsDown(c, 0) ? 100 : 0,
    ),
  () =>
    oneShadow('shootingstar', 'Shooting star: a long upper shadow, gapping up', false, (c) =>
      gapsUp(c, 0) ? -100 : 0,
    ),
];

function doji(): Rule {
  const flat = yardstick(BODY_DOJI, 0);
  return {
    name: 'doji',
    title: 'Doji: hardly any body',
    lookback: 10,
    yardsticks: [flat],
    judge: (c) => (body(c, 0) <= flat.value ? 100 : 0),
  };
}

function dragonflyDoji(): Rule {
  const flat = yardstick(BODY_DOJI, 0);
  const none = yardstick(SHADOW_VERY_SHORT, 0);
  return {
    name: 'dragonflydoji',
    title: 'Dragonfly doji: hardly any body, a lower shadow alone',
    lookback: 10,
    yardsticks: [flat, none],
    judge: (c) =>
      body(c, 0) <= flat.value && upperShadow(c, 0) < none.value && lowerShadow(c, 0) > none.value
        ? 100
        : 0,
  };
}

function marubozu(): Rule {
  const long = yardstick(BODY_LONG, 0);
  const none = yardstick(SHADOW_VERY_SHORT, 0);
  return {
    name: 'marubozu',
    title: 'Marubozu: a long body, hardly any shadow',
    lookback: 10,
    yardsticks: [long, none],
    judge: (c) =>
      body(c, 0) > long.value && upperShadow(c, 0) < none.value && lowerShadow(c, 0) < none.value
        ? 100 * colour(c, 0)
        : 0,
  };
}

function spinningTop(): Rule {
  const short = yardstick(BODY_SHORT, 0);
  return {
    name: 'spinningtop',
    title: 'Spinning top: a short body between longer shadows',
    lookback: 10,
    yardsticks: [short],
    judge: (c) =>
      body(c, 0) < short.value && upperShadow(c, 0) > body(c, 0) && lowerShadow(c, 0) > body(c, 0)
        ? 100 * colour(c, 0)
        : 0,
  };
}

/** A long body, a short one that gaps away from it, and a turn well into the first. */
function star(isMorning: boolean, penetration: number): Rule {
  const long = yardstick(BODY_LONG, 2);
  const short = yardstick(BODY_SHORT, 1);
  const notShort = yardstick(BODY_SHORT, 0);
  const sign = isMorning ? 1 : -1;
  return {
    name: isMorning ? 'morningstar' : 'eveningstar',
    title: isMorning
      ? 'Morning star: a fall, a gap down and a turn up into the fall'
      : 'Evening star: a rise, a gap up and a turn down into the rise',
    lookback: 12,
    yardsticks: [long, short, notShort],
    judge(c) {
      const isStar =
        body(c, 2) > long.value &&
        colour(c, 2) === -sign &&
        body(c, 1) <= short.value &&
        (isMorning ? gapsDown(c, 1) : gapsUp(c, 1)) &&
        body(c, 0) > notShort.value &&
        colour(c, 0) === sign;
      if (!isStar) return 0;
      const reach = body(c, 2) * penetration;
      const isDeep = isMorning
        ? c.close[0]! > c.close[2]! + reach
        : c.close[0]! < c.close[2]! - reach;
      return isDeep ? 100 * sign : 0;
    },
  };
}

function piercing(): Rule {
  const before = yardstick(BODY_LONG, 1);
  const long = yardstick(BODY_LONG, 0);
  return {
    name: 'piercing',
    title: 'Piercing: opens below a long black candle, closes above the middle of its body',
    lookback: 11,
    yardsticks: [before, long],
    judge: (c) =>
      colour(c, 1) === -1 &&
      body(c, 1) > before.value &&
      colour(c, 0) === 1 &&
      body(c, 0) > long.value &&
      c.open[0]! < c.low[1]! &&
      c.close[0]! < c.open[1]! &&
      c.close[0]! > c.close[1]! + body(c, 1) * 0.5
        ? 100
        : 0,
  };
}

function darkCloudCover(penetration: number): Rule {
  const before = yardstick(BODY_LONG, 1);
  return {
    name: 'darkcloudcover',
    title: 'Dark cloud cover: opens above a long white candle, closes deep in its body',
    lookback: 11,
    yardsticks: [before],
    judge: (c) =>
      colour(c, 1) === 1 &&
      body(c, 1) > before.value &&
      colour(c, 0) === -1 &&
      c.open[0]! > c.high[1]! &&
      c.close[0]! > c.open[1]! &&
      c.close[0]! < c.close[1]! - body(c, 1) * penetration
        ? -100
        : 0,
  };
}

function threeWhiteSoldiers(): Rule {
  const none = [0, 1, 2].map((age) => yardstick(SHADOW_VERY_SHORT, age));
  const near = [1, 2].map((age) => yardstick(NEAR, age));
  const far = [1, 2].map((age) => yardstick(FAR, age));
  const short = yardstick(BODY_SHORT, 0);
  return {
    name: '3whitesoldiers',
    title: 'Three white soldiers: three rising white candles without upper shadows',
    lookback: 12,
    yardsticks: [...none, ...near, ...far, short],
    judge(c) {
      for (let age = 0; age < 3; age++) {
        if (colour(c, age) !== 1 || !(upperShadow(c, age) < none[age]!.value)) return 0;
      }
      for (let age = 0; age < 2; age++) {
        const before = age + 1;
        const follows =
          c.close[age]! > c.close[before]! &&
          c.open[age]! > c.open[before]! &&
          c.open[age]! <= c.close[before]! + near[age]!.value &&
          body(c, age) > body(c, before) - far[age]!.value;
        if (!follows) return 0;
      }
      return body(c, 0) > short.value ? 100 : 0;
    },
  };
}

function threeBlackCrows(): Rule {
  const none = [0, 1, 2].map((age) => yardstick(SHADOW_VERY_SHORT, age));
  return {
    name: '3blackcrows',
    title: 'Three black crows: three falling black candles without lower shadows',
    lookback: 13,
    yardsticks: none,
    judge(c) {
      if (colour(c, 3) !== 1 || !(c.high[3]! > c.close[2]!)) return 0;
      for (let age = 0; age < 3; age++) {
        if (colour(c, age) !== -1 || !(lowerShadow(c, age) < none[age]!.value)) return 0;
      }
      for (let age = 0; age < 2; age++) {
        const before = age + 1;
        const follows =
          c.open[age]! < c.open[before]! &&
          c.open[age]! > c.close[before]! &&
          c.close[age]! < c.close[before]!;
        if (!follows) return 0;
      }
      return -100;
    },
  };
}

/** Fresh rules of every pattern, in column order. */
export function createRules(penetrations: Penetrations): readonly Rule[] {
  return [
    engulfing(),
    harami(),
    ...SHADOWS.map((make) => make()),
    doji(),
    dragonflyDoji(),
    marubozu(),
    spinningTop(),
    star(true, penetrations.star),
    star(false, penetrations.star),
    piercing(),
    darkCloudCover(penetrations.cloud),
    threeWhiteSoldiers(),
    threeBlackCrows(),
  ];
}
