// What must be true of the books, reckoned from the journal alone, by other code than theirs.

import { OWN_CURRENCY } from '../../actors/portfolio/index.js';
import type { Address, StoredRecord } from '../../engine/index.js';
import { type MarketWalk, type PlacedAction, type PlacedClose, SYMBOLS } from './market-walk.js';
import { exercised, settled, splitOptions } from './oracle-options.js';
import { OPENING_CASH } from './setting.js';
import { PORTFOLIOS } from './watched.js';

const MILLION = 1_000_000n;

/** Records from one copy of a book to the next: what is taken back is reckoned anew from one. */
const RECORDS_A_COPY = 64;

/** Kinds of the addresses that the owner writes at. */
const OWNERS: ReadonlySet<string> = new Set(['risk', 'audit']);

/** Cash, shares and contracts of one portfolio. Units: millionths. */
export interface Book {
  cash: bigint;
  /** Cash by other currency; 0 where none is named. */
  readonly foreign: Map<string, bigint>;
  readonly shares: Map<string, bigint>;
}

interface Account {
  book: Book;
  readonly records: StoredRecord[];
  /** Place of each event among them, by its id. */
  readonly indexes: Map<string, number>;
  /** Place in the market of the last event folded. */
  place: number;
  /** What had been come to before every so many records. */
  readonly earlier: { readonly book: Book; readonly place: number }[];
}

/** The event of a record, as far as the books need it. */
interface Fact {
  readonly kind: string;
  readonly eventId?: string;
  readonly symbol?: string;
  readonly quantity?: bigint;
  readonly price?: bigint;
  readonly fee?: bigint;
  /** Shares of a contract. */
  readonly multiplier?: bigint;
  readonly end?: string;
  readonly amount?: bigint;
  readonly currency?: string;
  readonly toCurrency?: string;
  readonly toAmount?: bigint;
  readonly reversedId?: string;
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
      const book = { cash: OPENING_CASH, foreign: new Map(), shares: new Map() };
      const none = { records: [], indexes: new Map(), earlier: [] };
      this.#accounts.set(`portfolio/${key}`, { book, place: 0, ...none });
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
    // Options are settled within the step of a close, before it is told.
    return this.bookAt(address, this.#market.stepsBefore(pointIndex) + 0.5);
  }

  /** A portfolio's book as of a step of the market; undefined when its events are ahead of that. */
  bookAt(address: Address, step: number): Book | undefined {
    const account = this.#accounts.get(address);
    if (account === undefined || step < account.place) return undefined;
    const actions = this.#market.actionsBetween(account.place, step);
    if (actions.length === 0) return account.book;
    const book = copyOf(account.book);
    for (const action of actions) applyAction(book, action);
    return book;
  }

  #fold(record: StoredRecord): string | undefined {
    const { address, sequence, position, place = 0 } = record;
    if (position !== this.#position + 1) {
      return `expected record ${this.#position + 1} next, was ${position}`;
    }
    this.#position = position;
    // Those of the owner's parts have a judge of their own.
    if (OWNERS.has(address.split('/', 1)[0]!)) return undefined;
    const account = this.#accounts.get(address);
    if (account === undefined) return `expected events of portfolios alone, was ${address}`;
    if (sequence !== account.records.length + 1) {
      return `expected event ${account.records.length + 1} of ${address}, was ${sequence}`;
    }
    if (place < account.place) {
      return `expected ${address} at step ${account.place} or later, was ${place}`;
    }
    // The portfolio's events have these fields; the judge reads them on its own.
    const fact = record.event as Fact;
    const { eventId = '' } = fact;
    if (this.#commands.has(eventId)) return `expected ${eventId} once, was there twice`;
    this.#commands.add(eventId);
    account.indexes.set(eventId, account.records.length);
    account.records.push(record);
    if (fact.kind === 'reversed') return this.#reverse(account, fact);
    return this.#add(account, account.records.length - 1);
  }

