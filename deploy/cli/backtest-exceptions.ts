// The exceptions of a backtest by date: what was lost, and what each method had forecast.

import { percent } from '../report/svg.js';
import type { PortfolioHistory } from '../research/portfolio-history.js';
import type { BacktestRow } from '../research/risk-backtest.js';
import { dateText, table } from './output.js';

/**
 * Every day on which some method at a confidence was exceeded, oldest first: its return, and the
 * forecasts of all methods, those that it went beyond marked by a star.
 */
export function exceptionsText(
  { dates, returns }: PortfolioHistory,
  rows: readonly BacktestRow[],
  confidence: number,
): string {
  const shown = rows.filter((row) => row.confidence === confidence);
  const days = new Set(shown.flatMap(({ exceptionDates }) => exceptionDates));
  const lines = [...dates].flatMap((date, at) => {
    if (!days.has(date)) return [];
    const forecasts = shown.map(({ forecasts: all, exceptionDates }) => {
      const text = percent(all[at]!, 2);
      return exceptionDates.includes(date) ? `${text} *` : `${text}  `;
    });
    return [[dateText(date), percent(returns[at]!, 2), ...forecasts]];
  });
  return [
    `${lines.length} days beyond value at risk at ${percent(confidence, 0)} of some method (*)`,
    table([['date', 'return', ...shown.map(({ method }) => method)], ...lines]),
    '',
  ].join('\n');
}
