// The decider of everything that makes an entry, and of corrections.

import { type Refusal, refusal } from '../../engine/index.js';
import { daysOf, isDate } from '../calendar/index.js';
import type { Account } from './account.js';
import type { AccountEntry, LotReceived, LotsDelivered, Reversed } from './account-event.js';
import {
  checkCash,
  checkNeed,
  currencyFrom,
  type Decision,
  decideCash,
  readTrade,
  type Stated,
} from './decide.js';
import { checkCorrected, checkExpiry, decideOption, withVolatility } from './decide-option.js';
import { checkEvent, replayWith, todayOf } from './enter.js';
import { entryById, statedById } from './history.js';
import { equityNow } from './last-price.js';
import type {
  ActionCommand,
  ChargeCommand,
  CorrectCommand,
  EntryCommand,
  ExchangeCommand,
  RateCommand,
  TransferCommand,
} from './messages.js';
import { fromFloat, parseDecimal } from './money.js';
import { amountFrom, checkSymbol, lotsFrom, quantityFrom } from './read-fields.js';
import { type Moved, type PortfolioState, rateOf, rowOf } from './state.js';

/** Longest reason of a correction. */
const REASON_MAX = 200;

/** Decides an entry as of its day. Errors: `portfolio.*` and `lots.*` refusals. */
export function decideEntry(state: PortfolioState, command: EntryCommand): Decision {
  const day = dayFrom(state, command.date ?? 0);
  if (typeof day !== 'number') return day;
  const event = eventOf(state, command, { eventId: command.commandId, day });
  if (event.kind === 'refusal') return event;
  const refused = checkExpiry(state, event) ?? checkNeed(state, event) ?? checkEvent(state, event);
  return refused ?? withVolatility(state, event);
}

/** The day of a command. Errors: `portfolio.bad_date`. */
function dayFrom(state: PortfolioState, date: number): number | Refusal {
  const today = todayOf(state);
  if (date === 0) return today;
  if (isDate(date) && daysOf(date) <= today) return daysOf(date);
  const text = `expected a date as yyyymmdd up to the last session, was ${date}`;
  return refusal('portfolio.bad_date', text);
}

/** What a command says, whatever cash there is. Errors: `portfolio.*` refusals. */
export function eventOf(state: PortfolioState, command: EntryCommand, stated: Stated): Decision {
  switch (command.kind) {
    case 'trade':
      return readTrade(state, command, stated);
    case 'cash':
      return decideCash(state, command, stated);
    case 'charge':
      return decideCharge(state, command, stated);
    case 'exchange':
      return decideExchange(state, command, stated);
    case 'rate':
      return decideRate(state, command, stated);
    case 'transfer':
      return decideTransfer(state, command, stated);
    case 'action':
      return decideAction(state, command, stated);
    case 'option':
      return decideOption(state, command, stated);
  }
}

function decideCharge(state: PortfolioState, command: ChargeCommand, stated: Stated): Decision {
  const { what } = command;
  if (what !== 'fee' && what !== 'interest' && what !== 'accrual') {
    const text = `expected fee, interest or accrual, was "${what.slice(0, 32)}"`;
    return refusal('portfolio.bad_charge', text);
  }
  const amount = amountFrom(command.amount, what !== 'fee');
  if (typeof amount !== 'bigint') return amount;
  const currency = currencyFrom(state, command.currency);
  if (typeof currency !== 'string') return currency;
  if (what === 'fee') return { kind: 'fee_charged', ...stated, currency, amount };
  const kind = what === 'interest' ? 'interest_paid' : 'interest_accrued';
  return { kind, ...stated, currency, amount };
}

function decideExchange(state: PortfolioState, command: ExchangeCommand, stated: Stated): Decision {
  const { currency: own } = state.account;
  const amount = amountFrom(command.amount, false);
  if (typeof amount !== 'bigint') return amount;
  const toAmount = amountFrom(command.toAmount, false);
  if (typeof toAmount !== 'bigint') return toAmount;
  const { toCurrency } = command;
  const currency = currencyFrom(state, command.currency);
  if (typeof currency !== 'string') return currency;
  // An exchange with the portfolio's own currency tells the rate itself.
  const into = currency === own ? toCurrency : currencyFrom(state, toCurrency);
  if (typeof into !== 'string') return into;
  return { kind: 'cash_exchanged', ...stated, currency, amount, toCurrency: into, toAmount };
}

function decideRate(state: PortfolioState, command: RateCommand, stated: Stated): Decision {
  const { currency } = command;
  const rate = parseDecimal(command.rate);
  if (rate === undefined || rate <= 0n) {
    const text = `expected a positive decimal rate, was "${command.rate.slice(0, 32)}"`;
    return refusal('portfolio.bad_rate', text);
  }
  if (currency === state.account.currency) {
    const text = `expected a currency other than the portfolio's own, was ${currency}`;
    return refusal('portfolio.bad_currency', text);
  }
  return { kind: 'rate_set', ...stated, currency, rate };
}

