// All portfolios: one table of their money, one of their risk.

import { type Row, useTopic } from './live.js';
import { Card, Derived, Line, money, number, numbers, percent, sign } from './parts.jsx';

function Breaches(props: { row: Row }) {
  const breaches = (props.row['breaches'] ?? []) as readonly string[];
  if (breaches.length === 0) return null;
  return <span class="bad breaches">{breaches.join(', ')}</span>;
}

function Name(props: { id: unknown; name: unknown }) {
  return (
    <td class="wrap">
      <a href={`#/portfolio/${encodeURIComponent(String(props.id))}`}>
        {String(props.name ?? props.id)}
      </a>
    </td>
  );
}

/** What every portfolio is worth. */
export function PortfoliosPage() {
  const { rows } = useTopic('portfolios');
  const risks = new Map(useTopic('risk').rows.map((risk) => [risk['portfolio'], risk]));
  return (
    <Card title={`${rows.length} portfolios`} wide>
      <p class="soft">
        US dollars; value at risk by historical simulation over one day. <Derived />
      </p>
      <table>
        <thead>
          <tr>
            <th>portfolio</th>
            <th class="n">equity</th>
            <th class="n">day</th>
            <th class="n low">unrealised</th>
            <th class="n">drawdown</th>
            <th class="n">VaR 99</th>
            <th class="low">equity</th>
            <th class="low">VaR 99</th>
            <th class="low">breaches</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => {
            const risk = risks.get(row['id']) ?? {};
            return (
              <tr key={row['id']}>
                <Name id={row['id']} name={row['name']} />
                <td class="n">{money(row['equity'])}</td>
                <td class={`n ${sign(row['dayPnl'])}`}>{money(row['dayPnl'])}</td>
                <td class={`n low ${sign(row['unrealisedPnl'])}`}>{money(row['unrealisedPnl'])}</td>
                <td class="n">{percent(row['drawdown'])}</td>
                <td class="n">{money(risk['var99'])}</td>
                <td class="low">
                  <Line spark values={numbers(row['equityHistory'])} label="equity" />
                </td>
                <td class="low">
                  <Line spark values={numbers(risk['var99History'])} label="value at risk" />
                </td>
                <td class="low">
                  <Breaches row={row} />
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Card>
  );
}

/** What every portfolio may lose. */
export function RiskPage() {
  const { rows } = useTopic('risk');
  const names = new Map(useTopic('portfolios').rows.map((row) => [row['id'], row['name']]));
  return (
    <Card title="Risk of one day, by historical simulation" wide>
      <p class="soft">
        US dollars lost in the worst 5 % and 1 % of {number(rows[0]?.['scenarios'])} scenarios (VaR)
        and on average beyond them (CVaR). <Derived />
      </p>
      <table>
        <thead>
          <tr>
            <th>portfolio</th>
            <th class="n low">VaR 95</th>
            <th class="n">VaR 99</th>
            <th class="n low">CVaR 95</th>
            <th class="n">CVaR 99</th>
            <th class="n">of equity</th>
            <th class="n low">drawdown</th>
            <th class="n low">proxied</th>
            <th class="low">VaR 99</th>
            <th>breaches</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row['portfolio']}>
              <Name id={row['portfolio']} name={names.get(row['portfolio'])} />
              <td class="n low">{money(row['var95'])}</td>
              <td class="n">{money(row['var99'])}</td>
              <td class="n low">{money(row['cvar95'])}</td>
              <td class="n">{money(row['cvar99'])}</td>
              <td class="n">{percent(number(row['var99']) / number(row['equity']), 1)}</td>
              <td class="n low">{percent(row['drawdown'])}</td>
              <td class="n low">{percent(row['proxied'], 1)}</td>
              <td class="low">
                <Line spark values={numbers(row['var99History'])} label="value at risk" />
              </td>
              <td class="wrap">
                <Breaches row={row} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Card>
  );
}
