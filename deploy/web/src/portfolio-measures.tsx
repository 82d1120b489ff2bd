// What a portfolio may lose in a day by every method, and what it bets on.

import type { Row } from './live.js';
import { Card, list, number, percent, sign } from './parts.jsx';
import { Table } from './tables.jsx';

/** Value at risk by method, with what each rests on. */
export function ByMethod({ measures }: { measures: Row }) {
  const level = percent(measures['confidence'], 0);
  return (
    <Card title={`One day’s loss at ${level}, by method`}>
      <Table
        columns={[
          ['method'],
          ['value at risk', 'n', 'share of equity'],
          ['tail mean', 'n'],
          ['basis', 'roomy'],
        ]}
        rows={list(measures['tails'])}
      >
        {(row) => (
          <tr key={row['method']} title={String(row['basis'])}>
            <td>{String(row['method'])}</td>
            <td class="n">{figure(row['valueAtRisk'])}</td>
            <td class="n">{figure(row['tailMean'])}</td>
            <td class="roomy soft wrap">{String(row['basis'])}</td>
          </tr>
        )}
      </Table>
      <p class="soft">
        Parts by holding and more methods’ settings: sluice risk study and sluice risk measures.
      </p>
    </Card>
  );
}

/** Factors, sectors, benchmark, and how long leaving would take. */
export function Bets({ measures }: { measures: Row }) {
  const of = (name: string): number => number(measures[name]);
  return (
    <Card title="What it bets on">
      <Table
        columns={[['factor'], ['loading', 'n'], ['error', 'n', 'by Newey and West'], ['t', 'n']]}
        rows={list(measures['factors'])}
        empty="There are too few stocks or sessions to fit factors."
      >
        {(row) => (
          <tr key={row['factor']}>
            <td>{String(row['factor'])}</td>
            <td class={`n ${sign(row['loading'])}`}>{number(row['loading']).toFixed(4)}</td>
            <td class="n">{number(row['error']).toFixed(4)}</td>
            <td class="n">{number(row['t']).toFixed(2)}</td>
          </tr>
        )}
      </Table>
      <Table
        columns={[['sector'], ['long', 'n', 'share of equity'], ['short', 'n']]}
        rows={list(measures['sectors'])}
      >
        {(row) => (
          <tr key={row['sector']}>
            <td>{String(row['sector'])}</td>
            <td class="n">{percent(number(row['long']))}</td>
            <td class="n">{percent(number(row['short']))}</td>
          </tr>
        )}
      </Table>
      <p class="soft">
        Against equal weights of all stocks: beta {of('beta').toFixed(2)}, tracking error{' '}
        {percent(of('trackingError'))} a year, active share {percent(of('activeShare'), 0)}. At a
        tenth of the volume nine tenths are left within {of('daysToNineTenths').toFixed(2)} days,
        all within {of('daysToAll').toFixed(2)}; selling all at once would move prices by{' '}
        {percent(of('liquidationCost'))} of equity, by the square-root law.
      </p>
    </Card>
  );
}

function figure(value: unknown): string {
  return Number.isFinite(value) ? percent(value) : '-';
}
