// The books of a portfolio: objects while they are used, texts at rest. Thousands of portfolios are
// valued at every point, and few of them are traded in between.

import type { Account } from './account.js';
import { decodeAccount, type EncodedAccount, encodeAccount } from './account-form.js';
import { decodeHistory, type EncodedHistory, encodeHistory, type History } from './history.js';
import type { OpenBooks } from './open-books.js';
import { pressed, unpressed } from './pressed-text.js';
import { lengthened, shortened } from './short-text.js';
import { readJson, writeJson } from './whole-json.js';

/** What only entries change, as plain data. */
export interface EncodedBooks {
  readonly account: EncodedAccount;
  readonly history: EncodedHistory;
  readonly commandIds: readonly string[];
}

/** Books as texts: those that are in use; in versions 6 and 7 those at rest too, shortened. */
export interface WrittenBooks {
  /** The account, and all of the history but its entries: a `WrittenHead` as JSON. */
  readonly head: string;
  /** `text` of the history. */
  readonly entries: string;
  /** A list as JSON. */
  readonly commandIds: string;
  /** What the books have ever held: each between line ends. */
  readonly symbols: string;
}

/** Books at rest. */
export interface RestingBooks {
  /** Head, ids and entries, shortened, pressed together. */
  readonly pressed: string;
  /** As of `WrittenBooks`: it is looked at without the rest. */
  readonly symbols: string;
}

/** What a split or a dividend needs of them. */
interface InUse {
  account: Account;
  readonly history: History;
}

/** Books as a snapshot holds them. Those in use were plain data in older ones. */
export type KeptBooks = RestingBooks | WrittenBooks | EncodedBooks;

/** Letters of the longest stock's symbol, at most: those of options have fifteen after theirs. */
const STOCK_LETTERS = 15;
const LONG_SYMBOLS = /^.{16,}$/gm;
const NO_SYMBOLS: readonly string[] = [];

/** Times books are kept without anybody having looked into them, before they are closed. */
const KEPT_OPEN = 4;

/** The books of one portfolio. Whoever changes them says so by `changed`. */
export class Books {
  #open: InUse | undefined;
  /** Looked into by commands alone; undefined until then. */
  #commandIds: Set<string> | undefined;
  /** The texts that they were kept as; undefined once they have changed. */
  #kept: RestingBooks | WrittenBooks | undefined;
  /** Times they were kept since anybody looked into them. */
  #unused = 0;
  /** Bounds how many of the thread are open; undefined for books that are only looked at. */
  readonly #others: OpenBooks | undefined;

  private constructor(others: OpenBooks | undefined) {
    this.#others = others;
  }

  /** Books that are being made. */
  static begin(account: Account, history: History, others?: OpenBooks): Books {
    const books = new Books(others);
    books.#open = { account, history };
    books.#commandIds = new Set();
    others?.opened(books);
    return books;
  }

  /** Books as they were kept; texts are read when somebody looks into them. */
  static of(kept: KeptBooks, others?: OpenBooks): Books {
    const books = new Books(others);
    if ('account' in kept) {
      books.#open = openOf(kept);
      books.#commandIds = new Set(kept.commandIds);
      others?.opened(books);
    } else {
      books.#kept = kept;
    }
    return books;
  }

