// The risk report of one portfolio as a page: figures, charts, tables and what they rest on.

import type { RiskStudy } from '../research/risk-study.js';
import { backtestChart, DRAWN_METHODS } from './backtest-chart.js';
import { barChart } from './bar-chart.js';
import { fanChart } from './fan-chart.js';
import { heatMap } from './heat-map.js';
import { type Cell, pageHtml, sectionHtml, tableHtml, tilesHtml, wideHtml } from './page.js';
import { inlineSvg, type Picture, percent } from './svg.js';
import { timeChart } from './time-chart.js';

/** Holdings drawn and told. */
const HOLDINGS_DRAWN = 12;
const HOLDINGS_TOLD = 15;

/** Width of charts that stand beside each other, readable on a phone too. */
const NARROW = 520;
const WIDE = 900;

/** Utilisation from which a limit is looked at with care. */
const CARE_FROM = 0.8;

/** Renders the report. */
export function riskReport(study: RiskStudy): string {
  const { id, name, asOf, equity, sessions } = study;
  return pageHtml({
    title: `Risk of ${name}`,
    lead: `${id}, as of the close of ${dateOf(asOf)}; shares of ${dollars(equity)} dollars of equity; one day, from the last ${sessions} sessions`,
    parts: [
      tilesOf(study),
      backtestPart(study),
      `<div class="pair">${contributionPart(study)}${correlationPart(study)}</div>`,
      stressPart(study),
      `<div class="pair">${limitPart(study)}${drawdownPart(study)}</div>`,
      holdingPart(study),
    ],
    notes: notesOf(study),
  });
}

const NOTES = [
  'Value at risk (VaR) is the loss that one day exceeds with the chance named; expected shortfall is the mean loss of those days. Both are of the past: the next crisis need not look like it.',
  'Survivorship: the companies are those of April 2021. Who failed before is missing, so past losses were larger than these.',
  'A stock without a return at a session takes the mean of its sector; "proxied" is the share of exposure and days that does.',
  'A backtest forecast knows only the 250 returns before its day. p below 0.05 rejects the method: Kupiec for the number of exceptions, Christoffersen for coming together.',
  "Days to exit assume a tenth of the last month's volume, each stock alone.",
];

const RULE_NOTE =
  'Today is the weights of the rule at the last close. The past is the same rule set back to its weights at every close, among the names that traded then; costs are left out.';
const HELD_NOTE =
  'Today is what the portfolio holds now. The past is those weights set back at every close; costs are left out. Limits are those of the portfolio on these weights.';

const DELTA_NOTE =
  'Options stand as the shares of their delta: how they bend is left out here, and is in the live risk.';

function notesOf({ basis, optionsByDelta }: RiskStudy): string[] {
  const notes = [...NOTES, basis === 'rule' ? RULE_NOTE : HELD_NOTE];
  return optionsByDelta > 0 ? [...notes, DELTA_NOTE] : notes;
}

function tilesOf(study: RiskStudy): string {
  const { exposure, holdings } = study;
  const exit = Math.max(0, ...holdings.map(({ daysToExit }) => daysToExit));
  return tilesHtml([
    [percent(study.var95, 2), 'VaR 95 %, historical'],
    [percent(exposure.var99, 2), 'VaR 99 %, historical'],
    [percent(study.shortfall95, 2), 'expected shortfall 95 %'],
    [percent(study.shortfall99, 2), 'expected shortfall 99 %'],
    [percent(study.volatility), 'volatility a year'],
    [percent(study.expectedDrawdown), 'mean deepest fall of a quarter'],
    [percent(exposure.gross, 0), 'gross exposure'],
    [percent(exposure.net, 0), 'net exposure'],
    [`${(1 / study.concentration).toFixed(1)} of ${holdings.length}`, 'equal names it is like'],
    [exit < 0.1 ? 'below 0.1' : exit.toFixed(1), 'days to exit the slowest name'],
    [percent(study.proxied, 1), 'proxied'],
  ]);
}

