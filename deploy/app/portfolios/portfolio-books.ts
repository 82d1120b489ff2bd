// The books of portfolios as the messages of the services: lots, transactions, returns.

import { create, type MessageInitShape } from '@bufbuild/protobuf';
import {
  moneyWeightedReturn,
  timeWeightedReturns,
  totalReturn,
  trackingError,
} from '../../../actors/analytics/index.js';
import { dateOf } from '../../../actors/calendar/index.js';
import {
  formatDecimal,
  type LotsShown,
  notionalOf,
  type RebalanceProposed,
  type Reconciled,
  type ReturnsShown,
  type ShownEntry,
  type TransactionsShown,
} from '../../../actors/portfolio/index.js';
import {
  LotSchema,
  type LotsResponse,
  LotsResponseSchema,
  ProposedTradeSchema,
  type RebalanceProposal,
  RebalanceProposalSchema,
  type ReconcileResponse,
  ReconcileResponseSchema,
  type ReturnsResponse,
  ReturnsResponseSchema,
  SessionReturnSchema,
  StatementBreakSchema,
  type Transaction,
  TransactionSchema,
  type TransactionsResponse,
  TransactionsResponseSchema,
  WaterfallStepSchema,
} from '../../../proto/gen/sluice/portfolio/v1/portfolio_pb.js';

/** Sessions in a year, for spreads told by the year. */
const SESSIONS_A_YEAR = 252;

/** Open lots as a message. */
export function lotsOf({ method, lots }: LotsShown): LotsResponse {
  return create(LotsResponseSchema, {
    method,
    lots: lots.map((lot) =>
      create(LotSchema, {
        id: lot.lotId,
        symbol: lot.symbol,
        currency: lot.currency,
        openedDate: dateOf(lot.openedDay),
        quantity: formatDecimal(lot.quantity, 0),
        cost: formatDecimal(lot.cost),
        value: formatDecimal(lot.value),
        gain: formatDecimal(lot.gain),
        term: lot.term,
        priced: lot.isPriced,
        washedQuantity:
          lot.taxLoss === undefined ? '' : formatDecimal(lot.taxLoss.washedQuantity, 0),
        clearFromDate: lot.taxLoss === undefined ? 0 : dateOf(lot.taxLoss.clearFromDay),
      }),
    ),
  });
}

/** A page of entries as a message. */
export function transactionsOf({
  total,
  closed,
  entries,
}: TransactionsShown): TransactionsResponse {
  const transactions = entries.map(transactionOf);
  return create(TransactionsResponseSchema, { total, closed, transactions });
}

function transactionOf({ entry, isInForce, gains }: ShownEntry): Transaction {
  const realised = { short: 0n, long: 0n };
  for (const { gain, term } of gains) realised[term] += gain;
  return create(TransactionSchema, {
    id: entry.eventId,
    date: dateOf(entry.day),
    kind: entry.kind,
    inForce: isInForce,
    ...fieldsOf(entry),
    ...(gains.length === 0
      ? {}
      : {
          realisedShort: formatDecimal(realised.short),
          realisedLong: formatDecimal(realised.long),
        }),
  });
}

function fieldsOf(entry: ShownEntry['entry']): MessageInitShape<typeof TransactionSchema> {
  const shares = (quantity: bigint): string => formatDecimal(quantity, 0);
  switch (entry.kind) {
    case 'traded': {
      const { symbol, currency, price, fee } = entry;
      const money = { price: formatDecimal(price), fee: formatDecimal(fee) };
      return { symbol, currency, quantity: shares(entry.quantity), ...money, ...waysOf(entry) };
    }
    case 'cash_moved':
    case 'fee_charged':
    case 'interest_paid':
    case 'interest_accrued':
      return { currency: entry.currency, amount: formatDecimal(entry.amount) };
    case 'rate_set':
      return { currency: entry.currency, amount: formatDecimal(entry.rate) };
    case 'cash_exchanged': {
      const { currency, toCurrency } = entry;
      const [amount, toAmount] = [formatDecimal(entry.amount), formatDecimal(entry.toAmount)];
      return { currency, amount, toCurrency, toAmount };
    }
    case 'dividend_paid':
      return { symbol: entry.symbol, amount: formatDecimal(entry.perShare) };
    case 'shares_split': {
      const ratio = `${shares(entry.newShares)}:${shares(entry.oldShares)}`;
      return { symbol: entry.symbol, ratio };
    }
    case 'lot_received': {
      const { symbol, currency, openedDay } = entry;
      const amount = formatDecimal(entry.cost);
      const openedDate = dateOf(openedDay);
      return { symbol, currency, quantity: shares(entry.quantity), amount, openedDate };
    }
    case 'option_ended': {
      const { symbol, end: reason } = entry;
      return { symbol, quantity: shares(entry.quantity), reason, ...waysOf(entry) };
    }
    case 'option_settled':
      return { symbol: entry.symbol, price: formatDecimal(entry.price) };
    case 'lots_delivered':
      return { symbol: entry.symbol, quantity: shares(entry.quantity), ...waysOf(entry) };
    case 'reversed':
      return { reverses: entry.reversedId, reason: entry.reason };
  }
}

function waysOf(
  entry: ShownEntry['entry'] & { readonly kind: 'traded' | 'lots_delivered' | 'option_ended' },
): Pick<Transaction, 'method' | 'lots'> {
  const picks = (entry.picks ?? []).map(([lot, size]) => `${lot}=${formatDecimal(size, 0)}`);
  return { method: entry.method ?? '', lots: picks.join(';') };
}

