// One portfolio: money, limits, scenarios, positions.

import { useMemo, useState } from 'preact/hooks';
import { Books } from './books.jsx';
import { CurrencyCard } from './currencies.jsx';
import { useJson } from './fetch.js';
import { LimitTable } from './limits.jsx';
import { type Row, useTopic } from './live.js';
import { OptionCard } from './options.jsx';
import {
  Card,
  Derived,
  decimal,
  dollars,
  Facts,
  gain,
  Line,
  list,
  money,
  number,
  numbers,
  percent,
  price,
  SymbolLink,
  sign,
} from './parts.jsx';
import { PortfolioTabs } from './portfolio-tabs.jsx';
import { Rebalance } from './rebalance.jsx';
import { Table, useFirst } from './tables.jsx';
import { Ticket } from './ticket.jsx';

const REFRESH_MS = 1000;
const BINS = 41;

/** Positions drawn unless all are asked for: a table of 500 rows takes a browser a while. */
const POSITIONS_MAX = 120;

/** The page of one portfolio. */
export function PortfolioPage(props: { id: string }) {
  const [sent, setSent] = useState(0);
  const { rows, refusal } = useTopic('portfolios', props.id);
  // Asked only for a portfolio that is known, since a browser logs every answer of 404.
  const id = rows.some((row) => row['id'] === props.id) ? encodeURIComponent(props.id) : '';
  const { value: detail, problem } = useJson(id && `portfolios/${id}`, REFRESH_MS, sent);
  const risk = useJson(id && `risk/${id}`, REFRESH_MS, sent).value;
  const summary = (detail?.['summary'] ?? {}) as Row;
  const figures = (risk?.['summary'] ?? {}) as Row;
  // Drawn anew when they were fetched anew, not at each message of the topic.
  const positions = useMemo(() => <Positions positions={list(detail?.['positions'])} />, [detail]);
  if (detail === undefined) {
    return (
      <Card title={props.id} wide>
        <p class={refusal === '' ? 'soft' : 'bad'} role="alert">
          {refusal || problem || 'asking …'}
        </p>
        <a href="#/portfolios">All portfolios</a>
      </Card>
    );
  }
  return (
    <>
      <Card title={String(summary['name'] ?? props.id)}>
        <PortfolioTabs id={props.id} current="" />
        {problem === undefined ? null : (
          <p class="bad" role="alert">
            {problem}
          </p>
        )}
        <Facts rows={facts(summary, figures)} />
        <Line values={numbers(summary['equityHistory'])} label="equity at recent points" />
        <Ticket
          key={props.id}
          id={props.id}
          options={optionsBought(list(detail['positions']))}
          done={() => setSent((n) => n + 1)}
        />
      </Card>
      <Card title="Limits">
        <LimitTable limits={list(detail['limits'])} />
        <Scenarios values={numbers(risk?.['scenarioPnl'])} var99={number(figures['var99'])} />
      </Card>
      <OptionCard positions={list(detail['positions'])} risk={(risk?.['options'] ?? {}) as Row} />
      <CurrencyCard currencies={list(detail['currencies'])} />
      {positions}
      <Rebalance key={`rebalance ${props.id}`} id={props.id} />
      <Books id={props.id} tick={sent} done={() => setSent((n) => n + 1)} />
    </>
  );
}

/** Options that are held and not owed: those that can be exercised. */
function optionsBought(positions: readonly Row[]): ReadonlySet<string> {
  const held = positions.filter(
    (one) => one['option'] !== undefined && number(one['quantity']) > 0,
  );
  return new Set(held.map((one) => String(one['symbol'])));
}

