// `sluice portfolio optimise`: a portfolio built of chosen stocks, with what it would risk.

import { LINKAGES } from '../../actors/optimise/index.js';
import { Fault, type Refusal } from '../../engine/index.js';
import { invalid, wholeFlag } from '../app/settings.js';
import { percent } from '../report/svg.js';
import {
  COVARIANCES,
  OPTIMISE_METHODS,
  type OptimiseBounds,
  type Optimised,
  type OptimiseMethod,
  type OptimiseProblem,
  type OptimiseWish,
  optimise,
  problemOf,
} from '../research/optimise-run.js';
import { blended, type View } from '../research/optimise-views.js';
import { type Realised, type Walk, walkForward } from '../research/optimise-walk.js';
import { sidesOf, weightsNow } from '../research/portfolio-history.js';
import {
  chosen,
  type HistoryInputs,
  type HistoryOptions,
  numberFlag,
  readConfig,
  readInputs,
  wordFlag,
} from './history-options.js';
import { dateText, EXIT, print, say, table } from './output.js';

/** Flags of the command, as typed. */
export interface OptimiseFlags extends HistoryOptions {
  readonly symbols?: string;
  readonly method: string;
  readonly minWeight?: string;
  readonly maxWeight?: string;
  readonly sectorMax?: string;
  readonly turnover?: string;
  readonly target?: string;
  readonly riskFree: string;
  readonly lookback: string;
  readonly covariance: string;
  readonly linkage: string;
  readonly top: string;
  readonly walk?: boolean;
  readonly view: readonly string[];
  readonly tau: string;
  readonly aversion: string;
}

/** Methods that bounds can be put on. */
const BOUNDED: readonly OptimiseMethod[] = [
  'min-variance',
  'max-sharpe',
  'black-litterman',
  'target-return',
];

/** A view: what a stock returns a year, or how much more than another. */
const VIEW = /^([A-Z0-9.]{1,12})(?:>([A-Z0-9.]{1,12}))?=([+-]?\d*\.?\d+)$/;

/** Weights below this are none: what rounding leaves of a stock that is not wanted. */
const WEIGHT_MIN = 1e-9;

/** Runs the command. A refusal is printed with its numbers, and ends it with exit code 1. */
export async function portfolioOptimise(
  id: string | undefined,
  flags: OptimiseFlags,
): Promise<void> {
  const checked = checkFlags(id, flags);
  if (id !== undefined) chosen(readConfig(flags), [id]);
  const { lookback, covariance } = checked;
  const inputs = await readInputs(flags);
  const { rows, weights } = stocksOf(id, flags.symbols, inputs);
  const { history, members } = inputs;
  const problem = problemOf({ history, members, rows, lookback, covariance });
  if (problem.leftOut.length > 0) {
    say(`sluice: left out, without ${lookback} returns: ${problem.leftOut.join(', ')}`);
  }
  const from = weights === undefined ? undefined : problem.rows.map((row) => weights.get(row) ?? 0);
  const wish = wishOf(checked, from);
  const seen = checked.method === 'black-litterman' ? viewed(problem, checked, from) : problem;
  const found = 'kind' in seen ? seen : optimise(seen, wish, from);
  if (found.kind === 'refusal') {
    const { code, text } = found;
    print({ refused: { code, text } }, flags.json === true, () => `refused: ${code}: ${text}`);
    process.exitCode = EXIT.failed;
    return;
  }
  const input = { history, members, rows, lookback, covariance };
  const walk = flags.walk === true ? walkForward(input, wish) : undefined;
  if (flags.walk === true && walk === undefined) {
    throw new Fault(
      'data.too_little_history',
      `expected a quarter after the lookback of ${lookback} returns to walk through, was ${history.dates.length} sessions in all`,
    );
  }
  const asOf = history.dates[history.dates.length - 1]!;
  const result = plainResult(problem, found, from);
  const told = { asOf, method: wish.method, lookback, covariance, ...result };
  print(walk === undefined ? told : { ...told, walk }, flags.json === true, () =>
    [
      resultText(problem, found, { from, top: checked.top, method: wish.method, lookback }),
      ...(walk === undefined ? [] : [walkText(walk, wish.method)]),
    ].join('\n'),
  );
}

/** The problem as the views leave it: beside the portfolio's weights of today, or equal ones. */
function viewed(
  problem: OptimiseProblem,
  { views, tau, aversion, riskFree }: Checked,
  from: readonly number[] | undefined,
): OptimiseProblem | Refusal {
  const { length } = problem.symbols;
  const market = from ?? new Float64Array(length).fill(1 / length);
  const whole = Array.from(market).reduce((sum, weight) => sum + weight, 0);
  return blended(problem, {
    views,
    market: Array.from(market, (weight) => weight / whole),
    tau,
    riskAversion: aversion,
    riskFree,
  });
}

