// The books of a running portfolio in the terminal: lots, transactions, returns, reconciliation.

import { create, toJson } from '@bufbuild/protobuf';
import {
  type Lot,
  LotsRequestSchema,
  LotsResponseSchema,
  Portfolio,
  RebalanceProposalSchema,
  RebalanceRequestSchema,
  ReconcileRequestSchema,
  type ReconcileResponse,
  ReconcileResponseSchema,
  ReturnsRequestSchema,
  type ReturnsResponse,
  ReturnsResponseSchema,
  type Transaction,
  TransactionsRequestSchema,
  type TransactionsResponse,
  TransactionsResponseSchema,
} from '../../proto/gen/sluice/portfolio/v1/portfolio_pb.js';
import { dateFlag } from '../app/settings.js';
import { type AskOptions, askSystem } from './ask.js';
import { numberFlag } from './history-options.js';
import { dateText, EXIT, print, say, table } from './output.js';
import { readStatement } from './statement-file.js';
import { writeTransactions } from './transaction-file.js';

/** Entries of one question of an export. */
const PAGE = 1_000;

/** Largest number a request can skip. */
const OFFSET_MAX = 2 ** 31;

/** Sessions of the table of returns. */
const SESSIONS_SHOWN = 10;

/** `portfolio lots` */
export async function portfolioLots(
  portfolio: string,
  options: AskOptions & { readonly symbol?: string; readonly losses?: boolean },
): Promise<void> {
  const symbol = (options.symbol ?? '').toUpperCase();
  const request = create(LotsRequestSchema, { portfolio, symbol });
  const response = await askSystem(Portfolio, options, (client) => client.call('lots', request));
  const lots = response.lots.filter((lot) => options.losses !== true || lot.clearFromDate !== 0);
  const shown = create(LotsResponseSchema, { method: response.method, lots });
  print(toJson(LotsResponseSchema, shown), options.json === true, () =>
    [
      `${portfolio}: ${lots.length} lots, closed ${response.method} where a trade does not say`,
      table([
        ['symbol', 'lot', 'opened', 'quantity', 'cost', 'value', 'gain', 'term', 'tax'],
        ...lots.map((lot) => [
          lot.symbol,
          lot.id,
          dateText(lot.openedDate),
          lot.quantity,
          lot.cost,
          lot.priced ? lot.value : `${lot.value} at cost`,
          lot.gain,
          lot.term,
          taxText(lot),
        ]),
      ]),
    ].join('\n'),
  );
}

function taxText({ clearFromDate, washedQuantity }: Lot): string {
  if (clearFromDate === 0) return '';
  if (Number(washedQuantity) === 0) return 'loss';
  return `loss, ${washedQuantity} washed until ${dateText(clearFromDate)}`;
}

/** `portfolio transactions`; with `--out` all of them go to a file. */
export async function portfolioTransactions(
  portfolio: string,
  options: AskOptions & {
    readonly symbol?: string;
    readonly limit: string;
    readonly offset: string;
    readonly out?: string;
  },
): Promise<void> {
  const symbol = (options.symbol ?? '').toUpperCase();
  if (options.out !== undefined) {
    const all = await allTransactions(portfolio, symbol, options);
    await writeTransactions(options.out, all);
    const { length } = all;
    print(
      { file: options.out, transactions: length },
      options.json === true,
      () => `${options.out}: ${length} transactions`,
    );
    return;
  }
  const page = {
    limit: Math.floor(numberFlag('--limit', options.limit, 1, PAGE)),
    offset: Math.floor(numberFlag('--offset', options.offset, 0, OFFSET_MAX)),
  };
  const request = create(TransactionsRequestSchema, { portfolio, symbol, ...page });
  const response = await askSystem(Portfolio, options, (client) =>
    client.call('transactions', request),
  );
  print(toJson(TransactionsResponseSchema, response), options.json === true, () =>
    transactionsText(response),
  );
}

/** All of them, oldest first. */
async function allTransactions(
  portfolio: string,
  symbol: string,
  options: AskOptions,
): Promise<Transaction[]> {
  const all: Transaction[] = [];
  await askSystem(Portfolio, options, async (client) => {
    for (let offset = 0; ; offset += PAGE) {
      const page = { portfolio, symbol, limit: PAGE, offset };
      const request = create(TransactionsRequestSchema, page);
      const response = await client.call('transactions', request);
      all.push(...response.transactions);
      if (offset + PAGE < response.total) continue;
      const text = `sluice: ${response.closed} entries of before the books were closed are left out`;
      if (response.closed > 0) say(text);
      return;
    }
  });
  return all.reverse();
}

function transactionsText({ transactions, total }: TransactionsResponse): string {
  return [
    `${transactions.length} of ${total} transactions, newest first`,
    table([
      ['id', 'date', 'kind', 'symbol', 'quantity', 'price', 'fee', 'amount', 'realised', ''],
      ...transactions.map((one) => [
        one.id,
        dateText(one.date),
        one.kind,
        one.symbol,
        one.quantity,
        one.price,
        one.fee,
        `${one.amount} ${one.amount === '' ? '' : one.currency}`.trim(),
        [one.realisedShort, one.realisedLong].filter((gain) => Number(gain) !== 0).join(' + '),
        noteOf(one),
      ]),
    ]),
  ].join('\n');
}