  /** Adds a record to the book that those before it have come to; an entry only if it stands. */
  #add(account: Account, index: number, stands = true): string | undefined {
    const { event, place = 0 } = account.records[index]!;
    if (index % RECORDS_A_COPY === 0) {
      account.earlier.push({ book: copyOf(account.book), place: account.place });
    }
    for (const action of this.#market.actionsBetween(account.place, place)) {
      applyAction(account.book, action);
    }
    account.place = place;
    // As above.
    return stands ? apply(account.book, event as Fact) : undefined;
  }

  /** Reckons a book anew from before what was taken back, without what does not stand. */
  #reverse(account: Account, { reversedId = '' }: Fact): string | undefined {
    const { records, indexes, earlier } = account;
    let first = indexes.get(reversedId);
    if (first === undefined || first === records.length - 1) {
      return `expected an event ${reversedId} to take back, there is none`;
    }
    // What is no longer taken back stands again.
    for (let fact = factAt(account, first); fact.kind === 'reversed'; ) {
      first = indexes.get(fact.reversedId ?? '')!;
      fact = factAt(account, first);
    }
    const copy = Math.floor(first / RECORDS_A_COPY);
    const { book, place } = earlier[copy]!;
    earlier.length = copy;
    account.book = copyOf(book);
    account.place = place;
    const from = copy * RECORDS_A_COPY;
    // Whether an entry stands depends on those behind it alone.
    const gone = takenBack(records.slice(from).map(({ event }) => event as Fact));
    for (let index = from; index < records.length; index++) {
      const { kind, eventId = '' } = factAt(account, index);
      this.#add(account, index, kind !== 'reversed' && !gone.has(eventId));
    }
    return undefined;
  }
}

function factAt({ records }: Account, index: number): Fact {
  // As above.
  return records[index]!.event as Fact;
}

function copyOf({ cash, foreign, shares }: Book): Book {
  return { cash, foreign: new Map(foreign), shares: new Map(shares) };
}

/** Ids of what does not stand: a reversal that was itself reversed takes nothing back. */
function takenBack(facts: readonly Fact[]): ReadonlySet<string> {
  const gone = new Set<string>();
  for (const { kind, eventId = '', reversedId = '' } of [...facts].reverse()) {
    if (kind === 'reversed' && !gone.has(eventId)) gone.add(reversedId);
  }
  return gone;
}

function apply(book: Book, fact: Fact): string | undefined {
  const { kind, symbol = '', quantity = 0n, price = 0n, fee = 0n, amount = 0n } = fact;
  const { multiplier = 1n, currency = OWN_CURRENCY, toCurrency = '', toAmount = 0n } = fact;
  if (kind === 'cash_moved' || kind === 'interest_paid') addCash(book, currency, amount);
  else if (kind === 'fee_charged') addCash(book, currency, -amount);
  else if (kind === 'cash_exchanged') {
    addCash(book, currency, -amount);
    addCash(book, toCurrency, toAmount);
  } else if (kind === 'rate_set') return undefined;
  else if (kind === 'lot_received') addShares(book, symbol, quantity);
  else if (kind === 'lots_delivered') {
    const isLong = (book.shares.get(symbol) ?? 0n) > 0n;
    addShares(book, symbol, isLong ? -quantity : quantity);
  } else if (kind === 'traded') {
    book.cash -= scaled(price * quantity * multiplier) + fee;
    addShares(book, symbol, quantity);
  } else if (kind === 'option_ended' && fact.end === 'exercised') {
    const { stock, shares, strike } = exercised(symbol, quantity);
    addShares(book, symbol, -quantity);
    addShares(book, stock, shares);
    book.cash -= scaled(strike * shares);
  } else return `expected an entry that clients make, was ${kind}`;
  return undefined;
}

function applyAction(book: Book, action: PlacedAction | PlacedClose): void {
  if (action.kind === 'close') {
    settle(book, action);
    return;
  }
  const { row, split, dividend } = action;
  const symbol = SYMBOLS[row] ?? '';
  if (split !== 1) splitOptions(book.shares, symbol, split);
  const shares = book.shares.get(symbol);
  if (shares === undefined) return;
  book.cash += scaled(BigInt(Math.round(dividend * 1e6)) * shares);
  if (split !== 1) setShares(book, symbol, scaled(BigInt(Math.round(split * 1e6)) * shares));
}

/** Ends the options whose last day has come: those worth a cent trade their shares. */
function settle(book: Book, { date, prices }: PlacedClose): void {
  for (const [symbol, contracts] of [...book.shares]) {
    const ended = settled(symbol, contracts, date, (stock) => {
      const names: readonly string[] = SYMBOLS;
      return prices[names.indexOf(stock)] ?? Number.NaN;
    });
    if (ended === undefined) continue;
    book.shares.delete(symbol);
    if (ended === 'expired') continue;
    addShares(book, ended.stock, ended.shares);
    book.cash -= scaled(ended.strike * ended.shares);
  }
}

function addCash(book: Book, currency: string, more: bigint): void {
  if (currency === OWN_CURRENCY) book.cash += more;
  else book.foreign.set(currency, (book.foreign.get(currency) ?? 0n) + more);
}

function addShares(book: Book, symbol: string, more: bigint): void {
  setShares(book, symbol, (book.shares.get(symbol) ?? 0n) + more);
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
