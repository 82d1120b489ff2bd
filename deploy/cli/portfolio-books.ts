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
} from '../../proto/gen/sluice/portfolio/v1/portfolio_pb.js';
import { dateFlag, invalid } from '../app/settings.js';
import { type AskOptions, askSystem } from './ask.js';
import { cents, counted, dateText, EXIT, grouped, print, table } from './output.js';
import { readStatement } from './statement-file.js';

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
      `${portfolio}: ${counted(lots.length, 'lot')}, closed ${response.method} where a trade does not say`,
      table([
        ['symbol', 'lot', 'opened', 'quantity', 'cost', 'value', 'gain', 'term', 'tax'],
        ...lots.map((lot) => [
          lot.symbol,
          lot.id,
          dateText(lot.openedDate),
          grouped(lot.quantity),
          grouped(lot.cost),
          lot.priced ? grouped(lot.value) : `${grouped(lot.value)} at cost`,
          grouped(lot.gain),
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
      ...response.waterfall.map(({ name, amount }) => [name, grouped(amount)]),
    ]),
    table([
      ['session', 'equity', 'paid in', 'profit', 'return', benchmark],
      ...sessions
        .slice(-SESSIONS_SHOWN)
        .map((one) => [
          dateText(one.date),
          cents(one.equity),
          cents(one.flow),
          cents(one.profit),
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

/** Flags of `portfolio rebalance`, as typed. */
export type RebalanceFlags = AskOptions & {
  readonly band: string;
  readonly cost: string;
  readonly lot: string;
  readonly method?: string;
  readonly taxShort: string;
  readonly taxLong: string;
  readonly calendar?: string;
};

/** `portfolio rebalance`: proposes, books nothing. */
export async function portfolioRebalance(
  portfolio: string,
  targets: readonly string[],
  options: RebalanceFlags,
): Promise<void> {
  const { band, cost, lot, method = '', taxShort, taxLong, calendar = '' } = options;
  const request = create(RebalanceRequestSchema, {
    portfolio,
    targets: targets.map((text) => {
      const [symbol = '', weight = ''] = text.split('=');
      if (weight === '') throw invalid('targets', 'SYMBOL=WEIGHT, such as AAPL=0.3', text);
      return { symbol: symbol.toUpperCase(), weight };
    }),
    ...{ band, cost, lot, method, taxShort, taxLong, calendar },
  });
  const proposal = await askSystem(Portfolio, options, (client) =>
    client.call('proposeRebalance', request),
  );
  print(toJson(RebalanceProposalSchema, proposal), options.json === true, () =>
    [
      `${portfolio}: equity ${grouped(proposal.equity)}, cash ${grouped(proposal.cash)}, ${grouped(proposal.cashAfter)} after; lots ${proposal.method}, tax ${grouped(proposal.tax)}`,
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
          'short-term gain',
          'long-term gain',
          'loss washed',
        ],
        ...proposal.trades.map((one) => [
          one.symbol,
          one.side,
          grouped(one.quantity),
          grouped(one.price),
          grouped(one.cost),
          ofEquity(one.weight),
          ofEquity(one.target),
          ofEquity(one.after),
          grouped(one.realisedShort),
          grouped(one.realisedLong),
          one.washed,
        ]),
      ]),
    ].join('\n'),
  );
}

/** A share of equity, as a decimal, in percent. */
function ofEquity(share: string): string {
  return `${(Number(share) * 100).toFixed(2)} %`;
}
