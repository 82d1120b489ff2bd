#!/usr/bin/env -S node --v8-pool-size=1
// The command line: every command, its flags and its help.

import { Command } from 'commander';
import { LINKAGES } from '../../actors/optimise/index.js';
import { type ConsoleOptions, runConsole } from '../console/console.js';
import { releaseVersion } from '../release/version.js';
import { COVARIANCES, OPTIMISE_METHODS } from '../research/optimise-run.js';
import { BACKTEST_METHODS } from '../research/risk-backtest.js';
import { addActorCommands } from './actor-commands.js';
import { addAlertCommands } from './alerts.js';
import type { AskOptions, ViewOptions } from './ask.js';
import { type BackfillFlags, runBackfill } from './backfill.js';
import { type BarsOptions, bars } from './bars.js';
import { barsCompare, type CompareFlags } from './bars-compare.js';
import { barsLive, type LiveBarsFlags } from './bars-live.js';
import { bookCheck, bookList, bookShow } from './book.js';
import { addDataCommands } from './data-commands.js';
import { type FeaturesFlags, featuresJoin, featuresList } from './features.js';
import { explainItself, flagHint } from './help.js';
import { backup, journalInspect, journalVerify, restore, type UntilOptions } from './journal.js';
import { type DoctorOptions, doctor, type LocalOptions } from './local.js';
import { type OptimiseFlags, portfolioOptimise } from './optimise.js';
import { fail, outliveReaders } from './output.js';
import { portfolioLots } from './portfolio-books.js';
import { addPortfolioCommands } from './portfolio-commands.js';
import { addRecordingCommands } from './recording-commands.js';
import {
  funnelDiff,
  funnelExplain,
  funnelShow,
  portfolioList,
  portfolioShow,
  riskShow,
} from './remote.js';
import { type ReportFlags, reportRisk } from './report.js';
import { funnelCompare, funnelStudy } from './research.js';
import { type BacktestFlags, riskBacktest } from './risk-backtest.js';
import { addLiveRiskCommands } from './risk-commands.js';
import { type HorizonFlags, riskHorizon } from './risk-horizon.js';
import { riskStress, type StressFlags } from './risk-stress.js';
import { run } from './run.js';
import { FEEDS, type RunOptions } from './run-options.js';
import { type SourcesOptions, sourcesCheck, sourcesList } from './sources.js';
import { type SqlFlags, sql } from './sql.js';
import { addUniverseCommands } from './universe-commands.js';
import { verify } from './verify.js';

const program = new Command('sluice')
  .description('A streaming trading engine made of supervised actors on worker threads.')
  .version(releaseVersion())
  // Flags behind a command's name are that command's own.
  .enablePositionalOptions();

/** Where a run listens, and the doctor looks. */
const HOST = ['--host <address>', 'address to listen on', '127.0.0.1'] as const;
const PORT = ['--port <n>', 'dashboard, HTTP and WebSocket', '8080'] as const;
const GRPC_PORT = ['--grpc-port <n>', 'gRPC', '50051'] as const;

/** Help of `--until`. */
const UNTIL =
  'last position, or event time such as 2021-02-16 or 2021-02-16T15:30Z: the first later event ends it';

/** Flags that choose what is streamed. */
function streamed(command: Command): Command {
  return command
    .option('--data <file>', 'Parquet file of daily bars (default: the sample)')
    .option('--data-dir <dir>', 'where state is kept', 'data')
    .option('--symbols <list>', 'only these, such as AAPL,MSFT')
    .option('--from <date>', 'first streamed session', '2021-01-04')
    .option('--to <date>', 'last session (default: the last of the file)')
    .option('--warmup <days>', 'sessions of history before it (default: all)')
    .option('--ticks-per-bar <n>', 'derived prints of each daily bar, 8 or more', '8')
    .option('--shards <n>', 'worker threads (default: cores less one, at most 4)')
    .option('--funnel <file>', 'funnel configuration')
    .option('--portfolios <file>', 'portfolio configuration')
    .option('--alerts <file>', 'alert rules')
    .option('--bars <file>', 'series of bars that are built live');
}

/** Which system is asked. */
const ADDRESS = [
  '--address <host:port>',
  'gRPC address of the system (default: $SLUICE_ADDRESS, or 127.0.0.1:50051)',
] as const;

/** Flags of commands that ask a running system. */
function remote(command: Command): Command {
  return command.option(...ADDRESS).option('--json', 'print JSON');
}

/** Flags of commands that the last run answers where nothing is running. */
function viewed(command: Command): Command {
  return remote(command).option(
    '--data-dir <dir>',
    'whose last run to show when nothing is running and no --address is given',
    'data',
  );
}

