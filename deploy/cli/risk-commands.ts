// Registers the commands on risk: as it is now, what may be done about it, over history, on paper.

import type { Command } from 'commander';
import { QUANTILE_METHODS } from '../../actors/statistics/index.js';
import { BACKTEST_METHODS, TAIL_METHODS } from '../research/backtest-methods.js';
import { COVARIANCES } from '../research/covariance-estimates.js';
import type { AskOptions, ViewOptions } from './ask.js';
import { ASKED, remote, researched, viewed } from './flags.js';
import type { ReportFlags } from './report.js';
import type { BacktestFlags } from './risk-backtest.js';
import type { CheckFlags } from './risk-check.js';
import type { HorizonFlags } from './risk-horizon.js';
import type { DecideFlags } from './risk-limits.js';
import type { MeasureFlags } from './risk-measures.js';
import type { SizeFlags } from './risk-size.js';
import type { StressFlags } from './risk-stress.js';

// Loaded when a command runs: help and refused flags need none of it.
const loadRemote = () => import('./remote.js');
const loadReport = () => import('./report.js');
const loadRiskBacktest = () => import('./risk-backtest.js');
const loadRiskHorizon = () => import('./risk-horizon.js');
const loadRiskMeasures = () => import('./risk-measures.js');
const loadRiskSize = () => import('./risk-size.js');
const loadRiskStress = () => import('./risk-stress.js');
const loadRiskCheck = () => import('./risk-check.js');
const loadRiskLimits = () => import('./risk-limits.js');
const loadRiskStudy = () => import('./risk-study.js');
const loadAlerts = () => import('./alerts.js');

/** Adds `sluice risk`. */
export function addRiskCommands(program: Command): void {
  const risk = program.command('risk').description('risk of portfolios');
  viewed(risk.command('show <portfolio>'))
    .description('value at risk and limits of one portfolio')
    .action(async (id: string, options: ViewOptions) => (await loadRemote()).riskShow(id, options));
  addResearch(risk);
  addSizing(risk);
  addChecks(risk);
  addOverrides(risk);
  addActs(risk);
}

/** Adds `sluice report`. */
export function addReportCommands(program: Command): void {
  const report = program.command('report').description('reports to read and to print');
  researched(report.command('risk <id>'))
    .description('the risk of one portfolio as a self-contained HTML page, and as PDF')
    .option('--out <file>', 'where the page goes (default: risk-ID-DATE.html)')
    .option('--pdf <file>', 'print it too, with the Chromium of this machine or $CHROME_PATH')
    .option('--scenarios <file>', 'scenarios in YAML (default: deploy/config/scenarios.yaml)')
    .action(async (id: string, options: ReportFlags) =>
      (await loadReport()).reportRisk(id, options),
    );
}

/** Flags of what somebody has to answer for. */
function decided(command: Command): Command {
  return remote(command)
    .requiredOption('--by <name>', 'who decides')
    .requiredOption('--reason <text>', 'why');
}

function addResearch(risk: Command): void {
  researched(risk.command('backtest [id...]'))
    .description(
      'value at risk by seven methods against real history; all portfolios without an id',
    )
    .option('--method <list>', `some of ${BACKTEST_METHODS.join(', ')} (default: all)`)
    .option('--window <days>', 'returns that each forecast rests on', '250')
    .option(
      '--holdings <way>',
      'rebalanced (at every close) or held (from the first session)',
      'rebalanced',
    )
    .option('--chart <file>', 'write a chart of one portfolio as SVG')
    .option('--exceptions', 'also list every exception by date, with the forecasts of that day')
    .action(async (ids: readonly string[], options: BacktestFlags) =>
      (await loadRiskBacktest()).riskBacktest(ids, options),
    );
  researched(risk.command('measures <id>'))
    .description("one day's risk by every method, with its parts by holding, bets and ways out")
    .option('--confidence <share>', 'such as 0.99', '0.99')
    .option('--window <days>', 'last returns that it rests on', '504')
    .option('--quantile <name>', `one of ${QUANTILE_METHODS.join(', ')}`, 'linear')
    .option('--covariance <way>', `one of ${COVARIANCES.join(', ')}`, 'sample')
    .option('--method <list>', `some of ${TAIL_METHODS.join(', ')} (default: all)`)
    .option('--degrees <n>', 'of freedom of the copula of monte-carlo-t', '5')
    .option('--paths <n>', 'that are simulated', '20000')
    .option('--seed <n>', 'of the simulation', '1')
    .option(...ASKED)
    .action(async (id: string, options: MeasureFlags) =>
      (await loadRiskMeasures()).riskMeasures(id, options),
    );
  researched(risk.command('horizon <id>'))
    .description('what several days may lose: scaled, by overlapping windows, by simulation')
    .option('--days <n>', 'of the horizon', '10')
    .option('--confidence <share>', 'such as 0.99', '0.99')
    .option('--window <days>', 'last returns that it rests on', '504')
    .option('--paths <n>', 'that are simulated', '20000')
    .option('--seed <n>', 'of the simulation', '1')
    .option(
      '--holdings <way>',
      'rebalanced (at every close) or held (from the first session)',
      'rebalanced',
    )
    .action(async (id: string, options: HorizonFlags) =>
      (await loadRiskHorizon()).riskHorizon(id, options),
    );
  researched(risk.command('stress [id...]'))
    .description('bad times of the past, your scenarios, and the move that breaks each limit')
    .option('--scenarios <file>', 'scenarios in YAML (default: deploy/config/scenarios.yaml)')
    .option(...ASKED)
    .action(async (ids: readonly string[], options: StressFlags) =>
      (await loadRiskStress()).riskStress(ids, options),
    );
}

