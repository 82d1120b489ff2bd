// Portfolios and their risk: the list, and one in full with a small ticket.

import { useState } from 'preact/hooks';
import { post, type Row, useJson, useTopic } from './live.js';
import { Card, Line, money, number, percent, sign } from './parts.jsx';

/** All portfolios, with their risk beside them. */
export function PortfoliosPage() {
  const { rows } = useTopic('portfolios');
  const risks = new Map(useTopic('risk').rows.map((risk) => [risk['portfolio'], risk]));
  return (
    <Card
      title={`${rows.length} portfolios, one-day historical value at risk over 504 scenarios`}
      wide
    >
      <table>
        <thead>
          <tr>
            <th>portfolio</th>
            <th class="n">equity</th>
            <th class="n">day</th>
            <th class="n">unrealised</th>
            <th class="n">drawdown</th>
            <th class="n">VaR 99</th>
            <th class="n">CVaR 99</th>
            <th>equity</th>
            <th>VaR 99</th>
            <th>breaches</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => {
            const risk = risks.get(row['id']) ?? {};
            return (
              <tr key={row['id']}>
                <td>
                  <a href={`#/portfolio/${row['id']}`}>{String(row['name'] ?? row['id'])}</a>
                </td>
                <td class="n">{money(row['equity'])}</td>
                <td class={sign(row['dayPnl'])}>{money(row['dayPnl'])}</td>
                <td class={sign(row['unrealisedPnl'])}>{money(row['unrealisedPnl'])}</td>
                <td class="n">{percent(row['drawdown'])}</td>
                <td class="n">{money(risk['var99'])}</td>
                <td class="n">{money(risk['cvar99'])}</td>
                <td>
                  <Line
                    spark
                    values={((row['equityHistory'] ?? []) as number[]).map(number)}
                    label="equity"
                  />
                </td>
                <td>
                  <Line
                    spark
                    values={((risk['var99History'] ?? []) as number[]).map(number)}
                    label="value at risk"
                  />
                </td>
                <td class="bad">{((row['breaches'] ?? []) as string[]).join(', ')}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Card>
  );
}

/** One portfolio. */
export function PortfolioPage(props: { id: string }) {
  const { rows } = useTopic('portfolios');
  const tick = rows.find((row) => row['id'] === props.id)?.['asOfUs'];
  const [sent, setSent] = useState(0);
  const detail = useJson(`portfolios/${encodeURIComponent(props.id)}`, `${tick}${sent}`);
  const risk = useJson(`risk/${encodeURIComponent(props.id)}`, `${tick}${sent}`);
  const summary = (detail?.['summary'] ?? {}) as Row;
  const figures = (risk?.['summary'] ?? {}) as Row;
  return (
    <>
      <Card title={String(summary['name'] ?? props.id)}>
        <table>
          <tbody>
            {(
              [
                ['equity', money(summary['equity'])],
                ['cash', String(summary['cash'] ?? '–')],
                ['realised', String(summary['realisedPnl'] ?? '–')],
                ['unrealised', money(summary['unrealisedPnl'])],
                ['gross exposure', money(summary['grossExposure'])],
                ['net exposure', money(summary['netExposure'])],
                ['drawdown', percent(summary['drawdown'])],
                ['VaR 95 / 99', `${money(figures['var95'])} / ${money(figures['var99'])}`],
                ['CVaR 95 / 99', `${money(figures['cvar95'])} / ${money(figures['cvar99'])}`],
                [
                  'age of risk',
                  `${(number(figures['ageUs']) / 6e7).toFixed(0)} min of market time`,
                ],
                ['filled history', percent(figures['proxied'])],
              ] as const
            ).map(([name, value]) => (
              <tr key={name}>
                <td class="soft">{name}</td>
                <td class="n">{value}</td>
              </tr>
            ))}
          </tbody>
        </table>
        <Ticket id={props.id} done={() => setSent((n) => n + 1)} />
      </Card>
      <Card title="Limits">
        <table>
          <tbody>
            {((detail?.['limits'] ?? []) as Row[]).map((limit) => (
              <tr key={`${limit['name']}${limit['severity']}`}>
                <td>{String(limit['name'])}</td>
                <td class="soft">{String(limit['severity'])}</td>
                <td style={{ width: '40%' }}>
                  <div
                    class="bar"
                    style={{
                      width: `${Math.min(100, number(limit['utilisation']) * 100)}%`,
                      background: limit['breached'] === true ? 'var(--bad)' : 'var(--fill)',
                    }}
                  />
                </td>
                <td class="n">{percent(limit['utilisation'], 0)}</td>
              </tr>
            ))}
          </tbody>
        </table>
        <h3>Profit in each of 504 scenarios, sorted</h3>
        <Line
          values={((risk?.['scenarioPnl'] ?? []) as number[]).map(number).sort((a, b) => a - b)}
          label="scenario profits"
        />
      </Card>
      <Card title={`${((detail?.['positions'] ?? []) as Row[]).length} positions`} wide>
        <table>
          <thead>
            <tr>
              <th>symbol</th>
              <th class="n">quantity</th>
              <th class="n">average cost</th>
              <th class="n">last</th>
              <th class="n">value</th>
              <th class="n">unrealised</th>
              <th class="n">weight</th>
            </tr>
          </thead>
          <tbody>
            {((detail?.['positions'] ?? []) as Row[]).map((position) => (
              <tr key={position['symbol']}>
                <td>
                  <a href={`#/symbol/${position['symbol']}`}>{String(position['symbol'])}</a>
                </td>
                <td class="n">{String(position['quantity'])}</td>
                <td class="n">{number(position['averageCost']).toFixed(2)}</td>
                <td class="n">{number(position['last']).toFixed(2)}</td>
                <td class="n">{money(position['marketValue'])}</td>
                <td class={sign(position['unrealisedPnl'])}>{money(position['unrealisedPnl'])}</td>
                <td class="n">{percent(position['weight'])}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Card>
    </>
  );
}

function Ticket(props: { id: string; done: () => void }) {
  const [answer, setAnswer] = useState('');
  const send = async (form: HTMLFormElement, side: string): Promise<void> => {
    const data = new FormData(form);
    const trade = {
      symbol: String(data.get('symbol')).toUpperCase(),
      side,
      quantity: String(data.get('quantity')),
    };
    const commandId = crypto.randomUUID();
    setAnswer(
      await post(`portfolios/${encodeURIComponent(props.id)}/commands`, { commandId, trade }),
    );
    props.done();
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        const button = event.submitter as HTMLButtonElement | null;
        void send(event.currentTarget as HTMLFormElement, button?.value ?? 'buy');
      }}
    >
      <h3>Book a trade at the last price</h3>
      <input name="symbol" placeholder="symbol" aria-label="symbol" size={7} required />{' '}
      <input name="quantity" placeholder="quantity" aria-label="quantity" size={9} required />{' '}
      <button type="submit" value="buy">
        Buy
      </button>{' '}
      <button type="submit" value="sell">
        Sell
      </button>{' '}
      <span class="soft" role="status">
        {answer}
      </span>
    </form>
  );
}
