// Patterns of one candle or two. Source of each: TA-Lib, the function ta_CDL*.c of its name.

import type { PatternRow } from './row.js';

/** Hardly any shadow, in the older candle and in the newer one. */
const NO_SHADOW_BEFORE = 'upper1 < shadowVeryShort1, lower1 < shadowVeryShort1';
const NO_SHADOW = 'upper0 < shadowVeryShort0, lower0 < shadowVeryShort0';

/** A white candle that jumps over a black one, both long and without shadows. */
const KICK = `black1, white0, body1 > long1, ${NO_SHADOW_BEFORE},
  body0 > long0, ${NO_SHADOW}, low0 > high1`;

/** A short body with a long lower shadow alone, and with a long upper one alone. */
const SHADOW_BELOW = 'body0 < short0, lower0 > shadowLong0, upper0 < shadowVeryShort0';
const SHADOW_ABOVE = 'body0 < short0, upper0 > shadowLong0, lower0 < shadowVeryShort0';

/** A white candle that opens below the low of a long black one. */
const OPENS_BELOW = 'black1, body1 > long1, white0, open0 < low1';

const ENGULFS = 'black1, white0, top0 >= top1, bottom0 <= bottom1';

/** Patterns of the newest candle. */
export const ONE_CANDLE: readonly PatternRow[] = [
  {
    name: 'belthold',
    title: 'Belt hold: a long body that opens at its end of the range',
    mirror: 'both',
    cases: [[100, 'white0, body0 > long0, lower0 < shadowVeryShort0']],
  },
  {
    name: 'closingmarubozu',
    title: 'Closing marubozu: a long body that closes at its end of the range',
    mirror: 'both',
    cases: [[100, 'white0, body0 > long0, upper0 < shadowVeryShort0']],
  },
  { name: 'doji', title: 'Doji: hardly any body', cases: [[100, 'body0 <= doji0']] },
  {
    name: 'dragonflydoji',
    title: 'Dragonfly doji: hardly any body, a lower shadow alone',
    cases: [[100, 'body0 <= doji0, upper0 < shadowVeryShort0, lower0 > shadowVeryShort0']],
  },
  {
    name: 'gravestonedoji',
    title: 'Gravestone doji: hardly any body, an upper shadow alone',
    cases: [[100, 'body0 <= doji0, lower0 < shadowVeryShort0, upper0 > shadowVeryShort0']],
  },
  {
    name: 'highwave',
    title: 'High wave: a short body between very long shadows',
    mirror: 'both',
    cases: [[100, 'white0, body0 < short0, upper0 > shadowVeryLong0, lower0 > shadowVeryLong0']],
  },
  {
    name: 'longleggeddoji',
    title: 'Long-legged doji: hardly any body, a long shadow',
    cases: [[100, 'body0 <= doji0, (lower0 > shadowLong0 or upper0 > shadowLong0)']],
  },
  {
    name: 'longline',
    title: 'Long line: a long body between short shadows',
    mirror: 'both',
    cases: [[100, 'white0, body0 > long0, upper0 < shadowShort0, lower0 < shadowShort0']],
  },
  {
    name: 'marubozu',
    title: 'Marubozu: a long body, hardly any shadow',
    mirror: 'both',
    cases: [[100, `white0, body0 > long0, ${NO_SHADOW}`]],
  },
  {
    name: 'rickshawman',
    title: 'Rickshaw man: hardly any body, in the middle between long shadows',
    cases: [
      [
        100,
        `body0 <= doji0, lower0 > shadowLong0, upper0 > shadowLong0,
          bottom0 <= low0 + range0 * 0.5 + near0, top0 >= low0 + range0 * 0.5 - near0`,
      ],
    ],
  },
  {
    name: 'shortline',
    title: 'Short line: a short body between short shadows',
    mirror: 'both',
    cases: [[100, 'white0, body0 < short0, upper0 < shadowShort0, lower0 < shadowShort0']],
  },
  {
    name: 'spinningtop',
    title: 'Spinning top: a short body between longer shadows',
    mirror: 'both',
    cases: [[100, 'white0, body0 < short0, upper0 > body0, lower0 > body0']],
  },
  {
    name: 'takuri',
    title: 'Takuri: hardly any body, a very long lower shadow alone',
    cases: [[100, 'body0 <= doji0, upper0 < shadowVeryShort0, lower0 > shadowVeryLong0']],
  },
];

