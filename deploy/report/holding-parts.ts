// The parts of a risk report on what is held: the tail, limits, holdings.

import type { NearestMove } from '../research/reverse-directions.js';
import type { RiskStudy } from '../research/risk-study.js';
import { barChart } from './bar-chart.js';
import { heatMap } from './heat-map.js';
import { NARROW, sectionHtml, tableHtml } from './page.js';
import { inlineSvg, percent } from './svg.js';

/** Holdings drawn and told. */
const HOLDINGS_DRAWN = 12;
const HOLDINGS_TOLD = 15;

/** Utilisation from which a limit is looked at with care. */
const CARE_FROM = 0.8;

/** Which holdings the tail is made of. */
export function contributionPart({ holdings, shortfall95 }: RiskStudy): string {
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

/** Which holdings move together. */
export function correlationPart({ correlation, holdings }: RiskStudy): string {
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

/** How much of each limit is used, and which move would reach it. */
export function limitPart({ limits }: RiskStudy): string {
  const rows = limits.map((standing) => {
    const { measure, severity, limit, value, utilisation, shock } = standing;
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
      nearText(standing.sector),
      nearText(standing.factor),
      standing.likeliest === undefined ? '-' : standing.likeliest.move.toFixed(1),
    ] as const;
  });
  return sectionHtml(
    'Limits',
    'The last columns are the smallest moves that reach the limit: of every price at once, of one sector, of one factor, and of the likeliest kind, in deviations of a day.',
    tableHtml(
      [
        { head: 'limit' },
        { head: 'at', isNumber: true },
        { head: 'today', isNumber: true },
        { head: 'used', isNumber: true },
        { head: '' },
        { head: 'every price', isNumber: true },
        { head: 'one sector', isNumber: true },
        { head: 'one factor', isNumber: true },
        { head: 'likeliest', isNumber: true },
      ],
      rows,
    ),
  );
}

function nearText(near: NearestMove | undefined): string {
  return near === undefined ? '-' : `${percent(near.move)} ${near.name}`;
}

function stateNow(isBroken: boolean): string {
  return isBroken ? 'broken now' : 'reached now';
}

/** The holdings that bring most to the tail. */
export function holdingPart({ holdings }: RiskStudy): string {
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