function backtestPart({ past, backtest }: RiskStudy): string {
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

function contributionPart({ holdings, shortfall95 }: RiskStudy): string {
  const bars = [...holdings]
    .sort((a, b) => Math.abs(b.component) - Math.abs(a.component))
    .slice(0, HOLDINGS_DRAWN)
    .sort((a, b) => b.component - a.component)
    .map(({ symbol, component, componentShare }) => ({
      label: symbol,
      value: component,
      text: `${percent(component, 2)}, ${percent(componentShare)} of all`,
      tone: component < 0 ? ('good' as const) : ('own' as const),
    }));
  return sectionHtml(
    'What the tail is made of',
    'Parts of the mean loss of the worst days; those of all holdings add up to it.',
    inlineSvg(
      barChart({
        title: `Largest parts of ${percent(shortfall95, 2)}`,
        subtitle: 'mean loss beyond VaR 95 %; green takes risk away',
        bars,
        width: NARROW,
      }),
    ),
  );
}

function correlationPart({ correlation, holdings }: RiskStudy): string {
  const { symbols, rows } = correlation;
  const which = symbols.length < holdings.length ? `the ${symbols.length} largest of ` : '';
  return sectionHtml(
    'What moves together',
    'Neighbours are alike: the order is that of a tree of clusters.',
    inlineSvg(
      heatMap({
        title: 'Correlation of daily returns',
        subtitle: `${which}${holdings.length} holdings; red together, blue against`,
        labels: symbols,
        values: rows,
        width: NARROW,
      }),
    ),
  );
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

function stressPart(study: RiskStudy): string {
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
  );
}

function limitPart({ limits }: RiskStudy): string {
  const rows = limits.map(({ measure, severity, limit, value, utilisation, shock }) => {
    const tone = utilisation > 1 ? 'wrong' : utilisation >= CARE_FROM ? 'care' : 'fine';
    const text = percent(utilisation, 0);
    return [
      `${measure.replaceAll('_', ' ')}, ${severity}`,
      percent(limit),
      percent(value),
      { text, tone },
      { text, tone, bar: utilisation },
      shock === undefined
        ? 'none to ±100 %'
        : shock === 0
          ? stateNow(value > limit)
          : percent(shock),
    ] as const;
  });
  return sectionHtml(
    'Limits',
    'The last column is the smallest move of every price at once that reaches the limit.',
    tableHtml(
      [
        { head: 'limit' },
        { head: 'at', isNumber: true },
        { head: 'today', isNumber: true },
        { head: 'used', isNumber: true },
        { head: '' },
        { head: 'move', isNumber: true },
      ],
      rows,
    ),
  );
}

function stateNow(isBroken: boolean): string {
  return isBroken ? 'broken now' : 'reached now';
}

function drawdownPart({ past, drawdowns, falls }: RiskStudy): string {
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

function holdingPart({ holdings }: RiskStudy): string {
  const shown = holdings.slice(0, HOLDINGS_TOLD);
  return sectionHtml(
    'Holdings',
    shown.length < holdings.length
      ? `The ${shown.length} of ${holdings.length} that bring most to the tail.`
      : 'All holdings, those that bring most to the tail first.',
    tableHtml(
      [
        { head: 'symbol' },
        { head: 'name' },
        { head: 'sector' },
        { head: 'weight', isNumber: true },
        { head: 'volatility', isNumber: true },
        { head: 'of the tail', isNumber: true },
        { head: 'days to exit', isNumber: true },
      ],
      shown.map((row) => [
        row.symbol,
        row.name,
        row.sector,
        percent(row.weight, 2),
        percent(row.volatility),
        percent(row.componentShare),
        row.daysToExit < 0.01 ? '< 0.01' : row.daysToExit.toFixed(2),
      ]),
    ),
  );
}

function dateOf(date: number): string {
  const text = String(date);
  return `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}`;
}

function dollars(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
