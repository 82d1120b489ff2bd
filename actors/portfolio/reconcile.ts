// Holds the books against a statement of the same account, and explains what differs.

import { type Refusal, refusal } from '../../engine/index.js';
import { dateOf, dateText, daysOf, isDate } from '../calendar/index.js';
import { LOT_METHODS } from '../lots/index.js';
import { contractOf } from '../options/index.js';
import { type Account, costOf, emptyAccount, quantityOf } from './account.js';
import { applyEvent } from './account-apply.js';
import type { AccountEvent } from './account-event.js';
import { decodeAccount } from './account-form.js';
import { eventsInForce } from './account-history.js';
import type { Reconciled, StatementBreak } from './answers.js';
import { todayOf } from './enter.js';
import { entriesOf } from './history.js';
import type { Reconcile } from './messages.js';
import { formatDecimal, parseDecimal } from './money.js';
import type { PortfolioState } from './state.js';

/** Most lines of a statement. */
const LINES_MAX = 20_000;

/** Ratios of splits that somebody may have missed: new shares for one old, in sixths. */
const RATIOS = [2, 3, 4, 5, 6, 7, 8, 10, 15, 20];

/** Events that are tried in pairs; the square of it is what one difference may cost. */
const PAIRED_MAX = 200;

/** An event, and what it did to one thing: shares of a symbol, or cash of a currency. */
interface Effect {
  readonly event: AccountEvent;
  readonly amount: bigint;
  readonly isInForce: boolean;
}

/** A difference that wants an explanation. */
interface Difference {
  readonly books: bigint;
  readonly statement: bigint;
  /** Last day of the statement. */
  readonly day: number;
  readonly effects: readonly Effect[];
}

type Explained = Pick<StatementBreak, 'reason' | 'text'>;

/**
 * Compares the books as of the statement's date. Every difference is told with what would explain
 * it: an event that only one side has, has twice, or booked on another day, a split, a sign, a way
 * to choose lots. A statement that tells any cash tells all of it: a currency that it does not name
 * is one that it has none of. Errors: `portfolio.bad_statement`, `portfolio.bad_date`.
 */
export function reconcile(state: PortfolioState, statement: Reconcile): Reconciled | Refusal {
  const today = todayOf(state);
  const { date, lines } = statement;
  if (date !== 0 && !(isDate(date) && daysOf(date) <= today)) {
    const text = `expected the statement's date as yyyymmdd up to the last session, was ${date}`;
    return refusal('portfolio.bad_date', text);
  }
  const read = readLines(state, lines);
  if ('kind' in read) return read;
  const day = date === 0 ? today : daysOf(date);
  const { closedDay = 0 } = state.history;
  if (day < closedDay) {
    const text = `expected a date from ${dateOf(closedDay)} on, when the books were closed, was ${date}`;
    return refusal('portfolio.bad_date', text);
  }
  const { account, effects } = booksAsOf(state, day);
  const breaks: StatementBreak[] = [];
  const symbols = new Set([...account.positions.keys(), ...read.positions.keys()]);
  for (const symbol of [...symbols].sort()) {
    const position = account.positions.get(symbol);
    const told = read.positions.get(symbol);
    const books = position === undefined ? 0n : quantityOf(position);
    const shares = told?.quantity ?? 0n;
    if (books !== shares) {
      const own = effects.get(symbol) ?? [];
      const why = explain({ books, statement: shares, day, effects: own });
      breaks.push(breakOf('quantity', symbol, books, shares, why));
    } else if (position !== undefined && told?.cost !== undefined) {
      const cost = costOf(position);
      if (cost === told.cost) continue;
      breaks.push(
        breakOf('cost', symbol, cost, told.cost, explainCost(state, day, symbol, told.cost)),
      );
    }
  }
  const currencies = new Set(
    read.cash.size === 0 ? [] : [...read.cash.keys(), ...account.sums.keys()],
  );
  for (const currency of [...currencies].sort()) {
    const books = account.sums.get(currency)?.cash ?? 0n;
    const cash = read.cash.get(currency) ?? 0n;
    if (books === cash) continue;
    const own = effects.get(`cash ${currency}`) ?? [];
    const why = explain({ books, statement: cash, day, effects: own });
    breaks.push(breakOf('cash', currency, books, cash, why));
  }
  const compared = symbols.size + currencies.size;
  return { kind: 'reconciled', date: dateOf(day), compared, breaks };
}

