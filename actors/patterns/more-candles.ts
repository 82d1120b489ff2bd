// Patterns of four or five candles. Source of each: TA-Lib, the function ta_CDL*.c of its name.

import type { PatternRow } from './row.js';

/** Three small candles between two long ones. */
const SMALL_BETWEEN = 'body4 > long4, body3 < short3, body2 < short2, body1 < short1';

/** Patterns of the newest candle and three or four before it. */
export const MORE_CANDLES: readonly PatternRow[] = [
  {
    name: '3linestrike',
    title: 'Three-line strike: three candles one way, one that takes all of it back',
    mirror: 'both',
    cases: [
      [
        100,
        `white3, white2, white1, black0, bottom3 - near3 <= open2 <= top3 + near3,
          bottom2 - near2 <= open1 <= top2 + near2, close3 < close2 < close1,
          open0 > close1, close0 < open3`,
      ],
    ],
  },
  {
    name: 'breakaway',
    title: 'Breakaway: a gap and three more candles one way, one back into the gap',
    mirror: 'both',
    cases: [
      [
        100,
        `black4, body4 > long4, black3, top3 < bottom4, high2 < high3, low2 < low3,
          black1, high1 < high2, low1 < low2, white0, open3 < close0 < close4`,
      ],
    ],
  },
  {
    name: 'concealbabyswall',
    title: 'Concealing baby swallow: black marubozus, the last around a small one',
    cases: [
      [
        100,
        `black3, black2, black1, black0, lower3 < shadowVeryShort3,
          upper3 < shadowVeryShort3, lower2 < shadowVeryShort2, upper2 < shadowVeryShort2,
          top1 < bottom2, upper1 > shadowVeryShort1, high1 > close2,
          high0 > high1, low0 < low1`,
      ],
    ],
  },
  {
    name: 'ladderbottom',
    title: 'Ladder bottom: four falling black candles, then a white one above the last',
    cases: [
      [
        100,
        `black4, black3, black2, open4 > open3 > open2, close4 > close3 > close2,
          black1, upper1 > shadowVeryShort1, white0, open0 > open1, close0 > high1`,
      ],
    ],
  },
  {
    name: 'mathold',
    title: 'Mat hold: small candles back from a long white one, held, then a new high',
    penetration: 0.5,
    cases: [
      [
        100,
        `${SMALL_BETWEEN}, white4, black3, white0, bottom3 > top4,
          bottom2 < close4, bottom1 < close4, bottom2 > close4 - body4 * penetration,
          bottom1 > close4 - body4 * penetration, top2 < open3, top1 < top2,
          open0 > close1, close0 > high3, close0 > high2, close0 > high1`,
      ],
    ],
  },
  {
    name: 'risefall3methods',
    title: 'Rising or falling three methods: small candles back, then on the same way',
    mirror: 'both',
    cases: [
      [
        100,
        `${SMALL_BETWEEN}, body0 > long0, white4, black3, black2, black1, white0,
          bottom3 < high4, top3 > low4, bottom2 < high4, top2 > low4,
          bottom1 < high4, top1 > low4, close3 > close2 > close1,
          open0 > close1, close0 > close4`,
      ],
    ],
  },
];