/** Flags of commands on the data directory. */
function local(command: Command): Command {
  return command
    .option('--data-dir <dir>', 'where state is kept', 'data')
    .option('--json', 'print JSON');
}

/** Flags of research on the portfolios over history. */
function researched(command: Command): Command {
  return command
    .option('--data <file>', 'Parquet file of daily bars (default: the sample)')
    .option('--portfolios <file>', 'portfolio configuration')
    .option('--to <date>', 'last session (default: the last of the file)')
    .option('--json', 'print JSON');
}

streamed(program.command('run'))
  .description('stream a market through symbol and portfolio actors, and serve it')
  .option('--pace <n>', 'sessions a second, or max', '1')
  .option(
    '--feed <name>',
    `${FEEDS.join(', ')}: with the latter captured order books beside the derived prints`,
    'derived',
  )
  .option('--book-pace <n>', 'captured books: times the speed of life, or max', '1')
  .option('--resume', 'go on where the replay in the data directory stopped')
  .option(
    '--record <dir>',
    'record all that enters, for sluice replay and sluice sql; a folder for each run',
  )
  .option(
    '--record-raw <gb>',
    'also keep what the vendors of --source send, as it comes: the newest of so many gigabytes',
  )
  .option('--once', 'end after the replay, with no services')
  .option('--report <file>', 'write the results as JSON')
  .option(...HOST)
  .option(...PORT)
  .option(...GRPC_PORT)
  .option('--nng-sub <url>', 'SUB socket for packed frames, such as tcp://127.0.0.1:5555')
  .option('--nng-pull <url>', 'PULL socket for packed frames')
  .option('--source <name>', 'live source of trades, see sources list; needs --symbols')
  .option('--backup-source <name>', 'stands in while --source is away; of the same tape')
  .option('--kill-shard <shard@date>', 'drill: kill a worker thread after that session')
  .option('--quiet', 'no line for each session')
  .option('--json', 'print the report as JSON')
  .action((options: RunOptions) => run(options));

const funnel = program.command('funnel').description('the research funnel');
viewed(funnel.command('show'))
  .description('stages, members and survivors')
  .action((options: ViewOptions) => funnelShow(options));
viewed(funnel.command('explain <symbol>'))
  .description('which conditions a symbol passes, with the values seen')
  .action((symbol: string, options: ViewOptions) => funnelExplain(symbol, options));
viewed(funnel.command('diff'))
  .description('what changed at a close')
  .option('--date <date>', 'the session (default: the last completed one)')
  .action((options: ViewOptions & { readonly date?: string }) => funnelDiff(options));
streamed(funnel.command('compare'))
  .description('stream the market and compare every close with DuckDB over history')
  .option('--json', 'print JSON')
  .action((options: RunOptions) => funnelCompare(options));
streamed(funnel.command('study'))
  .description('forward returns of each stage against the universe, over all history')
  .option('--costs-bps <n>', 'round-trip costs in basis points', '10')
  .option('--seed <n>', 'seed of the bootstrap', '1')
  .option('--json', 'print JSON')
  .action((options: RunOptions & { readonly costsBps: string; readonly seed: string }) =>
    funnelStudy(options),
  );

const portfolio = program.command('portfolio').description('portfolios and their positions');
viewed(portfolio.command('list'))
  .description('every portfolio on a line')
  .action((options: ViewOptions) => portfolioList(options));
viewed(portfolio.command('show <id>'))
  .description('the positions of one portfolio')
  .option('--lots', 'its open lots instead')
  .action((id: string, options: ViewOptions & { readonly lots?: boolean }) =>
    options.lots === true ? portfolioLots(id, options) : portfolioShow(id, options),
  );
addPortfolioCommands(portfolio, { remote, viewed });
researched(portfolio.command('optimise [id]'))
  .description('build a portfolio of chosen stocks, or of the stocks of a portfolio')
  .option('--symbols <list>', 'the stocks to choose from, such as AAPL,MSFT,KO')
  .option('--method <name>', OPTIMISE_METHODS.join(', '), 'min-variance')
  .option('--min-weight <n>', 'least weight of each stock; below 0 allows shorts (default: 0)')
  .option('--max-weight <n>', 'largest weight of each stock, such as 0.1')
  .option('--sector-max <n>', 'largest weight of each sector')
  .option('--turnover <n>', "most to trade from the portfolio's weights, buys and sells together")
  .option('--target <n>', 'return a year of target-return, such as 0.15')
  .option(
    '--view <text>',
    'of black-litterman, as often as needed: AAPL=0.12, or "KO>PEP=0.03" a year',
    (view: string, views: readonly string[]) => [...views, view],
    [],
  )
  .option('--tau <n>', 'uncertainty of what today implies, a share of the covariance', '0.05')
  .option('--aversion <n>', "risk aversion that explains today's weights", '2.5')
  .option('--risk-free <n>', 'return a year without risk', '0')
  .option('--lookback <days>', 'returns that estimates rest on', '252')
  .option('--covariance <name>', COVARIANCES.join(', '), 'shrunk')
  .option('--linkage <name>', `of hrp: ${LINKAGES.join(', ')}`, 'single')
  .option('--walk', 'also build it each quarter of history from the past alone, and tell what came')
  .option('--top <n>', 'stocks shown', '30')
  .action((id: string | undefined, options: OptimiseFlags) => portfolioOptimise(id, options));

