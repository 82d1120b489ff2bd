// Registers the commands below `sluice portfolio`.

import type { Command } from 'commander';
import type { ViewOptions } from './ask.js';
import { remote, viewed } from './flags.js';
import { addOptimiseCommand } from './optimise-commands.js';
import type { RebalanceFlags } from './portfolio-books.js';
import type { EntryFlags, LotFlags } from './portfolio-entries.js';
import type { PageOptions } from './portfolio-views.js';

// Loaded when a command runs: help and refused flags need none of it.
const loadRemote = () => import('./remote.js');
const loadPortfolioBooks = () => import('./portfolio-books.js');
const loadPortfolioEntries = () => import('./portfolio-entries.js');
const loadPortfolioTax = () => import('./portfolio-tax.js');
const loadPortfolioTransactions = () => import('./portfolio-transactions.js');

/** Adds `sluice portfolio`. */
export function addPortfolioCommands(program: Command): void {
  const portfolio = program.command('portfolio').description('portfolios and their positions');
  viewed(portfolio.command('list'))
    .description('every portfolio on a line, a page of them')
    .option('--limit <n>', 'lines, at most 2000', '1000')
    .option('--offset <n>', 'portfolios before the first line', '0')
    .action(async (options: ViewOptions & PageOptions) =>
      (await loadRemote()).portfolioList(options),
    );
  viewed(portfolio.command('show <id>'))
    .description('the positions of one portfolio')
    .option('--lots', 'its open lots instead')
    .action(async (id: string, options: ViewOptions & { readonly lots?: boolean }) =>
      options.lots === true
        ? (await loadPortfolioBooks()).portfolioLots(id, options)
        : (await loadRemote()).portfolioShow(id, options),
    );
  addTrades(portfolio);
  addMoney(portfolio);
  addViews(portfolio);
  addOptimiseCommand(portfolio);
}

/** Flags of what is booked. */
function entry(command: Command): Command {
  return remote(command)
    .option('--id <id>', 'id of the command: sent again with it, it is booked once')
    .option('--date <date>', 'the day it was, such as 2021-02-16 (default: the last session)');
}

/** Flags of what opens or closes lots. */
function lots(command: Command): Command {
  return entry(command)
    .option('--method <name>', 'lots to close: fifo, lifo, hifo, average or specific')
    .option('--lots <list>', 'which lots, such as "c1=10;c2=5"');
}

function addTrades(portfolio: Command): void {
  lots(portfolio.command('trade <id> <side> <symbol> <quantity>'))
    .description('book a purchase or a sale: buy or sell; of an option by AAPL210618C00130000')
    .option('--price <n>', 'dollars a share (default: the last price)')
    .option('--fee <n>', 'dollars')
    .action(async (id: string, side: string, symbol: string, quantity: string, options: LotFlags) =>
      (await loadPortfolioEntries()).portfolioTrade(id, side, symbol, quantity, options),
    );
  lots(portfolio.command('transfer <id> <direction> <symbol> <quantity>'))
    .description('take shares in with their history, or deliver them at cost: in or out')
    .option('--cost <n>', 'of what comes in')
    .option('--opened <date>', 'when what comes in was bought')
    .action(
      async (id: string, direction: string, symbol: string, quantity: string, options: LotFlags) =>
        (await loadPortfolioEntries()).portfolioTransfer(id, direction, symbol, quantity, options),
    );
  lots(portfolio.command('option <id> <what> <symbol> [contracts]'))
    .description('say what became of contracts: exercised, assigned, expired, or settled (all)')
    .option('--price <n>', 'of settled: closing price of the stock on the last day')
    .action(
      async (
        id: string,
        what: string,
        symbol: string,
        count: string | undefined,
        flags: LotFlags,
      ) => (await loadPortfolioEntries()).portfolioOption(id, what, symbol, count, flags),
    );
  entry(portfolio.command('action <id> <symbol>'))
    .description('book a dividend or a split that the market has not told')
    .option('--dividend <n>', 'dollars a share')
    .option('--split <ratio>', 'new shares for old ones, such as 4:1')
    .action(async (id: string, symbol: string, options: EntryFlags) =>
      (await loadPortfolioEntries()).portfolioAction(id, symbol, options),
    );
  entry(portfolio.command('correct <id> <entry>'))
    .description('take an entry back by a reversing one, and book another in its place')
    .requiredOption('--reason <text>', 'why')
    .option('--replacement <json>', 'what should have been: trade, cash ... as of the gRPC message')
    .action(
      async (id: string, eventId: string, options: EntryFlags & { readonly reason: string }) =>
        (await loadPortfolioEntries()).portfolioCorrect(id, eventId, options),
    );
}

