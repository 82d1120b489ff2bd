// `sluice risk backtest`: value at risk by several methods against real history.

import { Fault } from '../../engine/index.js';
import { wholeFlag } from '../app/settings.js';
import { backtestChart } from '../report/backtest-chart.js';
import { percent, svgFile } from '../report/svg.js';
import { BACKTEST_METHODS, type BacktestMethod } from '../research/backtest-methods.js';
import {
  type Holdings,
  type PortfolioHistory,
  portfolioHistory,
} from '../research/portfolio-history.js';
import { type BacktestRow, backtestReturns, CONFIDENCES } from '../research/risk-backtest.js';
import { exceptionsText } from './backtest-exceptions.js';
import {
  chosen,
  type HistoryOptions,
  holdingsFlag,
  readConfig,
  readInputs,
  wordsFlag,
  writeResult,
} from './history-options.js';
import { counted, dateText, print, say, table } from './output.js';
import { stepBar } from './progress.js';

/** Flags of the command, as typed. */
export interface BacktestFlags extends HistoryOptions {
  readonly method?: string;
  readonly window: string;
  readonly holdings: string;
  readonly chart?: string;
  readonly exceptions?: boolean;
}

/** Chance below which a test rejects a model. */
const REJECT_BELOW = 0.05;

/** Portfolios up to so many are told one by one, more as counts. */
const TOLD_MAX = 3;

interface Backtest {
  readonly history: PortfolioHistory;
  readonly rows: readonly BacktestRow[];
}

/** Runs the command. Errors: `flag.invalid`, `config.*`, `data.*`, `portfolio.*`. */
export async function riskBacktest(ids: readonly string[], flags: BacktestFlags): Promise<void> {
  const window = wholeFlag('--window', flags.window, 100, 1_000);
  const methods = wordsFlag('--method', flags.method, BACKTEST_METHODS);
  const holdings = holdingsFlag(flags.holdings);
  const wanted = chosen(readConfig(flags), ids);
  if (flags.chart !== undefined && wanted.length !== 1) {
    const text = `--chart: expected the id of one portfolio, was ${wanted.length} portfolios`;
    throw new Fault('flag.invalid', text);
  }
  const { history, members } = await readInputs(flags);
  if (history.dates.length - 1 < window + 2) {
    const text = `--window: expected fewer than the ${history.dates.length - 1} returns of the data by 2 or more, was ${window}`;
    throw new Fault('flag.invalid', text);
  }
  say(
    `sluice: ${counted(wanted.length, 'portfolio')}, ${counted(methods.length, 'method')}, window of ${window} days ...`,
  );
  const left: string[] = [];
  const bar = stepBar('backtest', 'portfolio', wanted.length);
  const tests = wanted.flatMap((config, index): Backtest[] => {
    bar?.update(index);
    try {
      const found = portfolioHistory(config, history, members, holdings);
      return [
        { history: found, rows: backtestReturns(found.dates, found.returns, { window, methods }) },
      ];
    } catch (error) {
      // One that was asked for by itself fails the command; of many the others are still told.
      if (!(error instanceof Fault) || wanted.length === 1) throw error;
      left.push(`${error.code}: ${error.message}`);
      return [];
    }
  });
  bar?.stop();
  const [only] = tests;
  if (flags.chart !== undefined && only !== undefined) {
    writeResult(flags.chart, svgFile(backtestChart(only.history, only.rows)));
    say(`sluice: wrote ${flags.chart}`);
  }
  const caveats = caveatsOf(holdings);
  const result = { holdings, window, caveats, leftOut: left, portfolios: tests.map(plainBacktest) };
  print(result, flags.json === true, () =>
    [
      ...(tests.length <= TOLD_MAX ? tests.map(oneText) : [manyText(tests, methods)]),
      ...(flags.exceptions === true ? tests.flatMap(datesText) : []),
      `forecasts from the ${window} returns before each day; losses are below zero, forecasts above`,
      ...left.map((text) => `left out: ${text}`),
      ...caveats.map((text) => `- ${text}`),
    ].join('\n'),
  );
}

