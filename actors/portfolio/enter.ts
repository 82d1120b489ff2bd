// Entries into a portfolio's account, and what follows from them for its floats.

import { assert, type Refusal } from '../../engine/index.js';
import { daysOf } from '../calendar/index.js';
import { contractOf } from '../options/index.js';
import { type Account, accountGaps, gapsAt } from './account.js';
import { applyEvent } from './account-apply.js';
import type { AccountEntry, AccountEvent } from './account-event.js';
import { decodeAccount } from './account-form.js';
import { type ReplayedAccount, replayAccount } from './account-history.js';
import { lastCloseDate } from './closes.js';
import { MARKET_ID } from './decide.js';
import { type Brought, noteFlow, outsideOf } from './flow.js';
import { addEntry, entriesOf, statedById } from './history.js';
import { noteTold, type SeenOfMarket, takeSeen } from './market-seen.js';
import type { CorporateAction, Marked } from './messages.js';
import { fromFloat } from './money.js';
import { symbolsTouched } from './option-entry.js';
import { splitRatio } from './split-ratio.js';
import { noteChange, type PortfolioState, rememberCommand, rememberTrade, rowOf } from './state.js';

/** The facts a portfolio's history is made of; the id of an event is that of its command. */
export type PortfolioEvent = AccountEntry;

/** What an event tells beside its entry. */
interface Stamps extends Partial<SeenOfMarket>, Brought {
  /** The version that wrote it, on one that comes from the journal. */
  readonly eventVersion?: number;
  /** Event time, where a trade was judged by its rate. Units: microseconds. */
  readonly timeUs?: number;
}

type Stamped = PortfolioEvent & Stamps;

/** The day of an entry that tells none: that of the portfolio's last point. */
export const DAY_UNTOLD = -1;

/** The day of the latest point or entry. Units: days since 1970-01-01. */
export function todayOf(state: PortfolioState): number {
  const session = state.actionDate === 0 ? 0 : daysOf(state.actionDate);
  return Math.max(session, state.history.day);
}

/** Enters what a command has made, behind what the market had entered before it. */
export function enterEvent(state: PortfolioState, event: Stamped): void {
  rememberCommand(state, event.eventId);
  if (event.timeUs !== undefined) rememberTrade(state, event.timeUs);
  for (const entry of takeSeen(state, event)) enterOrWait(state, entry);
  enterOrWait(state, onItsDay(state, event), event);
}

/** An entry as the books hold it: on a day, and without what events tell beside it. */
function onItsDay(state: PortfolioState, event: Stamped): AccountEntry {
  const { eventVersion: _version, timeUs: _time, seen: _seen, ...rest } = event;
  const { opening: _opening, market: _market, moved: _moved, ...told } = rest;
  const { equityBefore: _equity, ...entry } = told;
  return entry.day === DAY_UNTOLD ? { ...entry, day: todayOf(state) } : entry;
}

/** Enters what a portfolio opens with: checked once, as a whole. Errors: bugs `portfolio.*`. */
export function enterOpenings(state: PortfolioState, events: readonly PortfolioEvent[]): void {
  for (const event of events) {
    const entry = onItsDay(state, event);
    assert(isApplied(state.account, entry), 'portfolio.entry_applies');
    addEntry(state.history, entry, state.account);
    rememberCommand(state, event.eventId);
  }
  assertIdentity(state.account);
  noteChange(state, true);
}

/**
 * Applies a split, then a dividend, which is paid on the new shares. These follow from the feed,
 * which is replayed from its source, so they are entered without being journaled; the next event of
 * a command tells them. One that was told before, also in an earlier replay, is not entered again.
 * What was sold is told too: a correction may bring it back.
 */
export function enterAction(state: PortfolioState, action: CorporateAction): void {
  const { row, date, split, dividend } = action;
  if (!noteTold(state, action)) return;
  const symbol = state.directory.symbolOf(row);
  if (!state.books.haveHeld(symbol)) return;
  const stated = { day: daysOf(date), symbol, ofMarket: true } as const;
  if (split !== 1) {
    const eventId = `${MARKET_ID}split-${symbol}-${date}`;
    enterOrWait(state, { kind: 'shares_split', eventId, ...stated, ...splitRatio(split) });
  }
  if (dividend > 0) {
    const eventId = `${MARKET_ID}dividend-${symbol}-${date}`;
    enterOrWait(state, {
      kind: 'dividend_paid',
      eventId,
      ...stated,
      perShare: fromFloat(dividend),
    });
  }
}

/**
 * Settles the options whose last day has come, at the close and its prices, as the clearing house
 * does. As a split it follows from the feed: it is not journaled, the next event of a command tells
 * it. One whose stock has no price waits for a close that has. What is not held any more is settled
 * too, at its own close: a correction may bring it back.
 */
export function enterSettlements(state: PortfolioState, { date, prices }: Marked): void {
  // Unless something has changed since the last point, no options were held then.
  if (state.isStale || state.options !== undefined) {
    for (const symbol of [...state.account.positions.keys()]) {
      if (isDue(symbol, 0, date)) enterSettlement(state, symbol, date, prices);
    }
  }
  const before = lastCloseDate(state.closes);
  for (const symbol of state.books.contracts()) {
    if (!isDue(symbol, before, date) || state.account.positions.has(symbol)) continue;
    // It was entered a moment ago, or in an earlier replay.
    if (statedById(state.history, settledId(symbol, date)) !== undefined) continue;
    enterSettlement(state, symbol, date, prices);
  }
}

/** Whether an option's last day is behind one close and not behind another. */
function isDue(symbol: string, before: number, date: number): boolean {
  const contract = contractOf(symbol);
  if (contract === undefined || contract.isAdjusted) return false;
  return contract.expiryDate > before && contract.expiryDate <= date;
}