function addMoney(portfolio: Command): void {
  const currency = ['--currency <code>', "such as EUR (default: the portfolio's own)"] as const;
  entry(portfolio.command('cash <id> <direction> <amount>'))
    .description('pay money in or out: deposit or withdraw')
    .option(...currency)
    .action(async (id: string, direction: string, amount: string, options: EntryFlags) =>
      (await loadPortfolioEntries()).portfolioCash(id, direction, amount, options),
    );
  entry(portfolio.command('charge <id> <what> <amount>'))
    .description('book a fee, interest or an accrual; what is owed is negative, behind --')
    .option(...currency)
    .action(async (id: string, what: string, amount: string, options: EntryFlags) =>
      (await loadPortfolioEntries()).portfolioCharge(id, what, amount, options),
    );
  entry(portfolio.command('exchange <id> <given...>'))
    .description('exchange cash, such as: 100 USD 92.5 EUR')
    .action(async (id: string, given: readonly string[], options: EntryFlags) =>
      (await loadPortfolioEntries()).portfolioExchange(id, given, options),
    );
  entry(portfolio.command('rate <id> <currency> <rate>'))
    .description("say what one unit of a currency is worth in the portfolio's own")
    .action(async (id: string, code: string, rate: string, options: EntryFlags) =>
      (await loadPortfolioEntries()).portfolioRate(id, code, rate, options),
    );
}

function addViews(portfolio: Command): void {
  remote(portfolio.command('lots <id>'))
    .description('open lots at the last prices')
    .option('--symbol <symbol>', 'only of this')
    .option('--losses', 'only those that would realise a loss, with wash sales')
    .action(async (id: string, options: object) =>
      (await loadPortfolioBooks()).portfolioLots(id, options),
    );
  remote(portfolio.command('tax <id>'))
    .description('gains and losses by term, losses of wash sales moved into what replaced them')
    .option('--year <year>', 'of closing; all without')
    .option('--as-booked', 'without wash sales')
    .action(async (id: string, options: object) =>
      (await loadPortfolioTax()).portfolioTax(id, options),
    );
  remote(portfolio.command('transactions <id>'))
    .description('what the books are made of, newest first')
    .option('--symbol <symbol>', 'only of this')
    .option('--limit <n>', 'at most so many, up to 1000', '100')
    .option('--offset <n>', 'skips', '0')
    .option('--out <file>', 'write all of them, oldest first, as CSV or .parquet')
    .action(async (id: string, options: { readonly limit: string; readonly offset: string }) =>
      (await loadPortfolioTransactions()).portfolioTransactions(id, options),
    );
  remote(portfolio.command('import <id> <file>'))
    .description('book the transactions of a file, CSV or Parquet; a file sent twice counts once')
    .action(async (id: string, file: string, options: object) =>
      (await loadPortfolioTransactions()).portfolioImport(id, file, options),
    );
  remote(portfolio.command('returns <id>'))
    .description('where the profit came from; time- and money-weighted returns, by session')
    .option('--benchmark <id>', 'another portfolio (default: the first configured)')
    .action(async (id: string, options: object) =>
      (await loadPortfolioBooks()).portfolioReturns(id, options),
    );
  remote(portfolio.command('rebalance <id> <targets...>'))
    .description('propose trades to weights such as KO=0.4 PEP=0.4; the rest is cash')
    .option('--band <share>', 'drift that is left alone, such as 0.01', '0')
    .option('--cost <share>', 'costs as a share of what is traded, such as 0.0005', '0')
    .option('--lot <n>', 'shares come in multiples of it', '1')
    .option('--method <name>', 'lots that would be closed: fifo, lifo, hifo, average or least-tax')
    .option('--tax-short <share>', 'tax on short-term gains, such as 0.37', '0')
    .option('--tax-long <share>', 'tax on long-term gains, such as 0.2', '0')
    .option('--calendar <period>', 'only on the last session: weekly, monthly or quarterly')
    .action(async (id: string, targets: readonly string[], options: RebalanceFlags) =>
      (await loadPortfolioBooks()).portfolioRebalance(id, targets, options),
    );
  remote(portfolio.command('reconcile <id>'))
    .description("hold the books against a broker's statement; every break is explained")
    .requiredOption(
      '--statement <file>',
      'CSV or Parquet: symbol, quantity, and cost if it is told',
    )
    .option('--date <date>', 'its last day (default: the one in it, or the last session)')
    .action(async (id: string, options: { readonly statement: string }) =>
      (await loadPortfolioBooks()).portfolioReconcile(id, options),
    );
}