function viewOf(text: string): View {
  const [, symbol, than, value] = VIEW.exec(text.toUpperCase().replaceAll(' ', '')) ?? [];
  if (symbol === undefined || value === undefined) {
    throw invalid('--view', 'a return a year such as AAPL=0.12 or "KO>PEP=0.03"', text);
  }
  return { symbol, ...(than !== undefined && { than }), return: Number(value) };
}

type Checked = ReturnType<typeof checkFlags>;

function checkFlags(id: string | undefined, flags: OptimiseFlags) {
  if ((id === undefined) === (flags.symbols === undefined)) {
    const was = id === undefined ? 'neither' : 'both';
    throw new Fault(
      'flag.invalid',
      `--symbols: expected either the id of a portfolio or --symbols, was ${was}`,
    );
  }
  const method = wordFlag('--method', flags.method, OPTIMISE_METHODS);
  const bounds = ['minWeight', 'maxWeight', 'sectorMax', 'turnover'] as const;
  for (const name of bounds) {
    if (flags[name] === undefined || BOUNDED.includes(method)) continue;
    throw new Fault(
      'flag.invalid',
      `${dashed(name)}: expected --method ${BOUNDED.join(', ')}, was ${method}, which follows risk alone`,
    );
  }
  if ((method === 'target-return') !== (flags.target !== undefined)) {
    throw new Fault(
      'flag.invalid',
      '--target: expected with --method target-return, and only then',
    );
  }
  if (flags.walk === true && flags.turnover !== undefined) {
    throw new Fault(
      'flag.invalid',
      '--walk: expected no --turnover, which is from the weights of today',
    );
  }
  if ((method === 'black-litterman') !== flags.view.length > 0) {
    throw new Fault(
      'flag.invalid',
      '--view: expected with --method black-litterman, and only then',
    );
  }
  if (flags.walk === true && method === 'black-litterman') {
    throw new Fault('flag.invalid', '--walk: expected no --view, which is one of today');
  }
  if (flags.turnover !== undefined && id === undefined) {
    throw new Fault('flag.invalid', '--turnover: expected the id of a portfolio to trade from');
  }
  const fraction = (name: (typeof bounds)[number], low: number, high: number) => {
    const text = flags[name];
    return text === undefined ? undefined : numberFlag(dashed(name), text, low, high);
  };
  return {
    method,
    minWeight: fraction('minWeight', -5, 1) ?? 0,
    maxWeight: fraction('maxWeight', 0, 5),
    sectorMax: fraction('sectorMax', 0, 5),
    turnover: fraction('turnover', 0, 20),
    target: flags.target === undefined ? 0 : numberFlag('--target', flags.target, -10, 100),
    riskFree: numberFlag('--risk-free', flags.riskFree, -0.5, 1),
    lookback: wholeFlag('--lookback', flags.lookback, 60, 5_000),
    covariance: wordFlag('--covariance', flags.covariance, COVARIANCES),
    linkage: wordFlag('--linkage', flags.linkage, LINKAGES),
    views: flags.view.map(viewOf),
    tau: numberFlag('--tau', flags.tau, 1e-6, 10),
    aversion: numberFlag('--aversion', flags.aversion, 0.01, 100),
    top: wholeFlag('--top', flags.top, 1, 100_000),
  };
}

function dashed(name: string): string {
  return `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

function wishOf(checked: Checked, from: readonly number[] | undefined): OptimiseWish {
  const { minWeight, maxWeight, sectorMax, turnover } = checked;
  const bounds: OptimiseBounds = {
    minWeight,
    maxWeight,
    sectorMax,
    turnover: turnover === undefined || from === undefined ? undefined : { from, max: turnover },
  };
  const { method, riskFree, target, linkage } = checked;
  return { method, bounds, riskFree, target, linkage };
}

/** The stocks to choose from, and today's weights where they are those of a portfolio. */
function stocksOf(
  id: string | undefined,
  symbols: string | undefined,
  { history, members, config }: HistoryInputs,
): { readonly rows: readonly number[]; readonly weights?: ReadonlyMap<number, number> } {
  if (id !== undefined) {
    const weights = weightsNow(
      chosen(config, [id]).flatMap((one) => sidesOf(one, history.symbols, members)),
      history,
    );
    return { rows: [...weights.keys()].sort((a, b) => a - b), weights };
  }
  const names = (symbols ?? '').split(',').map((name) => name.trim().toUpperCase());
  const missing = names.filter((name) => !history.symbols.includes(name));
  if (missing.length > 0) {
    throw invalid('--symbols', 'symbols that the data has, such as AAPL,MSFT', missing.join(','));
  }
  return {
    rows: [...new Set(names.map((name) => history.symbols.indexOf(name)))].sort((a, b) => a - b),
  };
}

function plainResult(
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

function resultText(
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

function walkText(walk: Walk, method: OptimiseMethod): string {
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
