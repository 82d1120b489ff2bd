// The chart of value-at-risk backtests: returns, both forecasts and the days that went beyond.

import type { Picture } from './svg.js';
import { type TimePanel, timeChart } from './time-chart.js';

/** Methods whose forecasts are drawn: what limits use, and the one that follows volatility. */
export const DRAWN_METHODS: readonly string[] = ['historical', 'filtered-ewma'];

/** A portfolio's past. */
export interface DrawnPast {
  readonly id: string;
  /** Yyyymmdd of each return. */
  readonly dates: Int32Array;
  readonly returns: Float64Array;
}

/** One method at one confidence, as it is drawn. */
export interface DrawnBacktest {
  readonly method: string;
  readonly confidence: number;
  readonly observations: number;
  readonly exceptionCount: number;
  readonly expected: number;
  /** Forecast of each return, NaN before the first. Positive is a loss. */
  readonly forecasts: Float64Array;
}

/** Size of a chart of backtests. */
export interface BacktestChartSize {
  readonly width?: number;
  readonly panelHeight?: number;
}

/** Draws a panel for each method, from the first day that was forecast. */
export function backtestChart(
  { id, dates, returns }: DrawnPast,
  rows: readonly DrawnBacktest[],
  size: BacktestChartSize = {},
): Picture {
  const first = returns.length - (rows[0]?.observations ?? returns.length);
  const methods = [...new Set(rows.map(({ method }) => method))];
  const shown = returns.subarray(first);
  const panels = methods.map((method): TimePanel => {
    const of = (confidence: number): DrawnBacktest | undefined =>
      rows.find((row) => row.method === method && row.confidence === confidence);
    const [at95, at99] = [of(0.95), of(0.99)];
    const below = (row: DrawnBacktest | undefined): Float64Array =>
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
    subtitle: `one-day losses, share of equity; of ${rows[0]?.observations ?? 0} days (expected)`,
    dates: dates.subarray(first),
    panels,
    ...size,
  });
}

function countsOf(row: DrawnBacktest | undefined): string {
  return row === undefined ? '-' : `${row.exceptionCount} (${row.expected.toFixed(1)})`;
}
