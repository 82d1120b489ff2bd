// What must be true of the books, reckoned from the journal alone, by other code than theirs.

import type { Address, StoredRecord } from '../../engine/index.js';
import { type MarketWalk, SYMBOLS } from './market-walk.js';
import { OPENING_CASH, PORTFOLIOS } from './setting.js';

const MILLION = 1_000_000n;

/** Cash and shares of one portfolio. Units: millionths. */
export interface Book {
  cash: bigint;
  readonly shares: Map<string, bigint>;
}

interface Account {
  readonly book: Book;
  readonly records: StoredRecord[];
  /** Place in the market of the last event folded. */
  place: number;
}

/** The event of a record, as far as the books need it. */
interface Fact {
  readonly kind: string;
  readonly eventId?: string;
  readonly symbol?: string;
  readonly quantity?: bigint;
  readonly price?: bigint;
  readonly fee?: bigint;
  readonly amount?: bigint;
}

/** The judge's own books. */
export class Oracle {
  readonly #market: MarketWalk;
  readonly #accounts = new Map<string, Account>();
  readonly #commands = new Set<string>();
  #position = 0;
  /** The first thing that was wrong with the journal. */
  problem: string | undefined;

  constructor(market: MarketWalk) {
    this.#market = market;
    for (const key of PORTFOLIOS) {
      const book = { cash: OPENING_CASH, shares: new Map() };
      this.#accounts.set(`portfolio/${key}`, { book, records: [], place: 0 });
    }
  }

  /** Position of the last record seen. */
  get position(): number {
    return this.#position;
  }

  /** Takes in records that have just become durable. */
  onCommitted(records: readonly StoredRecord[]): void {
    for (const record of records) this.problem ??= this.#fold(record);
  }

  /** Whether a command is in the journal. */
  hasCommand(commandId: string): boolean {
    return this.#commands.has(commandId);
  }

  /** Records of a portfolio, in order. */
  recordsOf(address: Address): readonly StoredRecord[] {
    return this.#accounts.get(address)?.records ?? [];
  }

  /** A portfolio's book as of a point; undefined when its events are ahead of that. */
  bookAtPoint(address: Address, pointIndex: number): Book | undefined {
    return this.bookAt(address, this.#market.stepsBefore(pointIndex));
  }

  /** A portfolio's book as of a step of the market; undefined when its events are ahead of that. */
  bookAt(address: Address, step: number): Book | undefined {
    const account = this.#accounts.get(address);
    if (account === undefined || step < account.place) return undefined;
    const actions = this.#market.actionsBetween(account.place, step);
    if (actions.length === 0) return account.book;
    const book = { cash: account.book.cash, shares: new Map(account.book.shares) };
    for (const action of actions) applyAction(book, action);
    return book;
  }

  #fold(record: StoredRecord): string | undefined {
    const { address, sequence, position, place = 0 } = record;
    if (position !== this.#position + 1) {
      return `expected record ${this.#position + 1} next, was ${position}`;
    }
    this.#position = position;
    const account = this.#accounts.get(address);
    if (account === undefined) return `expected events of portfolios alone, was ${address}`;
    if (sequence !== account.records.length + 1) {
      return `expected event ${account.records.length + 1} of ${address}, was ${sequence}`;
    }
    if (place < account.place) {
      return `expected ${address} at step ${account.place} or later, was ${place}`;
    }
    account.records.push(record);
    for (const action of this.#market.actionsBetween(account.place, place)) {
      applyAction(account.book, action);
    }
    account.place = place;
    // The portfolio's events have these fields; the judge reads them on its own.
    return this.#apply(account.book, record.event as Fact);
  }

  #apply(book: Book, fact: Fact): string | undefined {
    const { kind, eventId = '', quantity = 0n, price = 0n, fee = 0n, amount = 0n } = fact;
    if (this.#commands.has(eventId)) return `expected ${eventId} once, was there twice`;
    this.#commands.add(eventId);
    if (kind === 'cash_moved') book.cash += amount;
    else if (kind === 'traded') {
      const symbol = fact.symbol ?? '';
      book.cash -= scaled(price * quantity) + fee;
      setShares(book, symbol, (book.shares.get(symbol) ?? 0n) + quantity);
    } else return `expected a trade or cash, was ${kind}`;
    return undefined;
  }
}

function applyAction(
  book: Book,
  {
    row,
    split,
    dividend,
  }: { readonly row: number; readonly split: number; readonly dividend: number },
): void {
  const symbol = SYMBOLS[row] ?? '';
  const shares = book.shares.get(symbol);
  if (shares === undefined) return;
  book.cash += scaled(BigInt(Math.round(dividend * 1e6)) * shares);
  if (split !== 1) setShares(book, symbol, scaled(BigInt(Math.round(split * 1e6)) * shares));
}

function setShares(book: Book, symbol: string, shares: bigint): void {
  if (shares === 0n) book.shares.delete(symbol);
  else book.shares.set(symbol, shares);
}

/** A product of two amounts in millionths, in millionths; halves go to the even one. */
function scaled(product: bigint): bigint {
  const size = product < 0n ? -product : product;
  let whole = size / MILLION;
  const twice = (size % MILLION) * 2n;
  if (twice > MILLION || (twice === MILLION && whole % 2n === 1n)) whole += 1n;
  return product < 0n ? -whole : whole;
}
