// Entries into a portfolio's account, and what follows from them for its floats.

import { assert, type Refusal } from '../../engine/index.js';
import { daysOf } from '../calendar/index.js';
import { type Account, accountGaps, gapsAt } from './account.js';
import { applyEvent } from './account-apply.js';
import type { AccountEntry, AccountEvent } from './account-event.js';
import { decodeAccount } from './account-form.js';
import { type ReplayedAccount, replayAccount } from './account-history.js';
import { MARKET_ID } from './decide.js';
import { addEntry, entriesOf } from './history.js';
import type { CorporateAction } from './messages.js';
import { fromFloat, notionalOf, toFloat } from './money.js';
import {
  noteChange,
  type PortfolioState,
  rateOf,
  rememberCommand,
  rememberTrade,
} from './state.js';

/** The facts a portfolio's history is made of; the id of an event is that of its command. */
export type PortfolioEvent = AccountEntry;

/** One that comes from the journal says which version wrote it. */
type Stamped = PortfolioEvent & {
  readonly eventVersion?: number;
  /** Event time, where a trade was judged by its rate. Units: microseconds. */
  readonly timeUs?: number;
};

/** The day of an entry that tells none: that of the portfolio's last point. */
export const DAY_UNTOLD = -1;

/** The day of the latest point or entry. Units: days since 1970-01-01. */
export function todayOf(state: PortfolioState): number {
  const session = state.actionDate === 0 ? 0 : daysOf(state.actionDate);
  return Math.max(session, state.history.day);
}

/** Enters what a command has made. Errors: bugs `portfolio.*`. */
export function enterEvent(state: PortfolioState, event: Stamped): void {
  rememberCommand(state, event.eventId);
  if (event.timeUs !== undefined) rememberTrade(state, event.timeUs);
  enter(state, onItsDay(state, event));
}

/** An entry as the books hold it: on a day, and without what the runtime stamps on events. */
function onItsDay(state: PortfolioState, event: Stamped): AccountEntry {
  const { eventVersion: _stamp, timeUs: _time, ...entry } = event;
  return entry.day === DAY_UNTOLD ? { ...entry, day: todayOf(state) } : entry;
}

/** Enters what a portfolio opens with: checked once, as a whole. Errors: bugs `portfolio.*`. */
export function enterOpenings(state: PortfolioState, events: readonly PortfolioEvent[]): void {
  for (const event of events) {
    const entry = onItsDay(state, event);
    apply(state, entry);
    addEntry(state.history, entry, state.account);
    rememberCommand(state, event.eventId);
  }
  assertIdentity(state.account);
  noteChange(state, true);
}

/**
 * Applies a split, then a dividend, which is paid on the new shares. These follow from the feed,
 * which is replayed from its source, so they are entered without being journaled; `actionDate`
 * keeps a replayed session from doubling. What was sold is told too: a correction may bring it
 * back.
 */
export function enterAction(state: PortfolioState, action: CorporateAction): void {
  const { row, date, split, dividend } = action;
  if (date <= state.actionDate) return;
  const symbol = state.directory.symbolOf(row);
  if (!state.history.symbols.has(symbol)) return;
  const stated = { day: daysOf(date), symbol, ofMarket: true } as const;
  if (split !== 1) {
    const eventId = `${MARKET_ID}split-${symbol}-${date}`;
    const newShares = fromFloat(split);
    enter(state, { kind: 'shares_split', eventId, ...stated, newShares, oldShares: 1_000_000n });
  }
  if (dividend > 0) {
    const eventId = `${MARKET_ID}dividend-${symbol}-${date}`;
    enter(state, { kind: 'dividend_paid', eventId, ...stated, perShare: fromFloat(dividend) });
  }
}

/** Entries that change what is held. */
const HOLDING: ReadonlySet<AccountEntry['kind']> = new Set([
  'traded',
  'shares_split',
  'lot_received',
  'lots_delivered',
]);

function enter(state: PortfolioState, entry: AccountEntry): void {
  const before = outsideOf(state.account);
  const isLate = entry.kind === 'reversed' || entry.day < state.history.day;
  if (isLate) {
    const replayed = replayWith(state, entry);
    assert(!('kind' in replayed), 'portfolio.entry_applies');
    state.account = replayed.account;
    assertIdentity(state.account);
  } else {
    const symbol = 'symbol' in entry ? entry.symbol : undefined;
    const gaps = gapsAt(state.account, symbol);
    apply(state, entry);
    assertSame(gaps, gapsAt(state.account, symbol));
  }
  noteFlow(state, before);
  addEntry(state.history, entry, state.account);
  noteChange(state, isLate || HOLDING.has(entry.kind));
}

function apply(state: PortfolioState, entry: AccountEntry): void {
  assert(entry.kind !== 'reversed', 'portfolio.a_reversal_is_replayed');
  const gains = applyEvent(state.account, entry);
  assert(!('kind' in gains), 'portfolio.entry_applies');
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

/** A copy of what an event may touch; lots are never changed in place. */
function copyFor(account: Account, event: AccountEvent): Account {
  const sums = new Map(Array.from(account.sums, ([currency, one]) => [currency, { ...one }]));
  const held = 'symbol' in event ? account.positions.get(event.symbol) : undefined;
  const copy: Account = { ...account, rates: new Map(account.rates), sums, positions: new Map() };
  if (held !== undefined && 'symbol' in event) copy.positions.set(event.symbol, { ...held });
  return copy;
}

/** Paid in and received from outside, by currency. */
function outsideOf(account: Account): ReadonlyMap<string, bigint> {
  const sums = new Map<string, bigint>();
  for (const [currency, { deposited, transferred }] of account.sums) {
    sums.set(currency, deposited + transferred);
  }
  return sums;
}

/** What came from outside is no profit, and moves the peak that a fall is measured from. */
function noteFlow(state: PortfolioState, before: ReadonlyMap<string, bigint>): void {
  let flow = 0;
  for (const [currency, after] of outsideOf(state.account)) {
    const change = after - (before.get(currency) ?? 0n);
    if (change !== 0n) flow += toFloat(notionalOf(rateOf(state.account, currency) ?? 0n, change));
  }
  if (flow === 0) return;
  state.flow += flow;
  if (state.equityPeak > 0) state.equityPeak = Math.max(0, state.equityPeak + flow);
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