/** Patterns of the newest candle and the one before it. */
export const TWO_CANDLES: readonly PatternRow[] = [
  {
    name: 'counterattack',
    title: 'Counterattack: a long body back to the close of the long one before it',
    mirror: 'both',
    cases: [
      [
        100,
        `black1, white0, body1 > long1, body0 > long0,
          close1 - equal1 <= close0 <= close1 + equal1`,
      ],
    ],
  },
  {
    name: 'darkcloudcover',
    title: 'Dark cloud cover: opens above a long white candle, closes deep in its body',
    penetration: 0.5,
    cases: [
      [
        -100,
        `white1, body1 > long1, black0, open0 > high1,
          open1 < close0 < close1 - body1 * penetration`,
      ],
    ],
  },
  {
    name: 'dojistar',
    title: 'Doji star: a doji that gaps away in the direction of a long body',
    mirror: 'both',
    cases: [[100, 'black1, body1 > long1, body0 <= doji0, top0 < bottom1']],
  },
  {
    name: 'engulfing',
    title: 'Engulfing: a body around the body before it, of the other colour',
    mirror: 'both',
    lookback: 2,
    cases: [
      [100, `${ENGULFS}, top0 > top1, bottom0 < bottom1`],
      [80, `${ENGULFS}, (top0 > top1 or bottom0 < bottom1)`],
    ],
  },
  {
    name: 'hammer',
    title: 'Hammer: a long lower shadow near the lows before',
    cases: [[100, `${SHADOW_BELOW}, bottom0 <= low1 + near1`]],
  },
  {
    name: 'hangingman',
    title: 'Hanging man: a long lower shadow near the highs',
    cases: [[-100, `${SHADOW_BELOW}, bottom0 >= high1 - near1`]],
  },
  {
    name: 'harami',
    title: 'Harami: a short body inside the long body before it',
    mirror: 'both',
    cases: [
      [100, 'black1, body1 > long1, body0 <= short0, top0 < top1, bottom0 > bottom1'],
      [80, 'black1, body1 > long1, body0 <= short0, top0 <= top1, bottom0 >= bottom1'],
    ],
  },
  {
    name: 'haramicross',
    title: 'Harami cross: a doji inside the long body before it',
    mirror: 'both',
    cases: [
      [100, 'black1, body1 > long1, body0 <= doji0, top0 < top1, bottom0 > bottom1'],
      [80, 'black1, body1 > long1, body0 <= doji0, top0 <= top1, bottom0 >= bottom1'],
    ],
  },
  {
    name: 'homingpigeon',
    title: 'Homing pigeon: a short black body inside the long black one before it',
    cases: [
      [
        100,
        `black1, black0, body1 > long1, body0 <= short0,
          open0 < open1, close0 > close1`,
      ],
    ],
  },
  {
    name: 'inneck',
    title: 'In-neck: opens below a long black candle, closes just into its body',
    cases: [[-100, `${OPENS_BELOW}, close1 <= close0 <= close1 + equal1`]],
  },
  {
    name: 'invertedhammer',
    title: 'Inverted hammer: a long upper shadow, gapping down',
    cases: [[100, `${SHADOW_ABOVE}, top0 < bottom1`]],
  },
  {
    name: 'kicking',
    title: 'Kicking: a marubozu that jumps over one of the other colour',
    mirror: 'both',
    cases: [[100, KICK]],
  },
  {
    name: 'kickingbylength',
    title: 'Kicking by length: as kicking, the longer of the two tells the direction',
    mirror: 'both',
    cases: [
      [100, `${KICK}, body0 > body1`],
      [-100, KICK],
    ],
  },
  {
    name: 'matchinglow',
    title: 'Matching low: two black candles with the same close',
    cases: [[100, 'black1, black0, close1 - equal1 <= close0 <= close1 + equal1']],
  },
  {
    name: 'onneck',
    title: 'On-neck: opens below a long black candle, closes at its low',
    cases: [[-100, `${OPENS_BELOW}, low1 - equal1 <= close0 <= low1 + equal1`]],
  },
  {
    name: 'piercing',
    title: 'Piercing: opens below a long black candle, closes above the middle of its body',
    cases: [[100, `${OPENS_BELOW}, body0 > long0, close0 < open1, close0 > close1 + body1 * 0.5`]],
  },
  {
    name: 'separatinglines',
    title: 'Separating lines: a long body away from the open of the candle before it',
    mirror: 'both',
    cases: [
      [
        100,
        `black1, white0, open1 - equal1 <= open0 <= open1 + equal1,
          body0 > long0, lower0 < shadowVeryShort0`,
      ],
    ],
  },
  {
    name: 'shootingstar',
    title: 'Shooting star: a long upper shadow, gapping up',
    cases: [[-100, `${SHADOW_ABOVE}, bottom0 > top1`]],
  },
  {
    name: 'thrusting',
    title: 'Thrusting: opens below a long black candle, closes below the middle of its body',
    cases: [[-100, `${OPENS_BELOW}, close1 + equal1 < close0 <= close1 + body1 * 0.5`]],
  },
];
