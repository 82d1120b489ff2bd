// Patterns of three candles. Source of each: TA-Lib, the function ta_CDL*.c of its name.

import type { PatternRow } from './row.js';

/** A long black body, a star that gaps down from it, a white candle well into the first. */
const TURNS_UP = `black2, body2 > long2, top1 < bottom2, body0 > short0, white0,
  close0 > close2 + body2 * penetration`;

/** Two white candles side by side, away from the body before them. */
const SIDE_BY_SIDE = `white1, white0, body1 - near1 <= body0 <= body1 + near1,
  open1 - equal1 <= open0 <= open1 + equal1`;

/** Three white candles, each opening in or near the body before it and closing higher. */
const THREE_WHITE = `white2, white1, white0, close2 < close1 < close0,
  open2 < open1 <= close2 + near2`;

/** Patterns of the newest candle and the two before it. */
export const THREE_CANDLES: readonly PatternRow[] = [
  {
    name: '2crows',
    title: 'Two crows: black ones after a long white candle, gapping up, closing into it',
    cases: [
      [
        -100,
        `white2, body2 > long2, black1, bottom1 > top2,
          black0, close1 < open0 < open1, open2 < close0 < close2`,
      ],
    ],
  },
  {
    name: '3blackcrows',
    title: 'Three black crows: three falling black candles without lower shadows',
    cases: [
      [
        -100,
        `white3, high3 > close2, black2, black1, black0, lower2 < shadowVeryShort2,
          lower1 < shadowVeryShort1, lower0 < shadowVeryShort0,
          close2 < open1 < open2, close1 < open0 < open1, close2 > close1 > close0`,
      ],
    ],
  },
  {
    name: '3inside',
    title: 'Three inside: a harami, then a close beyond the first candle',
    mirror: 'both',
    cases: [
      [
        100,
        `black2, body2 > long2, body1 <= short1, top1 < top2, bottom1 > bottom2,
          white0, close0 > open2`,
      ],
    ],
  },
  {
    name: '3outside',
    title: 'Three outside: an engulfing body, then a close further on',
    mirror: 'both',
    lookback: 3,
    cases: [[100, 'black2, white1, close1 > open2, open1 < close2, close0 > close1']],
  },
  {
    name: '3starsinsouth',
    title: 'Three stars in the south: three black candles, ever smaller, lows rising',
    cases: [
      [
        100,
        `black2, black1, black0, body2 > long2, lower2 > shadowLong2,
          body1 < body2, close2 < open1 <= high2, low2 <= low1 < close2,
          lower1 > shadowVeryShort1, body0 < short0, lower0 < shadowVeryShort0,
          upper0 < shadowVeryShort0, low0 > low1, high0 < high1`,
      ],
    ],
  },
  {
    name: '3whitesoldiers',
    title: 'Three white soldiers: three rising white candles without upper shadows',
    cases: [
      [
        100,
        `${THREE_WHITE}, open1 < open0 <= close1 + near1, upper2 < shadowVeryShort2,
          upper1 < shadowVeryShort1, upper0 < shadowVeryShort0,
          body1 > body2 - far2, body0 > body1 - far1, body0 > short0`,
      ],
    ],
  },
  {
    name: 'abandonedbaby',
    title: 'Abandoned baby: a doji apart from both candles around it, shadows too',
    mirror: 'both',
    penetration: 0.3,
    cases: [
      [
        100,
        `black2, body2 > long2, body1 <= doji1, body0 > short0, white0,
          close0 > close2 + body2 * penetration, high1 < low2, low0 > high1`,
      ],
    ],
  },
  {
    name: 'advanceblock',
    title: 'Advance block: three rising white candles that weaken',
    cases: [
      [
        -100,
        `${THREE_WHITE}, open1 < open0 <= close1 + near1, body2 > long2, upper2 < shadowShort2,
          (body1 < body2 - far2, body0 < body1 + near1 or body0 < body1 - far1
            or body0 < body1 < body2, (upper0 > shadowShort0 or upper1 > shadowShort1)
            or body0 < body1, upper0 > shadowLong0)`,
      ],
    ],
  },
  {
    name: 'eveningdojistar',
    title: 'Evening doji star: a rise, a doji gapping up and a turn down into the rise',
    mirror: 'alone',
    penetration: 0.3,
    cases: [[100, `${TURNS_UP}, body1 <= doji1`]],
  },
  {
    name: 'eveningstar',
    title: 'Evening star: a rise, a gap up and a turn down into the rise',
    mirror: 'alone',
    penetration: 0.3,
    cases: [[100, `${TURNS_UP}, body1 <= short1`]],
  },
  {
    name: 'gapsidesidewhite',
    title: 'Side-by-side white lines: two like white candles beyond a gap',
    cases: [
      [100, `bottom1 > top2, bottom0 > top2, ${SIDE_BY_SIDE}`],
      [-100, `top1 < bottom2, top0 < bottom2, ${SIDE_BY_SIDE}`],
    ],
  },
  {
    name: 'identical3crows',
    title: 'Identical three crows: three black candles, each from the close before it',
    cases: [
      [
        -100,
        `black2, black1, black0, lower2 < shadowVeryShort2, lower1 < shadowVeryShort1,
          lower0 < shadowVeryShort0, close2 > close1 > close0,
          close2 - equal2 <= open1 <= close2 + equal2,
          close1 - equal1 <= open0 <= close1 + equal1`,
      ],
    ],
  },
  {
    name: 'morningdojistar',
    title: 'Morning doji star: a fall, a doji gapping down and a turn up into the fall',
    penetration: 0.3,
    cases: [[100, `${TURNS_UP}, body1 <= doji1`]],
  },
  {
    name: 'morningstar',
    title: 'Morning star: a fall, a gap down and a turn up into the fall',
    penetration: 0.3,
    cases: [[100, `${TURNS_UP}, body1 <= short1`]],
  },
  {
    name: 'stalledpattern',
    title: 'Stalled pattern: two long white candles, then a short one on their shoulder',
    cases: [
      [
        -100,
        `${THREE_WHITE}, body2 > long2, body1 > long1, upper1 < shadowVeryShort1,
          body0 < short0, open0 >= close1 - body0 - near1`,
      ],
    ],
  },
  {
    name: 'sticksandwich',
    title: 'Stick sandwich: a white candle between two black ones with the same close',
    cases: [
      [
        100,
        `black2, white1, black0, low1 > close2,
          close2 - equal2 <= close0 <= close2 + equal2`,
      ],
    ],
  },
  {
    name: 'tasukigap',
    title: 'Tasuki gap: a gap, then a like candle of the other colour into it',
    mirror: 'both',
    cases: [
      [
        100,
        `bottom1 > top2, white1, black0, open1 < open0 < close1, top2 < close0 < open1,
          body1 - body0 < near1, body0 - body1 < near1`,
      ],
    ],
  },
  {
    name: 'tristar',
    title: 'Tristar: three dojis, the middle one apart',
    mirror: 'both',
    cases: [
      [
        100,
        `body2 <= doji2, body1 <= doji2, body0 <= doji2,
          top1 < bottom2, bottom0 > bottom1`,
      ],
    ],
  },
  {
    name: 'unique3river',
    title: 'Unique three river: a black candle with a new low, then a short white one',
    cases: [
      [
        100,
        `black2, body2 > long2, black1, close1 > close2, open1 <= open2, low1 < low2,
          body0 < short0, white0, open0 > low1`,
      ],
    ],
  },
  {
    name: 'upsidegap2crows',
    title: 'Upside gap two crows: a black body above a long white one, engulfed by another',
    cases: [
      [
        -100,
        `white2, body2 > long2, black1, body1 <= short1, bottom1 > top2,
          black0, open0 > open1, close2 < close0 < close1`,
      ],
    ],
  },
  {
    name: 'xsidegap3methods',
    title: 'Gap three methods: a gap, then a candle of the other colour that fills it',
    mirror: 'both',
    cases: [
      [
        100,
        `white2, white1, black0, bottom1 < open0 < top1, bottom2 < close0 < top2,
          bottom1 > top2`,
      ],
    ],
  },
];