  /** Account and history, for use. */
  get open(): InUse {
    this.#unused = 0;
    if (this.#open !== undefined) return this.#open;
    // What is not open was kept.
    this.#open = openOf(readHead(textsOf(this.#kept!)));
    this.#others?.opened(this);
    return this.#open;
  }

  /** Ids of commands applied, oldest first. */
  get commandIds(): Set<string> {
    this.#unused = 0;
    // As above.
    this.#commandIds ??= new Set(readList(textsOf(this.#kept!).commandIds));
    return this.#commandIds;
  }

  /** Notes that they are being changed: opens them. */
  changed(): void {
    void this.open;
    void this.commandIds;
    this.#kept = undefined;
  }

  /** Whether they have ever held a symbol, or options on it; opens nothing. */
  haveHeld(symbol: string): boolean {
    if (this.#open !== undefined) return this.#open.history.symbols.has(symbol);
    // As above.
    return this.#kept!.symbols.includes(`\n${symbol}\n`);
  }

  /** Options that they have ever held; opens nothing. */
  contracts(): readonly string[] {
    if (this.#open !== undefined) {
      return [...this.#open.history.symbols].filter((symbol) => symbol.length > STOCK_LETTERS);
    }
    // As above.
    return this.#kept!.symbols.match(LONG_SYMBOLS) ?? NO_SYMBOLS;
  }

  /**
   * Copies them out. Those that nobody has looked into for a while are at rest from now on; the
   * others are likely to be looked into again, and are not worth shortening.
   */
  keep(): KeptBooks {
    this.#kept ??= this.#written();
    if (++this.#unused > KEPT_OPEN) this.close();
    return this.#kept;
  }

  /** Puts them to rest at once. */
  close(): void {
    // Those that were not opened are as short as they were.
    if (this.#open === undefined && this.#commandIds === undefined) return;
    this.#kept = atRest(this.#kept ?? this.#written());
    this.#open = undefined;
    this.#commandIds = undefined;
    this.#others?.closed(this);
  }

  #written(): WrittenBooks {
    // What was not kept is open.
    const { account, history } = this.#open!;
    return writtenBooks({
      account: encodeAccount(account),
      history: encodeHistory(history),
      commandIds: [...this.#commandIds!],
    });
  }
}

function openOf({ account, history }: Omit<EncodedBooks, 'commandIds'>): InUse {
  return { account: decodeAccount(account), history: decodeHistory(history) };
}

/** Plain books as they are at rest. */
export function restingOf(books: EncodedBooks): RestingBooks {
  return atRest(writtenBooks(books));
}

function atRest(kept: RestingBooks | WrittenBooks): RestingBooks {
  if ('pressed' in kept) return kept;
  const { head, commandIds, entries, symbols } = kept;
  return { pressed: pressed([shortened(head), shortened(commandIds), entries]), symbols };
}

/** The texts of kept books, which may be shortened. */
function textsOf(kept: RestingBooks | WrittenBooks): WrittenBooks {
  if ('head' in kept) return kept;
  // `atRest` pressed three.
  const [head, commandIds, entries] = unpressed(kept.pressed);
  return { head: head!, commandIds: commandIds!, entries: entries!, symbols: kept.symbols };
}

/** Kept books in full. */
export function readBooks(kept: KeptBooks): EncodedBooks {
  if ('account' in kept) return kept;
  const texts = textsOf(kept);
  return { ...readHead(texts), commandIds: readList(texts.commandIds) };
}

/** What stands in `head`. */
interface WrittenHead {
  readonly account: WrittenAccount;
  readonly base: WrittenAccount;
  readonly rest: Omit<EncodedHistory, 'base' | 'text'>;
}

function writtenBooks({ account, history, commandIds }: EncodedBooks): WrittenBooks {
  const { base, text, ...rest } = history;
  const head: WrittenHead = { account: writtenAccount(account), base: writtenAccount(base), rest };
  return {
    head: JSON.stringify(head),
    entries: text,
    commandIds: JSON.stringify(commandIds),
    symbols: `\n${rest.symbols.join('\n')}\n`,
  };
}

function readHead({ head, entries }: WrittenBooks): Omit<EncodedBooks, 'commandIds'> {
  // `writtenBooks` wrote it.
  const { account, base, rest } = JSON.parse(lengthened(head)) as WrittenHead;
  return {
    account: readAccount(account),
    history: { base: readAccount(base), text: entries, ...rest },
  };
}

function readList(written: string): readonly string[] {
  // `writtenBooks` wrote it.
  return JSON.parse(lengthened(written)) as readonly string[];
}

type Columns = Pick<
  EncodedAccount,
  'lotCounts' | 'openedDays' | 'heldFromDays' | 'quantities' | 'costs' | 'sums' | 'rates'
>;

/** An account whose numbers are texts: so JSON takes them a hundred at a time. */
type WrittenAccount = Omit<EncodedAccount, keyof Columns> & {
  readonly [column in keyof Columns]: string;
};

function writtenAccount(account: EncodedAccount): WrittenAccount {
  return {
    ...account,
    rates: writeJson(account.rates),
    sums: writeJson(account.sums),
    lotCounts: account.lotCounts.join(' '),
    openedDays: account.openedDays.join(' '),
    heldFromDays: account.heldFromDays.join(' '),
    quantities: account.quantities.join(' '),
    costs: account.costs.join(' '),
  };
}

function readAccount(account: WrittenAccount): EncodedAccount {
  return {
    ...account,
    // `writtenAccount` wrote both.
    rates: readJson(account.rates) as EncodedAccount['rates'],
    sums: readJson(account.sums) as EncodedAccount['sums'],
    lotCounts: Int32Array.from(partsOf(account.lotCounts), Number),
    openedDays: Int32Array.from(partsOf(account.openedDays), Number),
    heldFromDays: Int32Array.from(partsOf(account.heldFromDays), Number),
    quantities: partsOf(account.quantities).map(BigInt),
    costs: partsOf(account.costs).map(BigInt),
  };
}

function partsOf(column: string): string[] {
  return column === '' ? [] : column.split(' ');
}