function facts(
  summary: Row,
  figures: Row,
): readonly (readonly [name: string, text: string, tone?: string])[] {
  const both = (row: Row, one: string, other: string): string =>
    `${dollars(row[one])} / ${dollars(row[other])}`;
  return [
    ['equity', dollars(summary['equity'])],
    ['cash', `$${decimal(summary['cash'])}`.replace('$-', '-$')],
    ['day', dollars(summary['dayPnl']), sign(summary['dayPnl'])],
    [
      'realised',
      `$${decimal(summary['realisedPnl'])}`.replace('$-', '-$'),
      sign(number(summary['realisedPnl'])),
    ],
    ['unrealised', dollars(summary['unrealisedPnl']), sign(summary['unrealisedPnl'])],
    ['gross / net exposure', both(summary, 'grossExposure', 'netExposure')],
    ['drawdown', percent(summary['drawdown'])],
    ['margin / excess', marginText(summary)],
    ['VaR 95 / 99', both(figures, 'var95', 'var99')],
    ['CVaR 95 / 99', both(figures, 'cvar95', 'cvar99')],
    ['age of risk', `${ageText(number(figures['ageUs']))} of market time`],
    ['exposure with proxied history', percent(figures['proxied'])],
  ];
}

/** How old something is: minutes up to two hours, then hours, then days. */
function ageText(us: number): string {
  const minutes = Math.round(us / 6e7);
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** What positions ask of equity, as a share of it, and what that leaves. */
function marginText(summary: Row): string {
  const [margin, equity] = [number(summary['margin']), number(summary['equity'])];
  if (Number.isNaN(margin)) return 'not known: no price';
  const share = equity > 0 ? ` (${percent(margin / equity, 1)})` : '';
  return `${dollars(margin)}${share} / ${dollars(equity - margin)}`;
}

/** How often today's holdings would have won or lost how much. */
function Scenarios(props: { values: readonly number[]; var99: number }) {
  const { values, var99 } = props;
  if (values.length === 0) return null;
  const reach = Math.max(...values.map(Math.abs)) || 1;
  const counts = new Array<number>(BINS).fill(0);
  for (const value of values) {
    const bin = Math.min(BINS - 1, Math.floor(((value + reach) / (2 * reach)) * BINS));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  const most = Math.max(...counts);
  const text = `profit of today's holdings in ${values.length} scenarios`;
  return (
    <>
      <h3>Today's holdings in {values.length} past days</h3>
      <svg class="histogram" viewBox="0 0 410 100" preserveAspectRatio="none" role="img">
        <title>{text}</title>
        {counts.map((size, bin) => (
          <rect
            key={bin}
            class={bin < (BINS - 1) / 2 ? 'loss' : 'gain'}
            x={bin * 10 + 1}
            y={100 - (size / most) * 96}
            width={8}
            height={(size / most) * 96}
          />
        ))}
        <line x1={205 - (var99 / reach) * 205} x2={205 - (var99 / reach) * 205} y1={0} y2={100} />
      </svg>
      <p class="axis soft">
        <span>{money(-reach)}</span>
        <span>line: VaR 99, {money(var99)} lost</span>
        <span>{money(reach)}</span>
      </p>
    </>
  );
}

function Positions(props: { positions: readonly Row[] }) {
  const { positions } = props;
  const { shown, rest } = useFirst(positions, POSITIONS_MAX);
  return (
    <Card title={`${positions.length} positions`} wide>
      <Derived />
      <Table
        columns={[
          ['symbol'],
          ['quantity', 'n'],
          ['average cost', 'n low'],
          ['last', 'n slim'],
          ['value', 'n'],
          ['unrealised', 'n'],
          ['weight', 'n low'],
        ]}
        rows={shown}
      >
        {(position) => (
          <tr key={position['symbol']}>
            <td>
              {position['option'] === undefined ? (
                <SymbolLink symbol={position['symbol']} />
              ) : (
                String(position['symbol'])
              )}
            </td>
            <td class="n">{decimal(position['quantity'])}</td>
            <td class="n low">{price(position['averageCost'])}</td>
            <td class="n slim">{price(position['last'])}</td>
            <td class="n">{money(position['marketValue'])}</td>
            <td class={`n ${sign(position['unrealisedPnl'])}`}>
              {gain(position['unrealisedPnl'])}
            </td>
            <td class="n low">{percent(position['weight'])}</td>
          </tr>
        )}
      </Table>
      {rest}
    </Card>
  );
}
