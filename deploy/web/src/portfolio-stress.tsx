// What bad times would do to a portfolio, and the smallest moves that reach its limits.

import { limitName } from './limit-names.js';
import type { Row } from './live.js';
import { Card, day, list, money, number, numbers, percent, sign } from './parts.jsx';
import { Table } from './tables.jsx';

/** Losers told of each scenario. */
const LOSERS = 3;

/** Bad times of the past and scenarios of our own. */
export function Stress({ study }: { study: Row }) {
  const outcomes = list(study['outcomes']);
  const equity = number(study['equity']);
  const most = Math.max(...outcomes.map((row) => Math.abs(number(row['profit']))), 0) || 1;
  return (
    <Card title="Stress: the weights of now through bad times and scenarios" wide>
      <Table
        columns={[
          ['scenario'],
          ['from', 'low'],
          ['to', 'low'],
          ['', 'swing roomy'],
          ['profit', 'n', 'share of equity'],
          ['dollars', 'n'],
          ['proxied', 'n roomy', 'exposure whose shock is its sector’s'],
          ['largest losers', 'roomy'],
        ]}
        rows={outcomes}
      >
        {(row) => (
          <tr key={row['scenario']}>
            <td class="wrap">{String(row['name'])}</td>
            <td class="low">{row['from'] === undefined ? '' : day(row['from'])}</td>
            <td class="low">{row['to'] === undefined ? '' : day(row['to'])}</td>
            <td class="swing roomy">
              <Swing share={number(row['profit']) / most} />
            </td>
            <td class={`n ${sign(row['profit'])}`}>{percent(row['profit'])}</td>
            <td class={`n ${sign(row['profit'])}`}>{money(number(row['profit']) * equity)}</td>
            <td class="n roomy">{percent(row['proxied'], 0)}</td>
            <td class="roomy soft">{losersOf(row)}</td>
          </tr>
        )}
      </Table>
      <Strains outcomes={outcomes} />
      {((study['leftOut'] ?? []) as readonly string[]).map((name) => (
        <p key={name} class="soft">
          Left out, for the run has too few stocks or sessions for it: {name}
        </p>
      ))}
    </Card>
  );
}

/** A bar to the left of the middle for a loss, to the right for a gain. */
function Swing({ share }: { share: number }) {
  const width = `${Math.abs(share) * 50}%`;
  const side = share < 0 ? { right: '50%' } : { left: '50%' };
  return <i class={share < 0 ? 'loss' : 'gain'} style={{ ...side, width }} />;
}

function losersOf(row: Row): string {
  const losses = numbers(row['losses']);
  const losers = (row['losers'] ?? []) as readonly string[];
  return losers
    .slice(0, LOSERS)
    .map((symbol, at) => `${symbol} ${percent(losses[at], 1)}`)
    .join(', ');
}

/** Scenarios of broken correlations and of buyers that leave. */
function Strains({ outcomes }: { outcomes: readonly Row[] }) {
  return outcomes
    .filter((row) => row['var99After'] !== undefined || row['exitCost'] !== undefined)
    .map((row) => (
      <p class="soft" key={row['scenario']}>
        {String(row['name'])}:{' '}
        {row['var99After'] === undefined
          ? ''
          : `normal VaR 99 from ${percent(row['var99Before'])} to ${percent(row['var99After'])}. `}
        {row['exitCost'] === undefined
          ? ''
          : `Selling all costs ${percent(row['exitCost'])}; at a tenth of the volume it takes ${number(row['exitDays']).toFixed(2)} days.`}
      </p>
    ));
}

/** The smallest moves that reach each limit. */
export function ReverseStress({ rows }: { rows: readonly Row[] }) {
  const move = (row: Row, kind: string): string =>
    row[`${kind}Move`] === undefined ? '-' : `${percent(row[`${kind}Move`], 1)} ${row[kind]}`;
  return (
    <Card title="Smallest moves that reach a limit" wide>
      <Table
        columns={[
          ['limit'],
          ['at', 'n'],
          ['today', 'n roomy'],
          ['every price', 'n'],
          ['one sector', 'n roomy'],
          ['one factor', 'n roomy'],
          ['likeliest', 'n', 'deviations of a day'],
        ]}
        rows={rows}
      >
        {(row) => (
          <tr key={`${row['measure']} ${row['severity']}`}>
            <td>
              {limitName(row['measure'])}, {String(row['severity'])}
            </td>
            <td class="n">{percent(row['limit'], 1)}</td>
            <td class="n roomy">{percent(row['value'], 1)}</td>
            <td class="n">{row['all'] === undefined ? '-' : percent(row['all'], 1)}</td>
            <td class="n roomy">{move(row, 'sector')}</td>
            <td class="n roomy">{move(row, 'factor')}</td>
            <td class="n">
              {row['likeliest'] === undefined ? '-' : number(row['likeliest']).toFixed(1)}
            </td>
          </tr>
        )}
      </Table>
    </Card>
  );
}
