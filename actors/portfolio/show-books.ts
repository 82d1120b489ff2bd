// The books of a portfolio as answers: lots, entries, sums and closes.

import type { Refusal, Turn } from '../../engine/index.js';
import { costOf, type LotPosition, quantityOf } from './account.js';
import type { AccountEntry } from './account-event.js';
import { lotFigures } from './account-figures.js';
import { decodeAccount } from './account-form.js';
import { eventsInForce } from './account-history.js';
import type { RealisedGain } from './account-trade.js';
import type {
  BooksShown,
  LotsShown,
  ReturnsShown,
  ShownEntry,
  ShownLot,
  ShownSums,
  TaxShown,
  TransactionsShown,
} from './answers.js';
import { copyCloses } from './closes.js';
import { type PortfolioEvent, replayWith, todayOf } from './enter.js';
import { decodeHistory, encodeHistory, entriesOf } from './history.js';
import { unitWorthOf } from './last-price.js';
import type {
  Rebalance,
  Reconcile,
  ShowBooks,
  ShowLots,
  ShowReturns,
  ShowTax,
  ShowTransactions,
} from './messages.js';
import { notionalOf } from './money.js';
import { proposeRebalance } from './rebalance.js';
import { reconcile } from './reconcile.js';
import { type PortfolioState, rateOf } from './state.js';
import { taxLossCandidates } from './tax-loss.js';
import { taxReport } from './tax-report.js';

/** Most entries of one answer. */
const ENTRIES_SHOWN_MAX = 1_000;

/** Most gains of one answer: its sums are of all. */
const ROWS_SHOWN_MAX = 5_000;

/** Answers a question about the books. */
export function answerBooks(
  state: PortfolioState,
  question: ShowLots | ShowTransactions | ShowReturns | ShowBooks | ShowTax | Reconcile | Rebalance,
  turn: Turn<PortfolioEvent>,
): void {
  switch (question.kind) {
    case 'show_lots':
      turn.reply(showLots(state, question));
      break;
    case 'show_transactions':
      turn.reply(showTransactions(state, question));
      break;
    case 'show_returns':
      turn.reply(showReturns(state));
      break;
    case 'show_books':
      turn.reply(showEntries(state));
      break;
    case 'show_tax':
    case 'reconcile':
    case 'rebalance': {
      const answer = answerOf(state, question);
      if (answer.kind === 'refusal') turn.refuse(answer);
      else turn.reply(answer);
      break;
    }
  }
}

/** What may be refused. */
function answerOf(state: PortfolioState, question: ShowTax | Reconcile | Rebalance) {
  switch (question.kind) {
    case 'show_tax':
      return showTax(state, question);
    case 'reconcile':
      return reconcile(state, question);
    case 'rebalance':
      return proposeRebalance(state, question);
  }
}

/** The books as they are kept: another account of the owner reads them. */
function showEntries({ history }: PortfolioState): BooksShown {
  return { kind: 'books_shown', history: encodeHistory(history) };
}

/** What was realised since the books were closed, by the rules of tax. */
function showTax({ key, history }: PortfolioState, question: ShowTax): TaxShown | Refusal {
  const own = { id: key, entries: entriesOf(history), account: decodeAccount(history.base) };
  const others = question.others.map(({ id, history: encoded }) => {
    const its = decodeHistory(encoded);
    return { id, entries: entriesOf(its), account: decodeAccount(its.base) };
  });
  const report = taxReport([own, ...others], question);
  if ('kind' in report) return report;
  const { rows } = report;
  const latest = rows.slice(-ROWS_SHOWN_MAX);
  return {
    kind: 'tax_shown',
    ...report,
    rows: latest,
    total: rows.length,
    closed: history.closed,
  };
}