/** Differences from a statement as a message. */
export function breaksOf({ date, compared, breaks }: Reconciled): ReconcileResponse {
  const told = breaks.map(({ what, name, books, statement, reason, text }) => {
    const sides = { books: formatDecimal(books), statement: formatDecimal(statement) };
    return create(StatementBreakSchema, { what, name, ...sides, reason, text });
  });
  return create(ReconcileResponseSchema, { date, compared, breaks: told });
}

/** Proposed trades as a message. */
export function proposalOf(proposed: RebalanceProposed): RebalanceProposal {
  const trades = proposed.trades.map((trade) => {
    const { symbol, quantity, price, notional, cost } = trade;
    const size = quantity < 0n ? -quantity : quantity;
    return create(ProposedTradeSchema, {
      symbol,
      side: quantity < 0n ? 'sell' : 'buy',
      quantity: formatDecimal(size, 0),
      price: formatDecimal(price),
      notional: formatDecimal(notional),
      cost: formatDecimal(cost),
      weight: formatDecimal(trade.weight),
      target: formatDecimal(trade.target),
      after: formatDecimal(trade.after),
      realisedShort: formatDecimal(trade.realisedShort),
      realisedLong: formatDecimal(trade.realisedLong),
      washed: formatDecimal(trade.washedShort + trade.washedLong),
      lots: trade.lots.map(([lot, closed]) => ({ lot, quantity: formatDecimal(closed, 0) })),
    });
  });
  return create(RebalanceProposalSchema, {
    equity: formatDecimal(proposed.equity),
    cash: formatDecimal(proposed.cash),
    cashAfter: formatDecimal(proposed.cashAfter),
    method: proposed.method,
    tax: formatDecimal(proposed.tax),
    due: proposed.isDue,
    nextDate: proposed.nextDate,
    trades,
  });
}

/** Where the profit came from, and returns by session beside a benchmark's. */
export function returnsOf(
  portfolio: string,
  shown: ReturnsShown,
  benchmark: string,
  other: ReturnsShown,
): ReturnsResponse {
  const { closes, currency } = shown;
  const returns = timeWeightedReturns(closes.base, closes.equities, closes.flows);
  const others = returnsByDate(other);
  const beside = Array.from(closes.dates, (date) => others.get(date) ?? Number.NaN);
  const common = beside.flatMap((one, index) =>
    Number.isNaN(one) || Number.isNaN(returns[index]) ? [] : [index],
  );
  const [ours, theirs] = [common.map((at) => returns[at]!), common.map((at) => beside[at]!)];
  const last = closes.equities[closes.count - 1] ?? Number.NaN;
  return create(ReturnsResponseSchema, {
    portfolio,
    currency,
    waterfall: waterfallOf(shown),
    sessions: Array.from(closes.dates, (date, index) => {
      const before = index === 0 ? closes.base : closes.equities[index - 1]!;
      const equity = closes.equities[index]!;
      const flow = closes.flows[index]!;
      return create(SessionReturnSchema, {
        date,
        equity,
        flow,
        profit: equity - before - flow,
        return: returns[index]!,
        benchmark: beside[index]!,
      });
    }),
    timeWeighted: totalReturn(returns),
    moneyWeighted: moneyWeightedReturn(closes.base, closes.flows, last),
    benchmark,
    benchmarkReturn: totalReturn(theirs),
    trackingError: common.length < 2 ? 0 : trackingError(ours, theirs, SESSIONS_A_YEAR),
  });
}

function returnsByDate({ closes }: ReturnsShown): ReadonlyMap<number, number> {
  const returns = timeWeightedReturns(closes.base, closes.equities, closes.flows);
  return new Map(Array.from(closes.dates, (date, index) => [date, returns[index]!]));
}

/** From what was paid in to the equity; the steps add up to it, to the last unit. */
function waterfallOf({ sums, value }: ReturnsShown) {
  const total = { in: 0n, moved: 0n, short: 0n, long: 0n, dividends: 0n, interest: 0n };
  const more = { accrued: 0n, charges: 0n, cost: 0n, equity: value };
  for (const one of sums) {
    const own = (amount: bigint): bigint => notionalOf(one.rate ?? 0n, amount);
    total.in += own(one.deposited);
    total.moved += own(one.transferred);
    total.short += own(one.realisedShort);
    total.long += own(one.realisedLong);
    total.dividends += own(one.dividends);
    total.interest += own(one.interest);
    more.accrued += own(one.accrued);
    more.charges += own(one.charges);
    more.cost += own(one.cost);
    more.equity += own(one.cash + one.accrued);
  }
  const steps: [name: string, amount: bigint][] = [
    ['paid in', total.in],
    ['transferred', total.moved],
    ['realised short term', total.short],
    ['realised long term', total.long],
    ['dividends', total.dividends],
    ['interest', total.interest],
    ['accrued', more.accrued],
    ['charges', -more.charges],
    ['unrealised', value - more.cost],
  ];
  const explained = steps.reduce((sum, [, amount]) => sum + amount, 0n);
  // What is left came of exchanges at other rates than today's.
  steps.push(['currencies', more.equity - explained], ['equity', more.equity]);
  return steps.map(([name, amount]) =>
    create(WaterfallStepSchema, { name, amount: formatDecimal(amount) }),
  );
}
