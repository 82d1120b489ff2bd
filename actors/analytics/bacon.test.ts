// Holds the rarer ratios against the answers printed in Bacon's book and PerformanceAnalytics.

import t from 'tap';
import {
  adjustedSharpeRatio,
  annualReturn,
  downsideRisk,
  famaBeta,
  kappaRatio,
  lossGainRatio,
  martinRatio,
  meanAbsoluteDeviation,
  modiglianiReturn,
  netSelectivity,
  omegaRatio,
  omegaSharpeRatio,
  painIndex,
  painRatio,
  partialMoment,
  selectivity,
  splitRisk,
  ulcerIndex,
  volatilitySkewness,
} from './index.js';

/** Monthly returns of Bacon's example, in thousandths: portfolio, then benchmark. */
const thousandths = [
  [
    3, 26, 11, -10, 15, 25, 16, 67, -14, 40, -5, 81, 40, -37, -61, 17, -49, -22, 70, 58, -65, 24,
    -5, -9,
  ],
  [
    2, 25, 18, -11, 14, 18, 14, 65, -15, 42, -6, 83, 39, -38, -62, 15, -48, 21, 60, 56, -67, 19, -3,
    0,
  ],
];
const [returns, benchmark] = thousandths.map((row) => row.map((value) => value / 1000)) as [
  number[],
  number[],
];
const REQUIRED = 0.005;

t.test('answers agree to the digits printed', async (t) => {
  const split = splitRisk(returns, benchmark, 12);
  const printed: readonly (readonly [string, number, string])[] = [
    ['adjusted Sharpe', adjustedSharpeRatio(returns, 0, 12), '0.7591435'],
    ['Bernardo and Ledoit', omegaRatio(returns, 0), '1.78'],
    ['D ratio', lossGainRatio(returns), '0.401'],
    ['downside deviation', downsideRisk(returns, REQUIRED, 1), '0.0255'],
    ['downside potential', partialMoment(returns, REQUIRED, 1, 'below'), '0.0137'],
    ['downside frequency', partialMoment(returns, REQUIRED, 0, 'below'), '0.458'],
    ['upside frequency', partialMoment(returns, REQUIRED, 0, 'above'), '0.542'],
    ['upside risk', Math.sqrt(partialMoment(returns, REQUIRED, 2, 'above')), '0.02937'],
    ['upside potential', partialMoment(returns, REQUIRED, 1, 'above'), '0.01771'],
    ['kappa', kappaRatio(returns, REQUIRED, 2), '0.157'],
    ['M squared', modiglianiReturn(returns, benchmark, 0, 12), '0.10062'],
    ['mean absolute deviation', meanAbsoluteDeviation(returns), '0.0311'],
    ['omega Sharpe', omegaSharpeRatio(returns, REQUIRED), '0.29'],
    ['pain index', painIndex(returns), '0.04'],
    ['volatility skewness', volatilitySkewness(returns, REQUIRED, 'variance'), '1.32'],
    ['variability skewness', volatilitySkewness(returns, REQUIRED, 'deviation'), '1.15'],
    ['Fama beta', famaBeta(returns, benchmark), '1.03'],
    ['specific risk', split.specific, '0.0329'],
    // The book's page prints the two below a tenth of this: 0.013 and 0.0134.
    ['systematic risk', split.systematic, '0.13'],
    ['total risk', split.total, '0.134'],
    ['selectivity', selectivity(returns, benchmark, 0, 12), '-0.0142'],
  ];
  for (const [name, got, expected] of printed) {
    const digits = expected.split('.')[1]!.length;
    t.equal(got.toFixed(digits), Number(expected).toFixed(digits), name);
  }
  // Printed as -0.017: cut after three digits, not rounded.
  t.equal(Math.trunc(netSelectivity(returns, benchmark, 0, 12) * 1000), -17);
});

t.test('growth over depth is what its parts say', async (t) => {
  const growth = annualReturn(returns, 12);
  t.equal(painRatio(returns, 12), growth / painIndex(returns));
  t.equal(martinRatio(returns, 12), growth / ulcerIndex(returns));
  t.ok(ulcerIndex(returns) >= painIndex(returns));
  t.ok(Number.isNaN(painRatio([0.1, 0.2], 12)));
});