/** The open lots at the last prices, in the order of their positions; without a price at cost. */
function showLots(state: PortfolioState, { symbol: wanted }: ShowLots): LotsShown {
  const day = todayOf(state);
  const priceOf = (symbol: string): bigint | undefined => unitWorthOf(state, symbol);
  const candidates = new Map(
    taxLossCandidates(state.account, priceOf, day).map((one) => [
      `${one.symbol} ${one.lotId}`,
      one,
    ]),
  );
  const lots: ShownLot[] = [];
  for (const [symbol, position] of state.account.positions) {
    if (wanted !== '' && symbol !== wanted) continue;
    const price = priceOf(symbol);
    for (const figures of pricedLots(position, price, day)) {
      const taxLoss = candidates.get(`${symbol} ${figures.lotId}`);
      const { currency } = position;
      lots.push({ ...figures, symbol, currency, isPriced: price !== undefined, taxLoss });
    }
  }
  return { kind: 'lots_shown', method: state.account.method, day, lots };
}

function pricedLots(position: LotPosition, price: bigint | undefined, day: number) {
  if (price !== undefined) return lotFigures(position, price, day);
  return lotFigures(position, 0n, day).map((figures) => {
    return { ...figures, value: figures.cost, gain: 0n };
  });
}

/** A page of entries, newest first, each with what it realised as the books stand now. */
function showTransactions(
  state: PortfolioState,
  { symbol, offset, limit }: ShowTransactions,
): TransactionsShown {
  const all = [...entriesOf(state.history), ...state.waiting.map(({ entry }) => entry)].flatMap(
    (entry): AccountEntry[] =>
      entry.kind === 'reversed' && entry.replacement !== undefined
        ? [entry, entry.replacement]
        : [entry],
  );
  const inForce = eventsInForce(entriesOf(state.history));
  const standing = new Set('kind' in inForce ? [] : inForce.map(({ eventId }) => eventId));
  const reversed = new Set<string>();
  for (const entry of [...all].reverse()) {
    if (entry.kind === 'reversed' && !reversed.has(entry.eventId)) reversed.add(entry.reversedId);
  }
  const wanted =
    symbol === '' ? all : all.filter((one) => 'symbol' in one && one.symbol === symbol);
  const gains = gainsById(state);
  const last = wanted.length - Math.max(0, offset);
  const first = Math.max(0, last - Math.min(limit, ENTRIES_SHOWN_MAX));
  const page = wanted.slice(first, Math.max(first, last)).reverse();
  return {
    kind: 'transactions_shown',
    total: wanted.length,
    closed: state.history.closed,
    entries: page.map((entry): ShownEntry => {
      const { kind, eventId } = entry;
      const isInForce = kind === 'reversed' ? !reversed.has(eventId) : standing.has(eventId);
      return { entry, isInForce, gains: gains.get(eventId) ?? [] };
    }),
  };
}

function gainsById(state: PortfolioState): ReadonlyMap<string, readonly RealisedGain[]> {
  const replayed = replayWith(state);
  const byId = new Map<string, RealisedGain[]>();
  for (const gain of 'kind' in replayed ? [] : replayed.gains) {
    const known = byId.get(gain.eventId);
    if (known === undefined) byId.set(gain.eventId, [gain]);
    else known.push(gain);
  }
  return byId;
}

/** Sums by currency and every close. */
function showReturns(state: PortfolioState): ReturnsShown {
  const { account } = state;
  const sums = Array.from(account.sums, ([currency, one]): ShownSums => {
    let cost = 0n;
    for (const position of account.positions.values()) {
      if (position.currency === currency) cost += costOf(position);
    }
    return { currency, rate: rateOf(account, currency), cost, ...one };
  });
  let value = 0n;
  for (const [symbol, position] of account.positions) {
    const price = unitWorthOf(state, symbol);
    const worth = price === undefined ? costOf(position) : notionalOf(price, quantityOf(position));
    value += notionalOf(rateOf(account, position.currency) ?? 0n, worth);
  }
  const figures = state.marked?.told();
  const closes = copyCloses(state.closes);
  return { kind: 'returns_shown', figures, currency: account.currency, value, sums, closes };
}
