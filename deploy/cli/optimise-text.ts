// What `sluice portfolio optimise` tells of what it has built.

import { percent } from '../report/svg.js';
import type { OptimiseMethod } from '../research/optimise-methods.js';
import type { Optimised, OptimiseProblem } from '../research/optimise-run.js';
import type { Realised, Walk } from '../research/optimise-walk.js';
import { dateText, table } from './output.js';

/** Weights below this are none: what rounding leaves of a stock that is not wanted. */
const WEIGHT_MIN = 1e-9;

/** The result for a program. */
export function plainResult(
  problem: OptimiseProblem,
  found: Optimised,
  from: readonly number[] | undefined,
): Record<string, unknown> {
  const { symbols, sectors, leftOut, covariance } = problem;
  const { expected, equalWeights, effectiveNames, turnover } = found;
  return {
    expected,
    equalWeights,
    effectiveNames,
    turnover,
    leftOut,
    weights: symbols.map((symbol, at) => ({
      symbol,
      sector: sectors[at],
      weight: found.weights[at],
      ...(from === undefined ? {} : { today: from[at] }),
      riskShare: found.riskShares[at],
      volatility: Math.sqrt(covariance.values[at * symbols.length + at]!),
    })),
  };
}

interface Shown {
  readonly from: readonly number[] | undefined;
  readonly top: number;
  readonly method: OptimiseMethod;
  readonly lookback: number;
}

/** The result for a reader: weights, what they would risk, what that rests on. */
export function resultText(
  { symbols, sectors, covariance }: OptimiseProblem,
  found: Optimised,
  { from, top, method, lookback }: Shown,
): string {
  const held = symbols
    .map((_, at) => at)
    .filter((at) => Math.abs(found.weights[at]!) > WEIGHT_MIN)
    .sort((a, b) => Math.abs(found.weights[b]!) - Math.abs(found.weights[a]!) || a - b);
  const of = ({
    return: reward,
    volatility,
    sharpe,
  }: Optimised['expected']): (string | number)[] => [
    percent(reward),
    percent(volatility),
    sharpe.toFixed(2),
  ];
  const trades = found.turnover === undefined ? '' : `, turnover ${percent(found.turnover)}`;
  return [
    table([
      [
        'symbol',
        'weight',
        ...(from === undefined ? [] : ['today']),
        'of risk',
        'volatility',
        'sector',
      ],
      ...held
        .slice(0, top)
        .map((at) => [
          symbols[at]!,
          percent(found.weights[at]!, 2),
          ...(from === undefined ? [] : [percent(from[at]!, 2)]),
          percent(found.riskShares[at]!, 2),
          percent(Math.sqrt(covariance.values[at * symbols.length + at]!)),
          sectors[at]!,
        ]),
    ]),
    ...(held.length > top
      ? [`... and ${held.length - top} more (--top N, or --json for all)`]
      : []),
    '',
    `${held.length} of ${symbols.length} stocks held, as concentrated as ${found.effectiveNames.toFixed(1)} equal ones${trades}`,
    table([
      ['a year', 'return', 'volatility', 'Sharpe'],
      [method, ...of(found.expected)],
      ['equal weights', ...of(found.equalWeights)],
    ]),
    '',
    ...(method === 'black-litterman' ? VIEWED : inSample(lookback)),
    '- The companies are those of April 2021: those that failed before cannot be chosen.',
  ].join('\n');
}

/** What expectations with views rest on. */
const VIEWED = [
  '- Means are what the weights of today (equal ones, without a portfolio) would be best for, moved',
  '  by the views: where the views are wrong, so are they.',
];

/** What expectations of the past rest on. */
function inSample(lookback: number): readonly string[] {
  return [
    `- Means and covariances are those of the last ${lookback} sessions, in sample: what the past`,
    '  rewarded, not a forecast. Means are the least certain of them; max-sharpe rests on them most.',
  ];
}

/** What became of it out of sample, for a reader. */
export function walkText(walk: Walk, method: OptimiseMethod): string {
  const of = (found: Realised): string[] => [
    percent(found.return),
    percent(found.volatility),
    found.sharpe.toFixed(2),
    percent(found.drawdown),
  ];
  const refused = walk.refused === 0 ? '' : `, ${walk.refused} refused and held equally`;
  return [
    '',
    `out of sample, ${dateText(walk.from)} to ${dateText(walk.to)}: built ${walk.built} times from the past alone${refused}; before costs`,
    table([
      ['a year', 'return', 'volatility', 'Sharpe', 'deepest fall'],
      [method, ...of(walk.method)],
      ['equal weights', ...of(walk.equalWeights)],
    ]),
  ].join('\n');
}