const risk = program.command('risk').description('risk of portfolios');
viewed(risk.command('show <portfolio>'))
  .description('value at risk and limits of one portfolio')
  .action((id: string, options: ViewOptions) => riskShow(id, options));
researched(risk.command('backtest [id...]'))
  .description('value at risk by seven methods against real history; all portfolios without an id')
  .option('--method <list>', `some of ${BACKTEST_METHODS.join(', ')} (default: all)`)
  .option('--window <days>', 'returns that each forecast rests on', '250')
  .option(
    '--holdings <way>',
    'rebalanced (at every close) or held (from the first session)',
    'rebalanced',
  )
  .option('--chart <file>', 'write a chart of one portfolio as SVG')
  .action((ids: readonly string[], options: BacktestFlags) => riskBacktest(ids, options));
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
  .action((id: string, options: HorizonFlags) => riskHorizon(id, options));
researched(risk.command('stress [id...]'))
  .description('bad times of the past, your scenarios, and the move that breaks each limit')
  .option('--scenarios <file>', 'scenarios in YAML (default: deploy/config/scenarios.yaml)')
  .action((ids: readonly string[], options: StressFlags) => riskStress(ids, options));

addLiveRiskCommands(risk, remote);
addAlertCommands(program, remote);

const report = program.command('report').description('reports to read and to print');
researched(report.command('risk <id>'))
  .description('the risk of one portfolio as a self-contained HTML page, and as PDF')
  .option('--out <file>', 'where the page goes (default: risk-ID-DATE.html)')
  .option('--pdf <file>', 'print it too, with the Chromium of this machine or $CHROME_PATH')
  .option('--scenarios <file>', 'scenarios in YAML (default: deploy/config/scenarios.yaml)')
  .action((id: string, options: ReportFlags) => reportRisk(id, options));

addActorCommands(program, { remote, viewed });
program
  .command('console')
  .description('the live actor tree in the terminal, with its levers')
  .option(...ADDRESS)
  .option('--once', 'print one frame and end')
  .option('--match <text>', 'only addresses that contain this', '')
  .option('--sort <order>', 'as of actors tree', 'tree')
  .action((options: ConsoleOptions) => runConsole(options));

const journal = program.command('journal').description('the journal in the data directory');
local(journal.command('inspect'))
  .description('how many events of which kinds')
  .option('--until <end>', UNTIL)
  .action((options: UntilOptions) => journalInspect(options));
local(journal.command('verify'))
  .description('find any damage: pages, hash chain, checksums; also while the system runs')
  .action((options: LocalOptions) => journalVerify(options));
local(program.command('backup <target>'))
  .description('copy the journal to a file, or into a folder, also while the system runs')
  .action((target: string, options: LocalOptions) => backup(target, options));
local(program.command('restore <from>'))
  .description('make a backup, or the newest of a folder, the journal of a new data directory')
  .option('--until <end>', UNTIL)
  .action((from: string, options: UntilOptions) => restore(from, options));

const sources = program.command('sources').description('where market data comes from');
sources
  .command('list')
  .description('every source, what it can do, and what its configuration lacks')
  .option('--json', 'print JSON')
  .action((options: SourcesOptions) => sourcesList(options));
sources
  .command('check [name...]')
  .description('try sources against vendors on this machine, check by numbered check')
  .option('--json', 'print JSON')
  .action((names: readonly string[], options: SourcesOptions) => sourcesCheck(names, options));

addRecordingCommands(program, local);
program
  .command('sql <query>')
  .description(
    'one query over what was recorded and fetched (prints, events, raw, bars_1d, trades ...) and what portfolios hold (portfolios, positions, memberships, scenario_profits, group_profits, desks ...)',
  )
  .option('--dir <dir>', 'a folder of recordings and history', 'data')
  .option('--rows <n>', 'rows shown at most', '1000')
  .option('--seconds <n>', 'time a query may take', '30')
  .option('--memory <mb>', 'memory a query may take', '1024')
  .option('--address <host:port>', 'system to ask of portfolios')
  .option('--data-dir <dir>', 'whose last run to ask where none runs', 'data')
  .option('--json', 'print JSON')
  .action((query: string, options: SqlFlags) => sql(query, options));
