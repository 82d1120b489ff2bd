// How old the rates are that make dollars of a portfolio's other currencies.

import type { RateFact } from '../pretrade/index.js';
import type { Account } from './account.js';
import type { AccountEvent } from './account-event.js';
import { eventsInForce } from './account-history.js';
import { todayOf } from './enter.js';
import { entriesOf, type History } from './history.js';
import { notionalOf, toFloat } from './money.js';
import { type PortfolioState, rateOf } from './state.js';

/** The days of an account's rates, as long as nothing is entered. */
interface Known {
  readonly text: string;
  readonly freshCount: number;
  readonly days: ReadonlyMap<string, number>;
}

/** Reading ten thousand entries takes milliseconds, and every order of one portfolio asks. */
const KNOWN = new WeakMap<History, Known>();

/**
 * The day that each rate was told, by entries in the order in which they take effect; none of a
 * rate of before the books were closed.
 */
export function rateDays({ account, history }: PortfolioState): ReadonlyMap<string, number> {
  const { text, fresh } = history;
  const known = KNOWN.get(history);
  if (known !== undefined && known.freshCount === fresh.length && known.text === text) {
    return known.days;
  }
  const events = eventsInForce(entriesOf(history));
  // They were replayed before they were booked, so they are in force.
  const days = 'kind' in events ? new Map<string, number>() : daysOfRates(account, events);
  KNOWN.set(history, { text, freshCount: fresh.length, days });
  return days;
}

/** What is held in other currencies, the oldest rate first. */
export function ratesByAge(state: PortfolioState): readonly RateFact[] {
  const { account } = state;
  const held: RateFact[] = [];
  for (const [currency, { cash, accrued }] of account.sums) {
    if (currency === account.currency || (cash === 0n && accrued === 0n)) continue;
    const day = rateDays(state).get(currency);
    const days = day === undefined ? Number.POSITIVE_INFINITY : todayOf(state) - day;
    const worth = notionalOf(rateOf(account, currency) ?? 0n, cash + accrued);
    held.push({ currency, days, worth: Math.abs(toFloat(worth)) });
  }
  return held.sort((one, other) => (one.days === other.days ? 0 : other.days - one.days));
}

function daysOfRates(account: Account, events: readonly AccountEvent[]): Map<string, number> {
  const days = new Map<string, number>();
  for (const event of events) {
    if (event.kind === 'rate_set') days.set(event.currency, event.day);
    if (event.kind !== 'cash_exchanged') continue;
    if (event.currency === account.currency) days.set(event.toCurrency, event.day);
    if (event.toCurrency === account.currency) days.set(event.currency, event.day);
  }
  return days;
}