function decideTransfer(state: PortfolioState, command: TransferCommand, stated: Stated): Decision {
  const { symbol, direction, openedDate } = command;
  const row = checkSymbol(symbol, state.directory);
  if (typeof row !== 'number') return row;
  if (direction === 'out') {
    const quantity = quantityFrom(command.quantity);
    if (typeof quantity !== 'bigint') return quantity;
    const lots = lotsFrom(command.method, command.lots);
    if ('kind' in lots) return lots;
    return { kind: 'lots_delivered', ...stated, symbol, quantity, ...lots };
  }
  if (direction !== 'in') {
    const text = `expected direction in or out, was "${direction.slice(0, 32)}"`;
    return refusal('portfolio.bad_direction', text);
  }
  const isShort = command.quantity.startsWith('-');
  const size = quantityFrom(isShort ? command.quantity.slice(1) : command.quantity);
  if (typeof size !== 'bigint') return size;
  const cost = parseDecimal(command.cost);
  if (cost === undefined || (isShort ? cost > 0n : cost < 0n)) {
    const text = `expected a cost signed as the quantity, was "${command.cost.slice(0, 32)}"`;
    return refusal('portfolio.bad_amount', text);
  }
  if (!isDate(openedDate) || daysOf(openedDate) > stated.day) {
    const text = `expected the day of the purchase as yyyymmdd, was ${openedDate}`;
    return refusal('portfolio.bad_date', text);
  }
  const openedDay = daysOf(openedDate);
  const { currency } = state.account;
  const lot = { symbol, currency, quantity: isShort ? -size : size, cost };
  return { kind: 'lot_received', ...stated, ...lot, openedDay, heldFromDay: openedDay };
}

function decideAction(state: PortfolioState, command: ActionCommand, stated: Stated): Decision {
  const { symbol } = command;
  const row = checkSymbol(symbol, state.directory);
  if (typeof row !== 'number') return row;
  if (command.perShare !== '') {
    const perShare = amountFrom(command.perShare, false);
    if (typeof perShare !== 'bigint') return perShare;
    return { kind: 'dividend_paid', ...stated, symbol, perShare };
  }
  const newShares = parseDecimal(command.newShares);
  const oldShares = parseDecimal(command.oldShares);
  if (newShares !== undefined && oldShares !== undefined && newShares > 0n && oldShares > 0n) {
    return { kind: 'shares_split', ...stated, symbol, newShares, oldShares };
  }
  const was = `"${command.newShares.slice(0, 16)}" for "${command.oldShares.slice(0, 16)}"`;
  return refusal('portfolio.bad_split', `expected new shares for old ones, was ${was}`);
}

/** Decides a correction. Errors: `portfolio.*` and `lots.*`, of what it would make impossible. */
export function decideCorrection(
  state: PortfolioState,
  { commandId, eventId: reversedId, reason, replacement }: CorrectCommand,
): Reversed | Refusal {
  if (reason.length === 0 || reason.length > REASON_MAX) {
    const text = `expected a reason of 1 to ${REASON_MAX} characters, was ${reason.length}`;
    return refusal('portfolio.bad_reason', text);
  }
  const what = { eventId: commandId, day: todayOf(state), reversedId, reason };
  const reversal: Reversed = { kind: 'reversed', ...what };
  let entry = reversal;
  if (replacement !== undefined) {
    const corrected = statedById(state.history, reversedId);
    const day = replacementDay(state, replacement.date ?? 0, corrected);
    if (typeof day !== 'number') return day;
    const event = eventOf(state, replacement, { eventId: `${commandId}:replacement`, day });
    if (event.kind === 'refusal') return event;
    const expired = checkCorrected(state, event);
    if (expired !== undefined) return expired;
    entry = { ...reversal, replacement: event };
  }
  const replayed = replayWith(state, entry);
  return 'kind' in replayed ? replayed : (checkLeft(state, replayed.account) ?? entry);
}

/**
 * Whether a correction leaves the cash it takes, and a rate for what there is of each currency.
 * Errors: `portfolio.not_enough_cash`, `portfolio.no_rate`.
 */
function checkLeft(state: PortfolioState, corrected: Account): Refusal | undefined {
  for (const [currency, sums] of corrected.sums) {
    const isUsed = Object.values(sums).some((amount) => amount !== 0n);
    if (!isUsed || rateOf(corrected, currency) !== undefined) continue;
    const text = `expected a rate from ${currency} to ${corrected.currency} to be left, there is none`;
    return refusal('portfolio.no_rate', `${text}; set another first`);
  }
  for (const [currency, { cash }] of state.account.sums) {
    const taken = cash - (corrected.sums.get(currency)?.cash ?? 0n);
    const refused = taken > 0n ? checkCash(state, currency, taken) : undefined;
    if (refused !== undefined) return refused;
  }
  return undefined;
}

/** What a transfer moves, or the correction of one by another or none, at its last price. */
export function movedBy(state: PortfolioState, entry: AccountEntry): Moved | undefined {
  let target: AccountEntry | undefined = entry;
  // Each step goes to an earlier entry, so the walk ends.
  while (target?.kind === 'reversed') target = entryById(state.history, target.reversedId);
  const other = entry.kind === 'reversed' ? (entry.replacement ?? target) : target;
  if (!isTransfer(target) || !isTransfer(other) || target.symbol !== other.symbol) return undefined;
  const { symbol } = target;
  const last = state.directory.lastPrice(rowOf(state.directory, symbol));
  return last === last ? { symbol, price: fromFloat(last) } : undefined;
}

function isTransfer(entry?: AccountEntry): entry is LotReceived | LotsDelivered {
  return entry?.kind === 'lot_received' || entry?.kind === 'lots_delivered';
}

/** Entries that may bring something from outside, or take it there. */
const FROM_OUTSIDE: ReadonlySet<AccountEntry['kind']> = new Set([
  'cash_moved',
  'lot_received',
  'lots_delivered',
  'reversed',
]);

/** Equity that an entry from outside meets; undefined of others, and before the first point. */
export function equityMet(state: PortfolioState, entry: AccountEntry): number | undefined {
  const isMet = FROM_OUTSIDE.has(entry.kind) && state.marked !== undefined;
  return isMet ? equityNow(state) : undefined;
}

function replacementDay(
  state: PortfolioState,
  date: number,
  corrected: AccountEntry | undefined,
): number | Refusal {
  return date === 0 && corrected !== undefined ? corrected.day : dayFrom(state, date);
}
