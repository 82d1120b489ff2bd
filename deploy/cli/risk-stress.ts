// `sluice risk stress`: episodes of the past and scenarios of one's own on today's portfolios.

import { resolve } from 'node:path';
import { limitsOfPortfolio } from '../../actors/groups/index.js';
import { inRepository } from '../app/paths.js';
import { invalid } from '../app/settings.js';
import { readMembers } from '../config/members.js';
import { readScenarios } from '../config/scenario-config.js';
import { strainText } from '../report/strain-text.js';
import { percent } from '../report/svg.js';
import { fitLoadings } from '../research/factor-loadings.js';
import { type LimitStanding, standings } from '../research/limit-standing.js';
import { sidesOf, weightsNow } from '../research/portfolio-history.js';
import { recentReturns } from '../research/recent-returns.js';
import type { NearestMove } from '../research/reverse-directions.js';
import {
  type Exposure,
  exposureOf,
  type ReverseStress,
  reverseStress,
  type StressOutcome,
  stressOutcome,
} from '../research/stress-run.js';
import {
  historicalScenarios,
  possibleScenarios,
  userScenarios,
} from '../research/stress-scenarios.js';
import { chosen, type HistoryOptions, readConfig, readInputs } from './history-options.js';
import { counted, dateText, print, say, table } from './output.js';

// What asks a system is loaded by those who do.
const loadAsked = () => import('./risk-asked.js');

/** Flags of the command, as typed. */
export interface StressFlags extends HistoryOptions {
  readonly scenarios?: string;
  /** A running system is asked where it is given. */
  readonly address?: string;
}

/** Portfolios up to so many are told one by one, more on a line each. */
const TOLD_MAX = 3;

interface PortfolioStress {
  readonly id: string;
  readonly name: string;
  /** Equity that shares are of. Units: dollars. */
  readonly equity: number;
  readonly exposure: Exposure;
  readonly outcomes: readonly StressOutcome[];
  readonly reverse: readonly (ReverseStress & Partial<LimitStanding>)[];
}

const CAVEATS = [
  'Holdings: weights of the rule at the last close, left alone while a scenario lasts; costs and the lack of buyers are left out.',
  'A stock that was not listed when an episode began takes the mean of its sector then; "proxied" is the share of gross exposure that does.',
  'Reverse stress begins at no drawdown. The likeliest move is the mean one of days that lose so much, in deviations of a day; by the covariance no likelier move of all prices loses as much.',
  'Broken correlations move no price, so they show in value at risk; the cost of selling all where buyers leave is no part of the profit.',
];

/** Runs the command. Errors: `flag.invalid`, `config.*`, `data.*`, `portfolio.unknown`. */
export async function riskStress(ids: readonly string[], flags: StressFlags): Promise<void> {
  if (flags.address !== undefined) {
    const [id] = ids;
    if (id === undefined || ids.length > 1) throw invalid('--address', 'one id', ids.join(' '));
    return (await loadAsked()).askStress(flags, id);
  }
  // What is wrong with the files is told before the data is read.
  const wanted = chosen(readConfig(flags), ids);
  const listed = readMembers(inRepository('deploy', 'sample', 'us-daily-members-2021-04.csv'));
  const configs = readScenarios(
    resolve(flags.scenarios ?? inRepository('deploy', 'config', 'scenarios.yaml')),
    listed,
  );
  const { history, members, config } = await readInputs(flags);
  const own =
    flags.scenarios === undefined
      ? possibleScenarios(configs, history, members)
      : { scenarios: userScenarios(configs, history, members), leftOut: [] };
  const scenarios = [...historicalScenarios(history, members), ...own.scenarios];
  for (const name of own.leftOut) {
    say(`sluice: left out, for too few stocks or sessions: ${name}`);
  }
  say(
    `sluice: ${counted(scenarios.length, 'scenario')} on ${counted(wanted.length, 'portfolio')} ...`,
  );
  // A line each has no room for more than the uniform move.
  const loadings = wanted.length <= TOLD_MAX ? fitLoadings(history) : undefined;
  const portfolios = wanted.map((portfolio): PortfolioStress => {
    const weights = weightsNow(sidesOf(portfolio, history.symbols, members), history);
    const recent = recentReturns(history, members, [...weights.keys()]);
    const equity = Number(portfolio.cash) / 1_000_000;
    const book = { weights, recent, history, members, equity };
    const exposure = exposureOf(book);
    const limits = limitsOfPortfolio(config, portfolio.id);
    return {
      id: portfolio.id,
      name: portfolio.name,
      equity,
      exposure,
      outcomes: scenarios.map((scenario) => stressOutcome(book, scenario)),
      reverse:
        loadings === undefined
          ? reverseStress(exposure, limits)
          : standings(book, limits, loadings),
    };
  });
  const asOf = history.dates[history.dates.length - 1]!;
  print({ asOf, caveats: CAVEATS, portfolios }, flags.json === true, () =>
    [
      ...(portfolios.length <= TOLD_MAX ? portfolios.map(oneText) : [manyText(portfolios)]),
      ...CAVEATS.map((text) => `- ${text}`),
    ].join('\n'),
  );
}

