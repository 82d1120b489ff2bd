// The books of a portfolio: objects while they are used, texts at rest. Thousands of portfolios are
// valued at every point, and few of them are traded in between.

import type { Account } from './account.js';
import { decodeAccount, type EncodedAccount, encodeAccount } from './account-form.js';
import { decodeHistory, type EncodedHistory, encodeHistory, type History } from './history.js';
import { lengthened, shortened } from './short-text.js';
import { readJson, writeJson } from './whole-json.js';

/** What only entries change, as plain data. */
export interface EncodedBooks {
  readonly account: EncodedAccount;
  readonly history: EncodedHistory;
  readonly commandIds: readonly string[];
}

/** Books at rest, as a snapshot holds them. */
export interface RestingBooks {
  /** The account, and all of the history but its entries: of `writeHead`. */
  readonly head: string;
  /** `text` of the history. */
  readonly entries: string;
  /** Of `writeList`. */
  readonly commandIds: string;
  /** What the books have ever held: each between line ends. */
  readonly symbols: string;
}

/** What a split or a dividend needs of them. */
interface OpenBooks {
  account: Account;
  readonly history: History;
}

/** Books as a snapshot holds them: as texts, or as plain data while they are in use. */
export type KeptBooks = RestingBooks | EncodedBooks;

/** The books of one portfolio. Whoever changes them says so by `changed`. */
export class Books {
  #open: OpenBooks | undefined;
  /** Looked into by commands alone; undefined while they are at rest. */
  #commandIds: Set<string> | undefined;
  /** The texts that they are at rest; undefined once they have changed. */
  #resting: RestingBooks | undefined;
  /** What they were copied out as while in use; undefined once they have changed. */
  #encoded: EncodedBooks | undefined;
  /** Whether anybody has looked into them since they were last kept. */
  #isUsed = true;

  /** Books that are being made. */
  static begin(account: Account, history: History): Books {
    const books = new Books();
    books.#open = { account, history };
    books.#commandIds = new Set();
    return books;
  }

  /** Books as they were kept; those at rest are read when somebody looks into them. */
  static of(kept: KeptBooks): Books {
    const books = new Books();
    if ('head' in kept) {
      books.#resting = kept;
      books.#isUsed = false;
      return books;
    }
    books.#encoded = kept;
    books.#open = openOf(kept);
    books.#commandIds = new Set(kept.commandIds);
    return books;
  }

  /** Account and history, for use. */
  get open(): OpenBooks {
    this.#isUsed = true;
    // What is not open is at rest.
    this.#open ??= openOf(readHead(this.#resting!));
    return this.#open;
  }

  /** Ids of commands applied, oldest first. */
  get commandIds(): Set<string> {
    this.#isUsed = true;
    // As above.
    this.#commandIds ??= new Set(readList(this.#resting!.commandIds));
    return this.#commandIds;
  }

  /** Notes that they are being changed: opens them. */
  changed(): void {
    void this.open;
    void this.commandIds;
    this.#resting = undefined;
    this.#encoded = undefined;
  }

  /** Whether they have ever held a symbol, or options on it; opens nothing. */
  haveHeld(symbol: string): boolean {
    if (this.#open !== undefined) return this.#open.history.symbols.has(symbol);
    // As above.
    return this.#resting!.symbols.includes(`\n${symbol}\n`);
  }

  /**
   * Copies them out. Those that nobody has looked into since the last time are at rest from now on;
   * the others are likely to be looked into again, and to write them costs more than to copy them.
   */
  keep(): KeptBooks {
    const isUsed = this.#isUsed;
    this.#isUsed = false;
    if (!isUsed) return this.#rest();
    return this.#resting ?? this.#copied();
  }

  /** Puts them to rest at once. */
  close(): void {
    this.#rest();
    this.#isUsed = false;
  }

  #rest(): RestingBooks {
    this.#resting ??= restingOf(this.#copied());
    this.#encoded = undefined;
    this.#open = undefined;
    this.#commandIds = undefined;
    return this.#resting;
  }

  #copied(): EncodedBooks {
    // What is not at rest is open.
    const { account, history } = this.#open!;
    this.#encoded ??= {
      account: encodeAccount(account),
      history: encodeHistory(history),
      commandIds: [...this.#commandIds!],
    };
    return this.#encoded;
  }
}

function openOf({ account, history }: Omit<EncodedBooks, 'commandIds'>): OpenBooks {
  return { account: decodeAccount(account), history: decodeHistory(history) };
}

/** Plain books as they are at rest. */
export function restingOf({ account, history, commandIds }: EncodedBooks): RestingBooks {
  return { ...writeHistory(account, history), commandIds: writeList(commandIds) };
}

/** Kept books in full. */
export function readBooks(kept: KeptBooks): EncodedBooks {
  return !('head' in kept) ? kept : { ...readHead(kept), commandIds: readList(kept.commandIds) };
}

/** What stands in `head`. */
interface WrittenHead {
  readonly account: WrittenAccount;
  readonly base: WrittenAccount;
  readonly rest: Omit<EncodedHistory, 'base' | 'text'>;
}

function writeHistory(
  account: EncodedAccount,
  { base, text, ...rest }: EncodedHistory,
): Omit<RestingBooks, 'commandIds'> {
  const head: WrittenHead = { account: writtenAccount(account), base: writtenAccount(base), rest };
  const symbols = `\n${rest.symbols.join('\n')}\n`;
  return { head: shortened(JSON.stringify(head)), entries: text, symbols };
}

function readHead({ head, entries }: RestingBooks): Omit<EncodedBooks, 'commandIds'> {
  // `writeHistory` wrote it.
  const { account, base, rest } = JSON.parse(lengthened(head)) as WrittenHead;
  return {
    account: readAccount(account),
    history: { base: readAccount(base), text: entries, ...rest },
  };
}

function writeList(texts: readonly string[]): string {
  return shortened(JSON.stringify(texts));
}

function readList(written: string): readonly string[] {
  // `writeList` wrote it.
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
