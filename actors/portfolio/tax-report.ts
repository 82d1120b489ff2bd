// What was realised as the tax knows it: by term, with the losses of wash sales moved on.

import type { Refusal } from '../../engine/index.js';
import { dateOf } from '../calendar/index.js';
import type { Term } from '../lots/index.js';
import { contractOf } from '../options/index.js';
import type { Account } from './account.js';
import { applyEvent } from './account-apply.js';
import type { AccountEntry, AccountEvent } from './account-event.js';
import { eventsInForce } from './account-history.js';
import type { RealisedGain } from './account-trade.js';
import type { CarryingLot } from './held-parts.js';
import { symbolsTouched } from './option-entry.js';
import { type TaxedGain, WashBook } from './wash-book.js';

/** Sums of one currency and term. Units: millionths of the currency. */
export interface TaxSums {
  readonly currency: string;
  readonly term: Term;
  readonly gain: bigint;
  readonly carried: bigint;
  readonly disallowed: bigint;
  readonly recognised: bigint;
}

/** A year of an account as the tax knows it. */
export interface TaxReport {
  readonly rows: readonly TaxedGain[];
  readonly sums: readonly TaxSums[];
  /** What open shares carry as of the last entry. */
  readonly carrying: readonly CarryingLot[];
  /** What shares carried that were delivered to another account. Units: millionths. */
  readonly delivered: bigint;
}

/** Which of it is wanted. */
export interface TaxQuestion {
  /** 0 for all that the entries hold. */
  readonly year: number;
  /** False: gains and losses as the books have them. */
  readonly washSales: boolean;
}

/** The books of one account. */
export interface TaxBooks {
  readonly id: string;
  readonly entries: readonly AccountEntry[];
  /** What there was before the entries; changed. */
  readonly account: Account;
}

/**
 * Replays entries beside a book of wash sales. The books stay as they are: recognised gains and
 * what shares carry, open or delivered, add up to the gains of the books, to the last unit: of an
 * owner's accounts together, as a loss of one may be carried by another. Tells of the first account
 * alone. Errors: those of `eventsInForce`.
 */
export function taxReport(
  [own, ...others]: readonly [TaxBooks, ...TaxBooks[]],
  { year, washSales }: TaxQuestion,
): TaxReport | Refusal {
  const wash = new WashBook();
  const taken: { readonly books: TaxBooks; readonly event: AccountEvent }[] = [];
  // Whichever account is asked, all are in one order.
  const inOrder = [own, ...(washSales ? others : [])].sort((a, b) => (a.id < b.id ? -1 : 1));
  for (const books of inOrder) {
    const events = eventsInForce(books.entries);
    if ('kind' in events) return events;
    wash.open(books.id, books.account.positions);
    taken.push(...events.map((event) => ({ books, event })));
  }
  // Stable: events of one day keep the order of their account.
  taken.sort((one, other) => one.event.day - other.event.day);
  const booked: TaxedGain[] = [];
  for (const { books, event } of taken) {
    const { id, account } = books;
    const before = touchedBy(account, event);
    const gains = applyEvent(account, event);
    if ('kind' in gains) return gains;
    if (books === own) booked.push(...gains.map((gain) => asBooked(id, gain)));
    const touched = new Set([...before, ...touchedBy(account, event)]);
    const after = new Map(Array.from(touched, (one) => [one, account.positions.get(one)]));
    if (washSales) wash.take(id, event, gains, after);
  }
  const all = washSales ? wash.rows.filter(({ account }) => account === own.id) : booked;
  const rows = year === 0 ? all : all.filter(({ closedDay }) => yearOf(closedDay) === year);
  return {
    rows,
    sums: sumsOfRows(rows),
    carrying: wash.carrying(own.id),
    delivered: wash.delivered(own.id),
  };
}

/** Symbols whose lots an event may change: a split restates the options that are held. */
function touchedBy({ positions }: Account, event: AccountEvent): readonly string[] {
  if (!('symbol' in event)) return [];
  if (event.kind !== 'shares_split') return symbolsTouched(event.symbol);
  const isOn = (symbol: string): boolean => contractOf(symbol)?.underlying === event.symbol;
  return [event.symbol, ...[...positions.keys()].filter(isOn)];
}

function asBooked(account: string, gain: RealisedGain): TaxedGain {
  return { ...gain, account, carried: 0n, disallowed: 0n, recognised: gain.gain };
}

function yearOf(day: number): number {
  return Math.floor(dateOf(day) / 10_000);
}

function sumsOfRows(rows: readonly TaxedGain[]): readonly TaxSums[] {
  const sums = new Map<string, TaxSums>();
  for (const { currency, term, ...row } of rows) {
    const key = `${currency} ${term}`;
    const sum = sums.get(key);
    sums.set(key, {
      currency,
      term,
      gain: (sum?.gain ?? 0n) + row.gain,
      carried: (sum?.carried ?? 0n) + row.carried,
      disallowed: (sum?.disallowed ?? 0n) + row.disallowed,
      recognised: (sum?.recognised ?? 0n) + row.recognised,
    });
  }
  return [...sums].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, sum]) => sum);
}
