// The parts of a risk report on the past: backtest, stress, falls.

import type { RiskStudy } from '../research/risk-study.js';
import { backtestChart, DRAWN_METHODS } from './backtest-chart.js';
import { barChart } from './bar-chart.js';
import { fanChart } from './fan-chart.js';
import { dateOf, dollars } from './figure-text.js';
import { type Cell, NARROW, sectionHtml, tableHtml, WIDE, wideHtml } from './page.js';
import { strainText } from './strain-text.js';
import { escaped, inlineSvg, type Picture, percent } from './svg.js';
import { timeChart } from './time-chart.js';

/** Forecasts of each method against what came. */
export function backtestPart({ past, backtest }: RiskStudy): string {
  const drawn = backtest.filter(({ method }) => DRAWN_METHODS.includes(method));
  const rows = backtest.map((row) => [
    row.method,
    percent(row.confidence, 0),
    `${row.exceptionCount} (${row.expected.toFixed(1)})`,
    chance(row.kupiec.pValue),
    chance(row.independence.pValue),
    {
      text: row.light,
      tone: row.light === 'green' ? 'fine' : row.light === 'red' ? 'wrong' : 'care',
    } as const,
    `${row.worstYear.exceptionCount} ${row.worstYear.light}`,
    `${row.crash.exceptionCount} of ${row.crash.observations}`,
    percent(row.meanForecast, 2),
  ]);
  return sectionHtml(
    'Value at risk through time',
    'Each dot is a day whose loss went beyond the 99 % forecast of the day before.',
    wideHtml(inlineSvg(backtestChart(past, drawn, { width: WIDE }))),
    tableHtml(
      [
        { head: 'method' },
        { head: 'level', isNumber: true },
        { head: 'exceptions (expected)', isNumber: true },
        { head: 'Kupiec p', isNumber: true },
        { head: 'Christoffersen p', isNumber: true },
        { head: 'light' },
        { head: 'worst 250 days' },
        { head: 'crash of 2020', isNumber: true },
        { head: 'mean VaR', isNumber: true },
      ],
      rows,
    ),
  );
}

function chance(pValue: number): Cell {
  const text = pValue.toFixed(4);
  return pValue < 0.05 ? { text, tone: 'wrong' } : { text };
}

/** How far the profit of today's weights spread over windows of the past. */
function fanOf({ fan, sessions }: RiskStudy, width: number): Picture {
  return fanChart({
    title: 'Profit by sessions ahead',
    subtitle: `bands hold 50, 90 and 98 % of the windows of ${sessions} sessions; they overlap`,
    steps: fan,
    width,
  });
}

/** What bad times and scenarios would do to the weights of today. */
export function stressPart(study: RiskStudy): string {
  const { outcomes, equity } = study;
  const bars = outcomes.map(({ scenario, profit }) => ({
    label: scenario,
    value: profit,
    text: percent(profit),
    tone: profit < 0 ? ('bad' as const) : ('good' as const),
  }));
  const rows = outcomes.map((outcome): (string | Cell)[] => [
    outcome.name,
    outcome.from === undefined ? '' : dateOf(outcome.from),
    outcome.to === undefined ? '' : dateOf(outcome.to),
    { text: percent(outcome.profit, 2), ...(outcome.profit < 0 ? { tone: 'wrong' as const } : {}) },
    dollars(outcome.profit * equity),
    percent(outcome.proxied, 0),
    outcome.losers
      .slice(0, 3)
      .map(({ symbol, profit }) => `${symbol} ${percent(profit, 1)}`)
      .join(', '),
  ]);
  return sectionHtml(
    'Stress',
    "Today's weights through bad times of the past, and through scenarios of our own.",
    wideHtml(
      inlineSvg(
        barChart({ title: 'Profit by scenario', subtitle: 'share of equity', bars, width: WIDE }),
      ),
    ),
    wideHtml(inlineSvg(fanOf(study, WIDE))),
    tableHtml(
      [
        { head: 'scenario' },
        { head: 'from' },
        { head: 'to' },
        { head: 'profit', isNumber: true },
        { head: 'dollars', isNumber: true },
        { head: 'proxied', isNumber: true },
        { head: 'largest losers' },
      ],
      rows,
    ),
    ...outcomes.flatMap(strainText).map((text) => `<p>${escaped(text)}.</p>`),
    ...study.leftOut.map(
      (name) => `<p>Left out, for too few stocks or sessions: ${escaped(name)}.</p>`,
    ),
  );
}

/** The deepest falls of the weights of today. */
export function drawdownPart({ past, drawdowns, falls }: RiskStudy): string {
  return sectionHtml(
    'Drawdown',
    'How far below its highest mark the portfolio stood, set back to its weights daily.',
    inlineSvg(
      timeChart({
        title: 'Fall below the highest mark',
        subtitle: 'share of equity at that mark',
        dates: past.dates,
        panels: [
          {
            title: '',
            series: [{ label: 'drawdown', kind: 'area', tone: 'bad', values: drawdowns }],
          },
        ],
        width: NARROW,
      }),
    ),
    tableHtml(
      [{ head: 'from' }, { head: 'low' }, { head: 'back' }, { head: 'depth', isNumber: true }],
      falls.map(({ peakDate, valleyDate, recoveryDate, depth }) => [
        dateOf(peakDate),
        dateOf(valleyDate),
        recoveryDate === undefined ? 'not yet' : dateOf(recoveryDate),
        percent(depth),
      ]),
    ),
  );
}
