// Value at risk through time: forecasts, what came, and the days that went beyond.

import { useMemo, useState } from 'preact/hooks';
import { backtestChart, type DrawnBacktest } from '../../report/backtest-chart.js';
import { dateAt } from '../../report/time-chart.js';
import { Drawing, useDrawingWidth } from './drawing.jsx';
import type { Row } from './live.js';
import { Card, day, list, number, numbers, percent } from './parts.jsx';
import { Table } from './tables.jsx';

/** Chance below which a test rejects a method. */
const REJECTED_BELOW = 0.05;

/** The card. */
export function RiskThroughTime({ study }: { study: Row }) {
  const width = useDrawingWidth('whole');
  const [share, point] = useState<number>();
  const past = useMemo(
    () => ({
      id: String(study['portfolio']),
      dates: Int32Array.from(numbers(study['dates'])),
      returns: Float64Array.from(numbers(study['returns'])),
    }),
    [study],
  );
  const drawn = useMemo(() => list(study['backtests']).map(drawnOf).filter(isDrawn), [study]);
  const picture = useMemo(() => backtestChart(past, drawn, { width }), [past, drawn, width]);
  const first = past.returns.length - (drawn[0]?.observations ?? 0);
  const at = share === undefined ? undefined : dateAt(share, width, past.dates.length - first);
  return (
    <Card title="Value at risk through time" wide>
      <Drawing picture={picture} point={point} />
      <p class="legend soft" aria-live="off">
        {at === undefined
          ? 'Each dot is a day whose loss went beyond the 99 % forecast of the day before.'
          : readout(past.dates, past.returns, drawn, first + at)}
      </p>
      <Methods rows={list(study['backtests'])} />
    </Card>
  );
}

function drawnOf(row: Row): DrawnBacktest {
  return {
    method: String(row['method']),
    confidence: number(row['confidence']),
    observations: number(row['observations']),
    exceptionCount: number(row['exceptionCount']),
    expected: number(row['expected']),
    forecasts: Float64Array.from(numbers(row['forecasts'])),
  };
}

function isDrawn({ forecasts }: DrawnBacktest): boolean {
  return forecasts.length > 0;
}

/** One day in words. */
function readout(
  dates: Int32Array,
  returns: Float64Array,
  drawn: readonly DrawnBacktest[],
  at: number,
): string {
  const forecasts = drawn.map(({ method, confidence, forecasts: all }) => {
    return `${method} ${percent(confidence, 0)}: ${percent(-all[at]!)}`;
  });
  return `${day(dates[at])}: return ${percent(returns[at])}; ${forecasts.join(', ')}`;
}

/** How each method did. */
function Methods(props: { rows: readonly Row[] }) {
  return (
    <Table
      columns={[
        ['method'],
        ['level', 'n'],
        ['exceptions', 'n'],
        ['expected', 'n'],
        ['Kupiec p', 'n low', 'below 0.05 the number of exceptions rejects the method'],
        ['Christoffersen p', 'n roomy', 'below 0.05 exceptions come together too often'],
        ['light'],
        ['mean VaR', 'n low'],
      ]}
      rows={props.rows}
    >
      {(row) => (
        <tr key={`${row['method']} ${row['confidence']}`}>
          <td>{String(row['method'])}</td>
          <td class="n">{percent(row['confidence'], 0)}</td>
          <td class="n">{number(row['exceptionCount'])}</td>
          <td class="n soft">{number(row['expected']).toFixed(1)}</td>
          <Chance classes="n low" value={row['kupiecP']} />
          <Chance classes="n roomy" value={row['christoffersenP']} />
          <td class={LIGHTS[String(row['light'])] ?? ''}>{String(row['light'])}</td>
          <td class="n low">{percent(row['meanForecast'])}</td>
        </tr>
      )}
    </Table>
  );
}

const LIGHTS: Readonly<Record<string, string>> = { green: 'good', yellow: 'warned', red: 'bad' };

function Chance(props: { classes: string; value: unknown }) {
  const chance = number(props.value);
  return (
    <td class={`${props.classes} ${chance < REJECTED_BELOW ? 'bad' : ''}`}>{chance.toFixed(4)}</td>
  );
}
