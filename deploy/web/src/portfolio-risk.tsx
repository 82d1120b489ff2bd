// What a portfolio holds put through the past: risk through time, its parts, stress, drawdown.

import { useMemo } from 'preact/hooks';
import { barChart } from '../../report/bar-chart.js';
import { type DrawnFanStep, fanChart } from '../../report/fan-chart.js';
import { heatMap } from '../../report/heat-map.js';
import { timeChart } from '../../report/time-chart.js';
import { Drawing, useDrawingWidth } from './drawing.jsx';
import { useJson } from './fetch.js';
import type { Row } from './live.js';
import { Card, day, list, money, number, numbers, percent, SymbolLink, sign } from './parts.jsx';
import { Bets, ByMethod } from './portfolio-measures.jsx';
import { ReverseStress, Stress } from './portfolio-stress.jsx';
import { PortfolioTabs } from './portfolio-tabs.jsx';
import { RiskThroughTime } from './risk-through-time.jsx';
import { Table } from './tables.jsx';

/** Time between two looks: what is held may have changed. Units: milliseconds. */
const LOOK_MS = 15_000;

/** Bars of holdings, and rows of the table below them. */
const DRAWN_MAX = 12;

/** The page. */
export function PortfolioRiskPage(props: { id: string }) {
  const path = `risk/${encodeURIComponent(props.id)}`;
  const { value: study, problem } = useJson(`${path}/study`, LOOK_MS);
  if (study === undefined) {
    return (
      <Card title={`Risk of ${props.id}`} wide>
        <PortfolioTabs id={props.id} current="risk" />
        <p class={problem === undefined ? 'soft' : 'bad'} role="status">
          {problem ?? 'putting what it holds through the past, which takes some seconds …'}
        </p>
      </Card>
    );
  }
  const measures = (study['measures'] ?? {}) as Row; // a message inside the study's
  return (
    <>
      <Card title={`Risk of ${study['name']}`} wide>
        <PortfolioTabs id={props.id} current="risk" />
        <p class="soft">
          What it holds now, through the past up to the close of {day(study['asOf'])}; shares of
          equity of ${money(study['equity'])}, over one day, from the last{' '}
          {number(study['sessions'])} sessions. The weights of now are set back at every close.{' '}
          {number(study['optionsByDelta']) > 0
            ? 'Options are valued anew on past days, in scenarios and on simulated paths, in the fan with less time left; by their delta they count in weights, exposures, normal parts and where correlations break. '
            : ''}
          <a href={`/api/v1/${path}/report`} target="_blank" rel="noreferrer">
            Report
          </a>{' '}
          to print or to keep.
        </p>
        <Tiles study={study} />
        {problem === undefined ? null : <p class="bad">{problem}</p>}
      </Card>
      <RiskThroughTime study={study} />
      <ByMethod measures={measures} />
      <Bets measures={measures} />
      <Parts study={study} />
      <Together study={study} />
      <Stress study={study} />
      <ReverseStress rows={list(study['reverse'])} />
      <Fan study={study} />
      <Drawdown study={study} />
    </>
  );
}

/** Figures to see first. */
function Tiles({ study }: { study: Row }) {
  const share = (name: string): string => percent(study[name]);
  const tiles = [
    [share('var95'), 'VaR 95'],
    [share('var99'), 'VaR 99'],
    [share('shortfall95'), 'expected shortfall 95'],
    [share('shortfall99'), 'expected shortfall 99'],
    [percent(study['volatility'], 1), 'volatility a year'],
    [percent(study['expectedDrawdown'], 1), 'mean deepest fall of a quarter'],
    [
      `${percent(study['gross'], 0).replace(' %', '')} / ${percent(study['net'], 0)}`,
      'gross / net exposure',
    ],
    [(1 / (number(study['concentration']) || 1)).toFixed(1), 'equal names it is like'],
    [percent(study['proxied'], 1), 'exposure with proxied history'],
  ] as const;
  return (
    <div class="tiles">
      {tiles.map(([text, name]) => (
        <div key={name}>
          <b class="n">{text}</b>
          <span class="soft">{name}</span>
        </div>
      ))}
    </div>
  );
}

