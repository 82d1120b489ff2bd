// All portfolios: one table of their money, one of their risk.

import { LimitsCard, limitName } from './limits.jsx';
import { type Row, useTopic } from './live.js';
import { Card, Derived, Line, money, number, numbers, percent, sign } from './parts.jsx';
import { Table } from './tables.jsx';

/** One tag for each limit that is breached, the hard ones first; hard says soft too. */
function Tags(props: { row: Row }) {
  const all = (props.row['breaches'] ?? []) as readonly string[];
  const breaches = all
    .filter((breach) => !all.includes(breach.replace('soft', 'hard')) || /^hard/.test(breach))
    .toSorted();
  return (
    <>
      {breaches.map((breach) => {
        const [severity, name] = breach.split(' ');
        return (
          <span key={breach} class={severity === 'hard' ? 'tag hard' : 'tag warn'}>
            {limitName(name)} {severity}
          </span>
        );
      })}
    </>
  );
}

/** A portfolio's name; where there is no room for a column, its breaches are below it. */
function Name(props: { id: unknown; name: unknown; row: Row }) {
  return (
    <td class="wrap">
      <a href={`#/portfolio/${encodeURIComponent(String(props.id))}`}>
        {String(props.name ?? props.id)}
      </a>
      <span class="narrow tags">
        <Tags row={props.row} />
      </span>
    </td>
  );
}

function Breaches(props: { row: Row }) {
  return (
    <td class="roomy wrap">
      <span class="tags">
        <Tags row={props.row} />
      </span>
    </td>
  );
}

/** Recent values in a cell. */
function Spark(props: { classes: string; values: unknown; label: string }) {
  return (
    <td class={props.classes}>
      <Line spark values={numbers(props.values)} label={props.label} />
    </td>
  );
}

/** How many of the rows breach a limit of this severity. */
function breaching(rows: readonly Row[], severity: string): number {
  return rows.filter((row) =>
    ((row['breaches'] ?? []) as readonly string[]).some((text) => text.startsWith(severity)),
  ).length;
}

/** What every portfolio is worth. */
export function PortfoliosPage() {
  const { rows } = useTopic('portfolios');
  const risks = new Map(useTopic('risk').rows.map((risk) => [risk['portfolio'], risk]));
  return (
    <Card title={`${rows.length} portfolios`} wide>
      <p class="soft">
        {breaching(rows, 'hard')} breach a hard limit, {breaching(rows, 'soft')} a soft one. US
        dollars; value at risk by historical simulation over one day. <Derived />
      </p>
      <Table
        columns={[
          ['portfolio'],
          ['equity', 'n'],
          ['day', 'n'],
          ['unrealised', 'n low'],
          ['drawdown', 'n slim'],
          ['VaR 99', 'n low'],
          ['equity, recent', 'low'],
          ['VaR 99, recent', 'roomy'],
          ['breaches', 'roomy'],
        ]}
        rows={rows}
      >
        {(row) => {
          const risk = risks.get(row['id']) ?? {};
          return (
            <tr key={row['id']}>
              <Name id={row['id']} name={row['name']} row={row} />
              <td class="n">{money(row['equity'])}</td>
              <td class={`n ${sign(row['dayPnl'])}`}>{money(row['dayPnl'])}</td>
              <td class={`n low ${sign(row['unrealisedPnl'])}`}>{money(row['unrealisedPnl'])}</td>
              <td class="n slim">{percent(row['drawdown'])}</td>
              <td class="n low">{money(risk['var99'])}</td>
              <Spark classes="low" values={row['equityHistory']} label="equity" />
              <Spark classes="roomy" values={risk['var99History']} label="value at risk" />
              <Breaches row={row} />
            </tr>
          );
        }}
      </Table>
    </Card>
  );
}

/** What every portfolio may lose. */
export function RiskPage() {
  const { rows } = useTopic('risk');
  const names = new Map(useTopic('portfolios').rows.map((row) => [row['id'], row['name']]));
  return (
    <>
      <LimitsCard />
      <Card title="Risk of one day, by historical simulation" wide>
        <p class="soft">
          US dollars lost in the worst 5 % and 1 % of {number(rows[0]?.['scenarios'])} scenarios
          (VaR) and on average beyond them (CVaR). <Derived />
        </p>
        <Table
          columns={[
            ['portfolio'],
            ['VaR 95', 'n low'],
            ['VaR 99', 'n'],
            ['CVaR 95', 'n low'],
            ['CVaR 99', 'n slim'],
            ['of equity', 'n', 'VaR 99 as a share of equity'],
            ['drawdown', 'n low'],
            ['proxied', 'n roomy', "share of exposure whose history is another's"],
            ['VaR 99, recent', 'low'],
            ['breaches', 'roomy'],
          ]}
          rows={rows}
        >
          {(row) => (
            <tr key={row['portfolio']}>
              <Name id={row['portfolio']} name={names.get(row['portfolio'])} row={row} />
              <td class="n low">{money(row['var95'])}</td>
              <td class="n">{money(row['var99'])}</td>
              <td class="n low">{money(row['cvar95'])}</td>
              <td class="n slim">{money(row['cvar99'])}</td>
              <td class="n">{percent(number(row['var99']) / number(row['equity']), 1)}</td>
              <td class="n low">{percent(row['drawdown'])}</td>
              <td class="n roomy">{percent(row['proxied'], 1)}</td>
              <Spark classes="low" values={row['var99History']} label="value at risk" />
              <Breaches row={row} />
            </tr>
          )}
        </Table>
      </Card>
    </>
  );
}
