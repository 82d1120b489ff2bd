// All portfolios: one table of their money, one of their risk.

import { limitName } from './limit-names.js';
import { LimitsCard } from './limits.jsx';
import { type Row, useTopic } from './live.js';
import {
  Card,
  Derived,
  gain,
  Line,
  money,
  number,
  numbers,
  percent,
  SearchField,
  sign,
} from './parts.jsx';
import { useChoices } from './route.js';
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
function Name(props: { id: unknown; name: unknown; row: Row; page?: string }) {
  return (
    <td class="wrap">
      <a href={`#/portfolio/${encodeURIComponent(String(props.id))}${props.page ?? ''}`}>
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

/** Limits that are breached, the hard ones before all soft ones. */
function breachCount(row: Row): number {
  const breaches = (row['breaches'] ?? []) as readonly string[];
  return breaches.reduce((sum, text) => sum + (text.startsWith('hard') ? 100 : 1), 0);
}

/** Value at risk as a share of equity: without equity any is too large. */
function shareOf(row: Row): number {
  const equity = number(row['equity']);
  if (equity > 0) return number(row['var99']) / equity;
  return number(row['var99']) > 0 ? Number.POSITIVE_INFINITY : Number.NaN;
}

/** How many of the rows breach a limit of this severity. */
function breaching(rows: readonly Row[], severity: string): number {
  return rows.filter((row) =>
    ((row['breaches'] ?? []) as readonly string[]).some((text) => text.startsWith(severity)),
  ).length;
}

const USUAL = { match: '', sort: 'portfolio', page: '0' } as const;

/** A search by name or id, the order and the page of a table, all kept in the address. */
function useTable() {
  const [chosen, choose] = useChoices<Record<keyof typeof USUAL, string>>(USUAL);
  const wanted = chosen.match.trim().toLowerCase();
  return {
    sorting: {
      sort: chosen.sort,
      choose: (sort: string) => choose({ sort: sort === '' ? USUAL.sort : sort, page: USUAL.page }),
    },
    paging: {
      page: Math.max(0, Math.trunc(number(chosen.page))) || 0,
      turn: (page: number) => choose({ page: String(page) }),
    },
    isFound: (...texts: readonly unknown[]): boolean =>
      texts.some((text) => String(text).toLowerCase().includes(wanted)),
    search: (
      <SearchField
        what="a portfolio"
        value={chosen.match}
        onChange={(match) => choose({ match, page: USUAL.page })}
      />
    ),
  };
}

/** What stands in the place of a table without rows. */
function emptyText(isLoaded: boolean): string {
  return isLoaded ? 'No portfolio is called that.' : 'asking …';
}

/** What every portfolio is worth. */
export function PortfoliosPage() {
  const { rows, isLoaded } = useTopic('portfolios');
  const risks = new Map(useTopic('risk').rows.map((risk) => [risk['portfolio'], risk]));
  const { sorting, paging, isFound, search } = useTable();
  return (
    <Card title={isLoaded ? `${rows.length} portfolios` : 'Portfolios'} wide>
      <p class="soft">
        {breaching(rows, 'hard')} breach a hard limit, {breaching(rows, 'soft')} a soft one. US
        dollars; value at risk by historical simulation over one day. <Derived />
      </p>
      <p class="tools">{search}</p>
      <Table
        columns={[
          ['portfolio', '', '', (row) => String(row['name'])],
          ['equity', 'n', '', (row) => number(row['equity'])],
          ['day', 'n', 'profit since the close before', (row) => number(row['dayPnl'])],
          ['unrealised', 'n low', '', (row) => number(row['unrealisedPnl'])],
          [
            'drawdown',
            'n slim',
            'below the highest equity so far',
            (row) => number(row['drawdown']),
          ],
          ['VaR 99', 'n low', 'one day', (row) => number(risks.get(row['id'])?.['var99'])],
          ['equity, recent', 'low'],
          ['VaR 99, recent', 'roomy'],
          ['breaches', 'roomy', '', (row) => breachCount(row)],
        ]}
        rows={rows.filter((row) => isFound(row['name'], row['id']))}
        sorting={sorting}
        paging={paging}
        empty={emptyText(isLoaded)}
      >
        {(row) => {
          const risk = risks.get(row['id']) ?? {};
          return (
            <tr key={row['id']}>
              <Name id={row['id']} name={row['name']} row={row} />
              <td class="n">{money(row['equity'])}</td>
              <td class={`n ${sign(row['dayPnl'])}`}>{gain(row['dayPnl'])}</td>
              <td class={`n low ${sign(row['unrealisedPnl'])}`}>{gain(row['unrealisedPnl'])}</td>
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
  const { rows, isLoaded } = useTopic('risk');
  const { sorting, paging, isFound, search } = useTable();
  const names = new Map(useTopic('portfolios').rows.map((row) => [row['id'], row['name']]));
  return (
    <>
      <LimitsCard />
      <Card title="Risk of one day, by historical simulation" wide>
        <p class="soft">
          US dollars lost in the worst 5 % and 1 % of {number(rows[0]?.['scenarios'])} scenarios
          (VaR) and on average beyond them (CVaR). A name leads to parts and stress. <Derived />
        </p>
        <p class="tools">{search}</p>
        <Table
          columns={[
            ['portfolio', '', '', (row) => String(names.get(row['portfolio']))],
            ['VaR 95', 'n low', '', (row) => number(row['var95'])],
            ['VaR 99', 'n', '', (row) => number(row['var99'])],
            ['CVaR 95', 'n low', '', (row) => number(row['cvar95'])],
            ['CVaR 99', 'n slim', '', (row) => number(row['cvar99'])],
            ['of equity', 'n', 'VaR 99 as a share of equity', shareOf],
            ['drawdown', 'n low', '', (row) => number(row['drawdown'])],
            [
              'proxied',
              'n roomy',
              "share of exposure whose history is another's",
              (row) => number(row['proxied']),
            ],
            ['VaR 99, recent', 'low'],
            ['breaches', 'roomy', '', (row) => breachCount(row)],
          ]}
          rows={rows.filter((row) => isFound(names.get(row['portfolio']), row['portfolio']))}
          sorting={sorting}
          paging={paging}
          empty={emptyText(isLoaded)}
        >
          {(row) => (
            <tr key={row['portfolio']}>
              <Name
                id={row['portfolio']}
                name={names.get(row['portfolio'])}
                row={row}
                page="/risk"
              />
              <td class="n low">{money(row['var95'])}</td>
              <td class="n">{money(row['var99'])}</td>
              <td class="n low">{money(row['cvar95'])}</td>
              <td class="n slim">{money(row['cvar99'])}</td>
              <td class="n">{percent(shareOf(row), 1)}</td>
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