/** What a reader must know to judge the figures. */
function caveatsOf(holdings: Holdings): string[] {
  return [
    holdings === 'rebalanced'
      ? 'Holdings: set back to the equal weights of the rule at every close, among the names that trade then; costs are left out.'
      : 'Holdings: bought at the first session in equal weights and left; names that were listed later are missing; costs are left out.',
    'Survivorship: the companies are those of April 2021; who failed before is missing, so losses were larger than these.',
    'A forecast for a day knows the returns of the window before it only. p below 0.05 rejects: Kupiec the number of exceptions, Christoffersen that they come apart.',
    `GARCH is fitted once a month; a search that does not settle, and moments outside Cornish-Fisher's domain, fall back on EWMA and the normal, and are counted.`,
    'The light is over all days, by the cumulative binomial; "worst 250" is the worst year that a supervisor could have looked at.',
  ];
}

function plainBacktest({ history, rows }: Backtest): unknown {
  const { id, name, dates, names, namesAtFirst } = history;
  return {
    id,
    name,
    from: dates[0],
    to: dates[dates.length - 1],
    names,
    namesAtFirst,
    // Forecasts of every day are for charts: too many for a reader of the table.
    methods: rows.map(({ forecasts: _forecasts, ...row }) => row),
  };
}

function oneText({ history, rows }: Backtest): string {
  const { id, dates } = history;
  const first = dates[dates.length - (rows[0]?.observations ?? 1)]!;
  return [
    `${id}: ${rows[0]?.observations ?? 0} days, ${dateText(first)} to ${dateText(dates[dates.length - 1]!)}`,
    table([
      [
        'method',
        'level',
        'exceptions',
        'expected',
        'Kupiec p',
        'Christoff. p',
        'both p',
        'light',
        'worst 250',
        'crash 2020',
        'beyond',
        'mean VaR',
        'fallbacks',
      ],
      ...rows.map((row) => [
        row.method,
        percent(row.confidence, 0),
        row.exceptionCount,
        row.expected.toFixed(1),
        row.kupiec.pValue.toFixed(4),
        row.independence.pValue.toFixed(4),
        row.conditionalCoverage.pValue.toFixed(4),
        row.light,
        `${row.worstYear.exceptionCount} ${row.worstYear.light}`,
        `${row.crash.exceptionCount} of ${row.crash.observations}`,
        percent(row.excess, 0),
        percent(row.meanForecast, 2),
        row.fallbacks,
      ]),
    ]),
    '',
  ].join('\n');
}

function datesText({ history, rows }: Backtest): string[] {
  return CONFIDENCES.map((level) => `${history.id}: ${exceptionsText(history, rows, level)}`);
}

function manyText(tests: readonly Backtest[], methods: readonly BacktestMethod[]): string {
  const rows = methods.flatMap((method) =>
    CONFIDENCES.map((confidence) => {
      const found = tests.flatMap((test) =>
        test.rows.filter((row) => row.method === method && row.confidence === confidence),
      );
      const count = (holds: (row: BacktestRow) => boolean): number => found.filter(holds).length;
      const sum = (value: (row: BacktestRow) => number): number =>
        found.reduce((total, row) => total + value(row), 0);
      return [
        method,
        percent(confidence, 0),
        sum((row) => row.exceptionCount),
        sum((row) => row.expected).toFixed(0),
        count((row) => row.kupiec.pValue < REJECT_BELOW),
        count((row) => row.independence.pValue < REJECT_BELOW),
        count((row) => row.light === 'green'),
        count((row) => row.light === 'yellow'),
        count((row) => row.light === 'red'),
        count((row) => row.worstYear.light === 'red'),
        `${sum((row) => row.crash.exceptionCount)} of ${sum((row) => row.crash.observations)}`,
      ];
    }),
  );
  return [
    `${counted(tests.length, 'portfolio')}: how many each method fails (name one for its own table)`,
    table([
      [
        'method',
        'level',
        'exceptions',
        'expected',
        'Kupiec rejects',
        'Christoff. rejects',
        'green',
        'yellow',
        'red',
        'red worst 250',
        'crash 2020',
      ],
      ...rows,
    ]),
    '',
  ].join('\n');
}