/** What the tail is made of. */
function Parts({ study }: { study: Row }) {
  const width = useDrawingWidth('half');
  const holdings = list(study['holdings']);
  const picture = useMemo(() => {
    const bars = holdings
      .toSorted((a, b) => Math.abs(number(b['component'])) - Math.abs(number(a['component'])))
      .slice(0, DRAWN_MAX)
      .toSorted((a, b) => number(b['component']) - number(a['component']))
      .map((row) => ({
        label: String(row['symbol']),
        value: number(row['component']),
        text: `${percent(row['component'])}, ${percent(row['componentShare'], 1)} of all`,
        tone: number(row['component']) < 0 ? ('good' as const) : ('own' as const),
      }));
    return barChart({
      title: `Parts of ${percent(study['shortfall95'])}, the expected shortfall at 95 %`,
      subtitle: 'share of equity; green takes risk away; all holdings add up to it',
      bars,
      width,
    });
  }, [study, width]);
  return (
    <Card title="What the tail is made of">
      <Drawing picture={picture} />
      <Table
        columns={[
          ['symbol'],
          ['weight', 'n'],
          ['volatility', 'n low', 'a year'],
          ['of the tail', 'n'],
          ['days to exit', 'n low', "at a tenth of the last month's volume"],
        ]}
        rows={holdings.slice(0, DRAWN_MAX)}
      >
        {(row) => (
          <tr key={row['symbol']}>
            <td title={`${row['name']}, ${row['sector']}`}>
              <SymbolLink symbol={row['symbol']} />
            </td>
            <td class="n">{percent(row['weight'])}</td>
            <td class="n low">{percent(row['volatility'], 1)}</td>
            <td class="n">{percent(row['componentShare'], 1)}</td>
            <td class="n low">{number(row['daysToExit']).toFixed(2)}</td>
          </tr>
        )}
      </Table>
      {holdings.length > DRAWN_MAX ? (
        <p class="soft">and {holdings.length - DRAWN_MAX} more holdings</p>
      ) : null}
    </Card>
  );
}

/** Correlations, neighbours alike. */
function Together({ study }: { study: Row }) {
  const width = useDrawingWidth('half');
  const picture = useMemo(() => {
    const labels = (study['correlated'] ?? []) as readonly string[];
    const flat = numbers(study['correlations']);
    const size = labels.length;
    const held = list(study['holdings']).length;
    return heatMap({
      title: 'Correlation of daily returns',
      subtitle: `${size < held ? `the ${size} largest of ` : ''}${held} holdings; red together, blue against`,
      labels,
      values: labels.map((_, row) => flat.slice(row * size, (row + 1) * size)),
      width,
    });
  }, [study, width]);
  return (
    <Card title="What moves together">
      <Drawing picture={picture} />
      <p class="soft">The order is that of a tree of clusters: neighbours are alike.</p>
    </Card>
  );
}

/** How far profits spread over windows of the past. */
function Fan({ study }: { study: Row }) {
  const width = useDrawingWidth('half');
  const picture = useMemo(
    () =>
      fanChart({
        title: 'Profit by sessions ahead, share of equity',
        subtitle: 'bands hold 50, 90 and 98 % of the windows of the past',
        steps: list(study['fan']).map(
          (step): DrawnFanStep => ({
            sessions: number(step['sessions']),
            quantiles: numbers(step['quantiles']),
            worst: number(step['worst']),
          }),
        ),
        width,
      }),
    [study, width],
  );
  return (
    <Card title="How far it may go in a month">
      <Drawing picture={picture} />
      <p class="soft">
        Windows of the last {number(study['sessions'])} sessions; they overlap, so that a month has
        fewer independent ones than it seems.
      </p>
    </Card>
  );
}

/** How far below its highest mark it would have stood. */
function Drawdown({ study }: { study: Row }) {
  const width = useDrawingWidth('half');
  const picture = useMemo(
    () =>
      timeChart({
        title: 'Fall below the highest mark',
        subtitle: 'share of equity at that mark',
        dates: numbers(study['dates']),
        panels: [
          {
            title: '',
            series: [
              { label: 'drawdown', kind: 'area', tone: 'bad', values: numbers(study['drawdowns']) },
            ],
          },
        ],
        width,
        panelHeight: 190,
      }),
    [study, width],
  );
  return (
    <Card title="Drawdown of the weights of now">
      <Drawing picture={picture} />
      <Table
        columns={[['from'], ['low'], ['back'], ['depth', 'n']]}
        rows={list(study['falls'])}
        empty="It never fell below an earlier mark."
      >
        {(fall) => (
          <tr key={fall['peakDate']}>
            <td>{day(fall['peakDate'])}</td>
            <td>{day(fall['valleyDate'])}</td>
            <td>{fall['recoveryDate'] === undefined ? 'not yet' : day(fall['recoveryDate'])}</td>
            <td class={`n ${sign(fall['depth'])}`}>{percent(fall['depth'], 1)}</td>
          </tr>
        )}
      </Table>
    </Card>
  );
}