const features = program.command('features').description('named, versioned sets of features');
features
  .command('list')
  .description('every version that was declared')
  .option('--dir <dir>', 'folder of the feature store', 'data/features')
  .option('--json', 'print JSON')
  .action((options: FeaturesFlags) => featuresList(options));
features
  .command('join <set> <file>')
  .description('features (NAME@VERSION) at the symbols and time_us of a CSV, as known then')
  .option('--dir <dir>', 'folder of the feature store', 'data/features')
  .option('--json', 'print JSON')
  .action((set: string, file: string, options: FeaturesFlags) => featuresJoin(set, file, options));
program
  .command('backfill')
  .description('fetch history, the first symbols first, within a budget; goes on where it stopped')
  .requiredOption('--source <name>', 'of sources list')
  .option('--symbols <list>', 'such as AAPL,MSFT, the most important first')
  .option('--list <file>', 'symbols in a file, the most important first')
  .option('--kind <kind>', 'bars-1d, bars-1m, trades or quotes', 'bars-1d')
  .requiredOption('--from <date>', 'first day')
  .option('--to <date>', 'last day (default: yesterday)')
  .option('--budget <n>', "calls in any 24 hours (default: the source's own limit)")
  .option('--record-raw <gb>', 'also keep what the vendor answers, as it comes: the newest of it')
  .option('--data-dir <dir>', 'where history is kept', 'data')
  .option('--json', 'print JSON')
  .action((options: BackfillFlags) => runBackfill(options));

const barCommand = program
  .command('bars <file>')
  .enablePositionalOptions()
  .description('bars of any style out of a file of trades (CSV or Parquet)')
  .option(
    '--style <name>',
    'time, heikin-ashi, tick, volume, dollar, range, renko, renko-atr or point-and-figure',
    'time',
  )
  .option('--symbol <symbol>', 'of a file with more than one')
  .option('--every <length>', 'of time and heikin-ashi: 1s, 5m, 1h, 1d, 1w, 1mo ...', '1m')
  .option('--hours <which>', 'regular (the session) or all', 'regular')
  .option('--size <n>', 'trades, shares, dollars, or dollars of price, by style')
  .option('--reversal <n>', 'boxes that turn a column of point-and-figure', '3')
  .option('--sessions <n>', "of renko-atr's average true range", '14')
  .option('--last <n>', 'bars shown', '20')
  .option('--json', 'print JSON, with all bars')
  .action((file: string, options: BarsOptions) => bars(file, options));
const book = program.command('book').description('order books');
remote(book.command('list'))
  .description('every symbol with a book in the running system')
  .action((options: AskOptions) => bookList(options));
remote(book.command('show <symbol>'))
  .description('the ladder and the measures of one book')
  .action((symbol: string, options: AskOptions) => bookShow(symbol, options));
book
  .command('check <path>')
  .description("rebuild the books of a file or folder and hold them against the exchange's word")
  .option('--json', 'print JSON')
  .action((path: string, options: { readonly json?: boolean }) => bookCheck(path, options));
barCommand
  .command('compare <ticks> <minutes>')
  .description("minute bars of a file of ticks against a vendor's own, each difference explained")
  .option('--rules <name>', 'what sale conditions let a trade update: lean or tape', 'lean')
  .option('--last <n>', 'differences shown', '20')
  .option('--json', 'print JSON, with all differences')
  .action((ticks: string, minutes: string, options: CompareFlags) =>
    barsCompare(ticks, minutes, options),
  );
remote(barCommand.command('live [symbol]'))
  .description('the bars that the running system builds; without a symbol, which series there are')
  .option('--series <name>', 'such as 1h (default: the first)')
  .option('--last <n>', 'bars shown', '20')
  .action((symbol: string | undefined, options: LiveBarsFlags) => barsLive(symbol, options));
addDataCommands(program, viewed);
addUniverseCommands(program);
program
  .command('verify <directory>')
  .description('run reference vectors; the last line counts them')
  .option('--json', 'print JSON')
  .option('--verbose', 'tell skipped cases too')
  .action((directory: string, options: { readonly json?: boolean }) => verify(directory, options));
local(program.command('doctor'))
  .description('say what would keep a run from starting')
  .option(...HOST)
  .option(...PORT)
  .option(...GRPC_PORT)
  .action((options: DoctorOptions) => doctor(options));

explainItself(program);
outliveReaders();
try {
  await program.parseAsync();
} catch (error) {
  fail(error, flagHint());
}