function noteOf(one: Transaction): string {
  const notes = [
    one.toCurrency === '' ? '' : `for ${one.toAmount} ${one.toCurrency}`,
    one.ratio,
    one.lots,
    one.reverses === '' ? '' : `takes ${one.reverses} back: ${one.reason}`,
    one.inForce ? '' : 'taken back',
  ];
  return notes.filter((note) => note !== '').join(', ');
}

/** `portfolio returns` */
export async function portfolioReturns(
  portfolio: string,
  options: AskOptions & { readonly benchmark?: string },
): Promise<void> {
  const request = create(ReturnsRequestSchema, { portfolio, benchmark: options.benchmark ?? '' });
  const response = await askSystem(Portfolio, options, (client) => client.call('returns', request));
  print(toJson(ReturnsResponseSchema, response), options.json === true, () =>
    returnsText(response),
  );
}

function returnsText(response: ReturnsResponse): string {
  const share = (value: number): string =>
    Number.isNaN(value) ? '' : `${(value * 100).toFixed(2)} %`;
  const { sessions, benchmark } = response;
  return [
    `${response.portfolio}: time-weighted ${share(response.timeWeighted)}, money-weighted ${share(response.moneyWeighted)}, ${benchmark} ${share(response.benchmarkReturn)}, tracking error ${share(response.trackingError)} a year, over ${sessions.length} sessions`,
    table([
      ['step', response.currency],
      ...response.waterfall.map(({ name, amount }) => [name, amount]),
    ]),
    table([
      ['session', 'equity', 'paid in', 'profit', 'return', benchmark],
      ...sessions
        .slice(-SESSIONS_SHOWN)
        .map((one) => [
          dateText(one.date),
          one.equity.toFixed(2),
          one.flow.toFixed(2),
          one.profit.toFixed(2),
          share(one.return),
          share(one.benchmark),
        ]),
    ]),
  ].join('\n');
}

/** `portfolio reconcile`; breaks end it with exit code 1. */
export async function portfolioReconcile(
  portfolio: string,
  options: AskOptions & { readonly statement: string; readonly date?: string },
): Promise<void> {
  const statement = await readStatement(options.statement);
  const date = options.date === undefined ? statement.date : dateFlag('--date', options.date);
  const request = create(ReconcileRequestSchema, { portfolio, date, lines: [...statement.lines] });
  const response = await askSystem(Portfolio, options, (client) =>
    client.call('reconcile', request),
  );
  print(toJson(ReconcileResponseSchema, response), options.json === true, () =>
    breaksText(portfolio, response),
  );
  if (response.breaks.length > 0) process.exitCode = EXIT.failed;
}

function breaksText(portfolio: string, { date, compared, breaks }: ReconcileResponse): string {
  const head = `${portfolio} at ${dateText(date)}: ${compared} compared, ${breaks.length} breaks`;
  if (breaks.length === 0) return head;
  return [
    head,
    table([
      ['what', 'name', 'books', 'statement', 'reason', ''],
      ...breaks.map(({ what, name, books, statement, reason, text }) => [
        what,
        name,
        books,
        statement,
        reason,
        text,
      ]),
    ]),
  ].join('\n');
}

/** `portfolio rebalance`: proposes, books nothing. */
export async function portfolioRebalance(
  portfolio: string,
  targets: readonly string[],
  options: AskOptions & {
    readonly band: string;
    readonly cost: string;
    readonly lot: string;
    readonly method?: string;
    readonly taxShort: string;
    readonly taxLong: string;
    readonly calendar?: string;
  },
): Promise<void> {
  const { band, cost, lot, method = '', taxShort, taxLong, calendar = '' } = options;
  const request = create(RebalanceRequestSchema, {
    portfolio,
    targets: targets.map((text) => {
      const [symbol = '', weight = ''] = text.split('=');
      return { symbol: symbol.toUpperCase(), weight };
    }),
    ...{ band, cost, lot, method, taxShort, taxLong, calendar },
  });
  const proposal = await askSystem(Portfolio, options, (client) =>
    client.call('proposeRebalance', request),
  );
  print(toJson(RebalanceProposalSchema, proposal), options.json === true, () =>
    [
      `${portfolio}: equity ${proposal.equity}, cash ${proposal.cash}, ${proposal.cashAfter} after; lots ${proposal.method}, tax ${proposal.tax}`,
      ...(proposal.nextDate === 0
        ? []
        : [
            `${proposal.due ? 'due today' : 'not due'}; next on ${dateText(proposal.nextDate)} (${calendar})`,
          ]),
      table([
        [
          'symbol',
          'side',
          'quantity',
          'price',
          'cost',
          'weight',
          'target',
          'after',
          'short',
          'long',
          'washed',
        ],
        ...proposal.trades.map((one) => [
          one.symbol,
          one.side,
          one.quantity,
          one.price,
          one.cost,
          one.weight,
          one.target,
          one.after,
          one.realisedShort,
          one.realisedLong,
          one.washed,
        ]),
      ]),
    ].join('\n'),
  );
}
