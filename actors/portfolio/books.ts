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

/** The books of one portfolio. Whoever changes them says so by `changed`. */
export class Books {
  #open: OpenBooks | undefined;
  /** Looked into by commands alone; undefined while they are at rest. */
  #commandIds: Set<string> | undefined;
  /** What was kept last: of what is not open it is all there is. */
  #kept: RestingBooks;
  #isChanged: boolean;
  /** Whether anybody has looked into them since they were last kept. */
  #isUsed: boolean;

  private constructor(kept: RestingBooks, open?: OpenBooks) {
    this.#kept = kept;
    this.#open = open;
    this.#commandIds = open === undefined ? undefined : new Set();
    this.#isChanged = open !== undefined;
    this.#isUsed = open !== undefined;
  }

  /** Books that are being made. */
  static begin(account: Account, history: History): Books {
    return new Books({ head: '', entries: '', commandIds: '', symbols: '' }, { account, history });
  }

  /** Books as they were kept; they are read when somebody looks into them. */
  static atRest(kept: RestingBooks): Books {
    return new Books(kept);
  }

  /** Account and history, for use. */
  get open(): OpenBooks {
    this.#isUsed = true;
    if (this.#open === undefined) {
      const { account, history } = readHead(this.#kept);
      this.#open = { account: decodeAccount(account), history: decodeHistory(history) };
    }
    return this.#open;
  }

  /** Ids of commands applied, oldest first. */
  get commandIds(): Set<string> {
    this.#isUsed = true;
    this.#commandIds ??= new Set(readList(this.#kept.commandIds));
    return this.#commandIds;
  }

  /** Notes that they are being changed. */
  changed(): void {
    this.#isUsed = true;
    this.#isChanged = true;
  }

  /** Whether they have ever held a symbol, or options on it; opens nothing. */
  haveHeld(symbol: string): boolean {
    if (this.#open !== undefined) return this.#open.history.symbols.has(symbol);
    return this.#kept.symbols.includes(`\n${symbol}\n`);
  }

  /**
   * Gives them as they are at rest. Those that nobody has looked into since the last time are at
   * rest from now on; the others are likely to be looked into again.
   */
  keep(): RestingBooks {
    if (this.#isChanged) {
      const { account, history } = this.open;
      const ids = this.#commandIds;
      this.#kept = {
        ...writeHistory(encodeAccount(account), encodeHistory(history)),
        commandIds: ids === undefined ? this.#kept.commandIds : writeList([...ids]),
      };
      this.#isChanged = false;
    }
    if (!this.#isUsed) {
      this.#open = undefined;
      this.#commandIds = undefined;
    }
    this.#isUsed = false;
    return this.#kept;
  }

  /** Puts them to rest at once. */
  close(): void {
    this.keep();
    this.keep();
  }
}

/** Plain books as they are at rest. */
export function restingOf({ account, history, commandIds }: EncodedBooks): RestingBooks {
  return { ...writeHistory(account, history), commandIds: writeList(commandIds) };
}

/** The inverse of `restingOf`. */
export function readBooks(kept: RestingBooks): EncodedBooks {
  return { ...readHead(kept), commandIds: readList(kept.commandIds) };
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
