// Accounts in the hands of a test: events applied or replayed, and what came of them as text.

import { daysOf } from '../calendar/index.js';
import type { LotMethod } from '../lots/index.js';
import {
  type Account,
  type AccountEntry,
  type AccountEvent,
  applyEvent,
  emptyAccount,
  type RealisedGain,
  type ReplayedAccount,
  replayAccount,
} from './index.js';
import { parseDecimal } from './money.js';
import { text } from './test-books.js';

/** Millionths of a decimal. */
export function units(decimal: string): bigint {
  const value = parseDecimal(decimal);
  if (value === undefined) throw new Error(`expected a decimal, was ${decimal}`);
  return value;
}

/** What an event realises; one that is refused fails the test. */
export function applied(account: Account, event: AccountEvent): readonly RealisedGain[] {
  const gains = applyEvent(account, event);
  if ('kind' in gains) throw new Error(gains.text);
  return gains;
}

/** The account of entries; entries that are refused fail the test. */
export function replayed(
  entries: readonly AccountEntry[],
  method: LotMethod = 'fifo',
): ReplayedAccount {
  const result = replayAccount(entries, emptyAccount(method));
  if ('kind' in result) throw new Error(result.text);
  return result;
}

/** A trade in dollars on a date. */
export function traded(
  eventId: string,
  date: number,
  quantity: string,
  price: string,
  more: Partial<AccountEvent> = {},
): AccountEvent {
  const what = { symbol: 'IBM', currency: 'USD', quantity: units(quantity), price: units(price) };
  // The fields given last belong to the same kind of event.
  return { kind: 'traded', eventId, day: daysOf(date), fee: 0n, ...what, ...more } as AccountEvent;
}

/** An account as text, to compare. */
export function pictureOf(result: ReplayedAccount): string {
  const { account, gains } = result;
  const sorted = [...account.positions].sort(([one], [other]) => one.localeCompare(other));
  return text([sorted, [...account.sums], gains]);
}
