// The parts of a risk report on a day's loss by method and on what is bet on.

import type { RiskStudy } from '../research/risk-study.js';
import { sectionHtml, tableHtml } from './page.js';
import { percent } from './svg.js';

/** What one day may lose, by every method. */
export function methodPart({ measures }: RiskStudy): string {
  const { tails, confidence, days, valueAtRisk } = measures;
  return sectionHtml(
    'By every method',
    `One day's loss at ${percent(confidence, 0)}, from ${days} sessions. About a mean of 0 normal value at risk is ${percent(valueAtRisk, 2)}.`,
    tableHtml(
      [
        { head: 'method' },
        { head: 'value at risk', isNumber: true },
        { head: 'tail mean', isNumber: true },
        { head: 'basis' },
      ],
      tails.map((row) => [row.method, share(row.valueAtRisk), share(row.tailMean), row.basis]),
    ),
  );
}

/** Factors, sectors, the benchmark, and the way out. */
export function betPart({ measures }: RiskStudy): string {
  const { factors, sectors, rSquared, beta, trackingError, activeShare, liquidationCost } =
    measures;
  return sectionHtml(
    'What it bets on',
    `Against equal weights of all stocks: beta ${beta.toFixed(2)}, tracking error ${percent(trackingError)} a year, active share ${percent(activeShare, 0)}. Selling all at once would cost ${percent(liquidationCost, 2)} by the square-root law.`,
    tableHtml(
      [
        {
          head:
            factors.length === 0
              ? 'factors: there are too few stocks or sessions to fit them'
              : `factor (R squared ${rSquared.toFixed(2)})`,
        },
        { head: 'loading', isNumber: true },
        { head: 'error', isNumber: true },
        { head: 't', isNumber: true },
      ],
      factors.map(({ factor, loading, error, t }) => [
        factor,
        loading.toFixed(4),
        error.toFixed(4),
        t.toFixed(2),
      ]),
    ),
    tableHtml(
      [{ head: 'sector' }, { head: 'long', isNumber: true }, { head: 'short', isNumber: true }],
      sectors.map(({ sector, long, short }) => [sector, percent(long), percent(short)]),
    ),
  );
}

function share(value: number): string {
  return Number.isFinite(value) ? percent(value, 2) : '-';
}