function addSizing(risk: Command): void {
  risk
    .command('size <symbol>')
    .description('how many shares each rule of sizing allows, from the past of the stock')
    .requiredOption('--equity <dollars>', 'that the position is sized by')
    .option('--lot <n>', 'smallest quantity; sizes are rounded down to it', '1')
    .option('--leverage <share>', 'of equity that a position is at most', '1')
    .option('--window <days>', 'returns that figures rest on', '252')
    .option('--risk-free <share>', 'interest a year', '0')
    .option('--kelly <share>', "of Kelly's fraction", '0.5')
    .option('--volatility <share>', 'a year, to aim at', '0.1')
    .option('--risk <share>', 'of equity lost at the stop', '0.01')
    .option('--multiple <n>', 'average true ranges to the stop', '3')
    .option('--share <share>', 'of equity, of the fixed fraction', '0.05')
    .option('--loss <dollars>', 'that the worst day may cost (default: --risk of equity)')
    .option('--data <file>', 'Parquet file of daily bars (default: the sample)')
    .option('--to <date>', 'last session (default: the last of the file)')
    .option(...ASKED)
    .option('--json', 'print JSON')
    .action(async (symbol: string, options: SizeFlags) =>
      (await loadRiskSize()).riskSize(symbol, options),
    );
}

function addChecks(risk: Command): void {
  remote(risk.command('check <portfolio>'))
    .description('what an order would do to a portfolio, judged by every rule; changes nothing')
    .requiredOption('--symbol <symbol>', 'what is bought or sold')
    .requiredOption('--quantity <n>', 'shares; below 0 sells')
    .option('--price <n>', 'dollars a share (default: the last price)')
    .option('--fee <n>', 'dollars')
    .option('--exercise', 'exercise so many contracts of an option that is held')
    .action(async (id: string, options: CheckFlags) =>
      (await loadRiskCheck()).riskCheck(id, options),
    );
  remote(risk.command('limits [scope...]'))
    .description('limits of portfolio/ID and group/ID with how much is used; all without a scope')
    .action(async (scopes: readonly string[], options: AskOptions) =>
      (await loadRiskLimits()).riskLimits(scopes, options),
    );
  remote(risk.command('study <portfolio>'))
    .description('what it holds put through the past: parts of the tail and bad times')
    .action(async (id: string, options: AskOptions) =>
      (await loadRiskStudy()).riskStudy(id, options),
    );
}

function addOverrides(risk: Command): void {
  const override = risk.command('override').description("set a limit's action aside for a while");
  decided(override.command('request <scope> <measure> <level>'))
    .description('ask for it, such as portfolio/megacaps single_name hard')
    .option('--minutes <n>', 'minutes of market time', '60')
    .action(
      async (
        scope: string,
        measure: string,
        level: string,
        options: DecideFlags & { readonly minutes: string },
      ) => (await loadRiskLimits()).overrideRequest([scope, measure, level], options),
    );
  remote(override.command('approve <id>'))
    .description('approve what another person asked for')
    .requiredOption('--by <name>', 'who approves')
    .action(async (id: string, options: AskOptions & { readonly by: string }) =>
      (await loadRiskLimits()).overrideApprove(id, options),
    );
  remote(override.command('revoke <id>'))
    .description('take one back, asked for or in force: one person is enough')
    .requiredOption('--by <name>', 'who revokes')
    .action(async (id: string, options: AskOptions & { readonly by: string }) =>
      (await loadRiskLimits()).overrideRevoke(id, options),
    );
}

function addActs(risk: Command): void {
  decided(risk.command('kill'))
    .description('let no trade of any portfolio pass, until it is turned off')
    .option('--off', 'turn the kill switch off')
    .action(async (options: DecideFlags & { readonly off?: boolean }) =>
      (await loadRiskLimits()).riskKill(options),
    );
  remote(risk.command('alerts'))
    .description('limits broken or kept again, rules raised or released: each told once')
    .option('--limit <n>', 'the newest of them; 0 for all that are kept', '0')
    .option('--before <number>', 'only those of smaller numbers', '0')
    .action(async (options: AskOptions & { readonly limit: string; readonly before: string }) =>
      (await loadAlerts()).riskAlerts(options),
    );
  remote(risk.command('flatten <portfolio>'))
    .description('the trades that would close every position: a proposal, nothing is traded')
    .action(async (id: string, options: AskOptions) =>
      (await loadRiskLimits()).riskFlatten(id, options),
    );
}