function oneText({ id, equity, exposure, outcomes, reverse }: PortfolioStress): string {
  const { gross, net, single, var99 } = exposure;
  return [
    `${id}: gross ${percent(gross)}, net ${percent(net)}, largest name ${percent(single)}, VaR 99 % ${percent(var99, 2)} of ${dollars(equity)}`,
    table([
      ['scenario', 'from', 'to', 'profit', 'dollars', 'proxied', 'largest losers'],
      ...outcomes.map((outcome) => [
        outcome.scenario,
        outcome.from === undefined ? '-' : dateText(outcome.from),
        outcome.to === undefined ? '-' : dateText(outcome.to),
        percent(outcome.profit, 2),
        dollars(outcome.profit * equity),
        percent(outcome.proxied, 0),
        outcome.losers
          .slice(0, 3)
          .map(({ symbol, profit }) => `${symbol} ${percent(profit, 2)}`)
          .join(', '),
      ]),
    ]),
    ...outcomes.flatMap(strainText),
    '',
    'smallest move that reaches a limit: of every price, of one sector, of one factor, in deviations of a day',
    table([
      ['limit', 'severity', 'at', 'today', 'every price', 'one sector', 'one factor', 'likeliest'],
      ...reverse.map((row) => [
        row.measure,
        row.severity,
        percent(row.limit),
        percent(row.value),
        moveText(row),
        nearText(row.sector),
        nearText(row.factor),
        row.likeliest === undefined ? '-' : row.likeliest.move.toFixed(1),
      ]),
    ]),
    '',
  ].join('\n');
}

function manyText(portfolios: readonly PortfolioStress[]): string {
  return [
    table([
      [
        'portfolio',
        'worst scenario',
        'profit',
        'dollars',
        'largest loser',
        'nearest hard limit',
        'move',
      ],
      ...portfolios.map(({ id, equity, outcomes, reverse }) => {
        const worst = outcomes.reduce((a, b) => (b.profit < a.profit ? b : a));
        const [loser] = worst.losers;
        const nearest = nearestLimit(reverse);
        return [
          id,
          worst.scenario,
          percent(worst.profit, 2),
          dollars(worst.profit * equity),
          loser === undefined ? '-' : `${loser.symbol} ${percent(loser.profit, 2)}`,
          nearest?.measure ?? '-',
          nearest === undefined ? 'none up to 100 %' : moveText(nearest),
        ];
      }),
    ]),
    '(name a portfolio for all its scenarios)',
    '',
  ].join('\n');
}

/** The hard limit that the smallest move reaches. */
function nearestLimit(reverse: readonly ReverseStress[]): ReverseStress | undefined {
  return reverse
    .filter(({ severity, shock }) => severity === 'hard' && shock !== undefined)
    .sort((a, b) => Math.abs(a.shock ?? 0) - Math.abs(b.shock ?? 0))[0];
}

function moveText({ shock, value, limit }: ReverseStress): string {
  if (shock === undefined) return 'none up to 100 %';
  if (shock === 0) return value > limit ? 'broken already' : 'reached already';
  return percent(shock, 2);
}

function nearText(near: NearestMove | undefined): string {
  return near === undefined ? '-' : `${percent(near.move, 1)} ${near.name}`;
}

function dollars(value: number): string {
  // What rounds to zero has no sign.
  return (Math.round(value) + 0).toLocaleString('en-US');
}
