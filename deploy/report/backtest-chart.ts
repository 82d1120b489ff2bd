// The chart of value-at-risk backtests: returns, both forecasts and the days that went beyond.

import type { PortfolioHistory } from '../research/portfolio-history.js';
import type { BacktestRow } from '../research/risk-backtest.js';
import type { Picture } from './svg.js';
import { type TimePanel, timeChart } from './time-chart.js';

/** Size of a chart of backtests. */
export interface BacktestChartSize {
  readonly width?: number;
  readonly panelHeight?: number;
}

/** Draws a panel for each method, from the first day that was forecast. */
export function backtestChart(
  { id, dates, returns }: PortfolioHistory,
  rows: readonly BacktestRow[],
  size: BacktestChartSize = {},
): Picture {
  const first = returns.length - (rows[0]?.observations ?? returns.length);
  const methods = [...new Set(rows.map(({ method }) => method))];
  const shown = returns.subarray(first);
  const panels = methods.map((method): TimePanel => {
    const of = (confidence: number): BacktestRow | undefined =>
      rows.find((row) => row.method === method && row.confidence === confidence);
    const [at95, at99] = [of(0.95), of(0.99)];
    const below = (row: BacktestRow | undefined): Float64Array =>
      (row?.forecasts.subarray(first) ?? new Float64Array(0)).map((value) => -value);
    const limit = below(at99);
    return {
      title: `${method}: ${countsOf(at95)} at 95 %, ${countsOf(at99)} at 99 %`,
      series: [
        { label: 'daily return', kind: 'columns', tone: 'quiet', values: shown },
        { label: 'minus VaR 95 %', kind: 'line', tone: 'own', values: below(at95) },
        { label: 'minus VaR 99 %', kind: 'line', tone: 'warm', values: limit },
        {
          label: 'beyond 99 %',
          kind: 'marks',
          tone: 'bad',
          values: shown.map((value, at) => (value < limit[at]! ? value : Number.NaN)),
        },
      ],
    };
  });
  return timeChart({
    title: `Value at risk of ${id} against what came`,
    subtitle: `One-day losses, share of equity; exceptions of ${rows[0]?.observations ?? 0} days (expected)`,
    dates: dates.subarray(first),
    panels,
    ...size,
  });
}

function countsOf(row: BacktestRow | undefined): string {
  return row === undefined ? '-' : `${row.exceptionCount} (${row.expected.toFixed(1)})`;
}