function settledId(symbol: string, date: number): string {
  return `${MARKET_ID}settled-${symbol}-${date}`;
}

function enterSettlement(
  state: PortfolioState,
  symbol: string,
  date: number,
  prices: Marked['prices'],
): void {
  const price = prices[rowOf(state.directory, contractOf(symbol)!.underlying)] ?? Number.NaN;
  if (!(price >= 0)) return;
  const eventId = settledId(symbol, date);
  const stated = { eventId, day: daysOf(date), symbol, ofMarket: true } as const;
  enterOrWait(state, { kind: 'option_settled', ...stated, price: fromFloat(price) });
}

/** Entries that change what is held. */
const HOLDING: ReadonlySet<AccountEntry['kind']> = new Set([
  'traded',
  'shares_split',
  'lot_received',
  'lots_delivered',
  'option_ended',
  'option_settled',
]);

/**
 * Enters an entry, or lets it wait where the books can't take it yet: one of a version that did not
 * tell what the market had entered before it, or after openings that have changed since. What waits
 * is tried again behind every entry.
 */
function enterOrWait(state: PortfolioState, entry: AccountEntry, brought: Brought = {}): void {
  if (!enter(state, entry, brought)) {
    const { moved } = brought;
    state.waiting.push({ entry, ...(moved !== undefined && { moved }) });
    return;
  }
  for (let index = 0; index < state.waiting.length; index++) {
    const waiting = state.waiting[index]!;
    if (!enter(state, waiting.entry, waiting)) continue;
    state.waiting.splice(index, 1);
    // An earlier one may have waited for this one.
    index = -1;
  }
}

/** Enters an entry; false, and nothing is changed, where it does not apply. */
function enter(state: PortfolioState, entry: AccountEntry, brought: Brought): boolean {
  const before = outsideOf(state.account, brought.moved);
  const isLate = isLateIn(state, entry);
  if (isLate) {
    const replayed = replayWith(state, entry);
    if ('kind' in replayed) return false;
    state.account = replayed.account;
    assertIdentity(state.account);
  } else {
    const symbols = 'symbol' in entry ? symbolsTouched(entry.symbol) : [];
    const gaps = gapsAt(state.account, symbols);
    if (!isApplied(state.account, entry)) return false;
    assertSame(gaps, gapsAt(state.account, symbols));
  }
  noteFlow(state, before, brought);
  addEntry(state.history, entry, state.account);
  noteChange(state, isLate || HOLDING.has(entry.kind));
  return true;
}

/** Whether an entry stands before others that are there already. */
function isLateIn({ history }: PortfolioState, entry: AccountEntry): boolean {
  if (entry.kind === 'reversed' || entry.day < history.day) return true;
  return 'ofMarket' in entry && entry.day <= (history.untoldDay ?? -1);
}

function isApplied(account: Account, entry: AccountEntry): boolean {
  assert(entry.kind !== 'reversed', 'portfolio.a_reversal_is_replayed');
  return !('kind' in applyEvent(account, entry));
}

/** The account with one more entry, replayed from the beginning of its books. */
export function replayWith(state: PortfolioState, entry?: AccountEntry): ReplayedAccount | Refusal {
  const entries = entriesOf(state.history);
  const base = decodeAccount(state.history.base);
  return replayAccount(entry === undefined ? entries : [...entries, entry], base);
}

/** Whether an event could be applied today, and if not why. */
export function checkEvent(state: PortfolioState, event: AccountEvent): Refusal | undefined {
  if (event.day < state.history.day) {
    const replayed = replayWith(state, event);
    return 'kind' in replayed ? replayed : undefined;
  }
  // A refused event changes nothing, and one that is applied is applied to the copy alone.
  const gains = applyEvent(copyFor(state.account, event), event);
  return 'kind' in gains ? gains : undefined;
}

/** The account with an event more, as of today; nothing of the portfolio is changed. */
export function accountWith({ account }: PortfolioState, event: AccountEvent): Account | Refusal {
  const copy = copyFor(account, event);
  const gains = applyEvent(copy, event);
  if ('kind' in gains) return gains;
  const positions = new Map(account.positions);
  for (const symbol of 'symbol' in event ? symbolsTouched(event.symbol) : []) {
    const held = copy.positions.get(symbol);
    if (held === undefined) positions.delete(symbol);
    else positions.set(symbol, held);
  }
  return { ...copy, positions, volatilities: account.volatilities };
}

/** A copy of what an event may touch; lots are never changed in place. */
function copyFor(account: Account, event: AccountEvent): Account {
  const sums = new Map(Array.from(account.sums, ([currency, one]) => [currency, { ...one }]));
  const rates = new Map(account.rates);
  const copy = { ...account, rates, sums, positions: new Map(), volatilities: new Map() };
  for (const symbol of 'symbol' in event ? symbolsTouched(event.symbol) : []) {
    const held = account.positions.get(symbol);
    if (held !== undefined) copy.positions.set(symbol, { ...held });
  }
  return copy;
}

/** Checks the identity of every currency. Errors: bug `portfolio.cash_and_cost_add_up`. */
function assertIdentity(account: Account): void {
  assert(accountGaps(account).size === 0, 'portfolio.cash_and_cost_add_up');
}

/** Checks that an entry has kept the identity. Errors: bug `portfolio.cash_and_cost_add_up`. */
function assertSame(before: ReadonlyMap<string, bigint>, after: ReadonlyMap<string, bigint>): void {
  for (const [currency, gap] of after) {
    assert(gap === (before.get(currency) ?? 0n), 'portfolio.cash_and_cost_add_up');
  }
}