function breakOf(
  what: StatementBreak['what'],
  name: string,
  books: bigint,
  statement: bigint,
  why: Explained,
): StatementBreak {
  return { what, name, books, statement, ...why };
}

/** Lines of a statement in exact units. */
interface ReadLines {
  readonly positions: Map<string, { quantity: bigint; cost: bigint | undefined }>;
  readonly cash: Map<string, bigint>;
}

function readLines(state: PortfolioState, lines: Reconcile['lines']): ReadLines | Refusal {
  if (lines.length > LINES_MAX) {
    const text = `expected at most ${LINES_MAX} lines, was ${lines.length}`;
    return refusal('portfolio.bad_statement', text);
  }
  const read: ReadLines = { positions: new Map(), cash: new Map() };
  for (const [index, { symbol: name, currency: unit, quantity, cost }] of lines.entries()) {
    const isCash = isCurrency(state, name);
    const currency = isCash ? name : unit;
    // Statements write options with blanks behind the root.
    const symbol = isCash ? '' : (contractOf(name)?.symbol ?? name);
    const amount = parseDecimal(quantity);
    const costs = cost === '' ? undefined : parseDecimal(cost);
    const isTwice = symbol === '' ? read.cash.has(currency) : read.positions.has(symbol);
    if (amount === undefined || (cost !== '' && costs === undefined) || isTwice) {
      const what = isTwice ? 'one line of each name' : 'decimals of at most 6 places';
      const was = `"${quantity.slice(0, 20)}", "${cost.slice(0, 20)}" of ${symbol || currency}`;
      return refusal('portfolio.bad_statement', `line ${index + 1}: expected ${what}, was ${was}`);
    }
    if (symbol === '') read.cash.set(currency, amount);
    else read.positions.set(symbol, { quantity: amount, cost: costs });
  }
  return read;
}

/** Whether a symbol is a currency of the books, and no stock that is held or that the run has. */
function isCurrency({ account, directory }: PortfolioState, name: string): boolean {
  const isStock = account.positions.has(name) || directory.rowOf(name) !== undefined;
  return account.sums.has(name) && !isStock;
}

/** The account as of a day, and what every event, also later or reversed, did to what. */
function booksAsOf(state: PortfolioState, day: number) {
  const entries = entriesOf(state.history);
  const inForce = eventsInForce(entries);
  const events = 'kind' in inForce ? [] : inForce;
  const known = new Set(events.map(({ eventId }) => eventId));
  const account = decodeAccount(state.history.base);
  const effects = new Map<string, Effect[]>();
  for (const event of events) {
    if (event.day > day) note(effects, event, emptyAccount('fifo'), true);
    else note(effects, event, account, true);
  }
  for (const entry of entries) {
    const stated = entry.kind === 'reversed' ? entry.replacement : entry;
    if (stated === undefined || known.has(stated.eventId)) continue;
    note(effects, stated, emptyAccount('fifo'), false);
  }
  return { account, effects };
}

/** Applies an event to an account and notes what it changed. */
function note(
  effects: Map<string, Effect[]>,
  event: AccountEvent,
  account: Account,
  isInForce: boolean,
): void {
  const before = picture(account, event);
  applyEvent(account, event);
  for (const [name, after] of picture(account, event)) {
    const amount = after - (before.get(name) ?? 0n);
    if (amount === 0n) continue;
    const known = effects.get(name);
    if (known === undefined) effects.set(name, [{ event, amount, isInForce }]);
    else known.push({ event, amount, isInForce });
  }
}

function picture(account: Account, event: AccountEvent): Map<string, bigint> {
  const amounts = new Map<string, bigint>();
  for (const [currency, { cash }] of account.sums) amounts.set(`cash ${currency}`, cash);
  if (!('symbol' in event)) return amounts;
  const position = account.positions.get(event.symbol);
  return amounts.set(event.symbol, position === undefined ? 0n : quantityOf(position));
}

/** What would make books and statement agree; the simplest comes first. */
function explain({ books, statement, day, effects }: Difference): Explained {
  const gap = statement - books;
  const named = ({ event }: Effect): string => `${event.eventId} of ${dateText(dateOf(event.day))}`;
  for (const effect of effects) {
    const { event, amount, isInForce } = effect;
    if (isInForce && event.day <= day && amount === -gap) {
      return { reason: 'not_in_statement', text: `the statement lacks ${named(effect)}` };
    }
    if (isInForce && event.day > day && amount === gap) {
      return { reason: 'booked_later', text: `${named(effect)} is booked after the statement` };
    }
    if (!isInForce && amount === gap) {
      return { reason: 'reversed', text: `the statement has ${named(effect)}, reversed here` };
    }
  }
  const twice = effects.find(({ amount, isInForce }) => isInForce && amount === gap);
  if (twice !== undefined) {
    return { reason: 'twice_in_statement', text: `the statement has ${named(twice)} twice` };
  }
  if (statement === -books) return { reason: 'sign', text: 'the sides have opposite signs' };
  const ratio = RATIOS.find((one) => {
    const times = BigInt(one);
    return books * times === statement || statement * times === books;
  });
  if (ratio !== undefined && books !== 0n && statement !== 0n) {
    const whose = books * BigInt(ratio) === statement ? 'here' : 'in the statement';
    return {
      reason: 'split',
      text: `a split of ${ratio} for 1, or for ${ratio}, missing ${whose}`,
    };
  }
  return explainByPair(gap, day, effects, named) ?? feeOf(gap, effects, named);
}

function explainByPair(
  gap: bigint,
  day: number,
  effects: readonly Effect[],
  named: (effect: Effect) => string,
): Explained | undefined {
  const recent = effects.filter(({ event }) => event.day <= day).slice(-PAIRED_MAX);
  for (const [index, one] of recent.entries()) {
    for (const other of recent.slice(index + 1)) {
      if (one.amount + other.amount !== -gap || !one.isInForce || !other.isInForce) continue;
      const text = `the statement lacks ${named(one)} and ${named(other)}`;
      return { reason: 'not_in_statement', text };
    }
  }
  return undefined;
}

/** A difference in cash may be the fee of one trade; else nobody knows. */
function feeOf(
  gap: bigint,
  effects: readonly Effect[],
  named: (effect: Effect) => string,
): Explained {
  const size = gap < 0n ? -gap : gap;
  const charged = effects.find(
    ({ event, isInForce }) => isInForce && event.kind === 'traded' && event.fee === size,
  );
  if (charged !== undefined) {
    return { reason: 'fee', text: `as much as the fee of ${named(charged)}` };
  }
  const side = gap < 0n ? 'less' : 'more';
  return { reason: 'unexplained', text: `${formatDecimal(size)} ${side} in the statement` };
}

/** Costs of the same shares differ by the way lots were chosen, or by fees. */
function explainCost(state: PortfolioState, day: number, symbol: string, told: bigint): Explained {
  const inForce = eventsInForce(entriesOf(state.history));
  const events = ('kind' in inForce ? [] : inForce).filter((event) => event.day <= day);
  const costWith = (change: (event: AccountEvent) => AccountEvent): bigint | undefined => {
    const account = decodeAccount(state.history.base);
    for (const event of events) applyEvent(account, change(event));
    const position = account.positions.get(symbol);
    return position === undefined ? undefined : costOf(position);
  };
  for (const method of LOT_METHODS) {
    if (method === 'specific') continue;
    const cost = costWith((event) => (event.kind === 'traded' ? { ...event, method } : event));
    if (cost === told) return { reason: 'lot_method', text: `the statement's lots are ${method}` };
  }
  const bare = costWith((event) => (event.kind === 'traded' ? { ...event, fee: 0n } : event));
  if (bare === told) return { reason: 'fee', text: 'the statement keeps fees out of the cost' };
  return { reason: 'unexplained', text: 'the shares agree, their cost does not' };
}
