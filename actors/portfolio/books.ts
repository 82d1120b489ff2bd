// The books of a portfolio: objects while they are used, texts at rest. Thousands of portfolios are
// valued at every point, and few of them are traded in between.

import type { Account } from './account.js';
import { decodeAccount, type EncodedAccount, encodeLots, encodeSums } from './account-form.js';
import { decodeHistory, encodeHistory, type History } from './history.js';
import type { OpenBooks } from './open-books.js';
import {
  accountText,
  atRest,
  type KeptBooks,
  lotsText,
  type RestingBooks,
  readHead,
  readList,
  textsOf,
  type WrittenBooks,
  writtenBooks,
} from './written-books.js';

/** Books that somebody has looked into, and what of their texts has not changed since. */
interface InUse {
  account: Account;
  readonly history: History;
  /** A text until somebody looks into them: commands alone do. */
  commandIds: Set<string> | string;
  /** Undefined once what is held has changed, and before it is written. */
  lots: string | undefined;
  /** The account before the first entry, and its text; undefined before it is written. */
  base: { readonly of: EncodedAccount; readonly text: string } | undefined;
}

/** Letters of the longest stock's symbol, at most: those of options have fifteen after theirs. */
const STOCK_LETTERS = 15;
const LONG_SYMBOLS = /^.{16,}$/gm;
const NO_SYMBOLS: readonly string[] = [];

/** Times books are kept without anybody having looked into them, before they are closed. */
const KEPT_OPEN = 4;

/** The books of one portfolio. Whoever changes them says so by `changed`. */
export class Books {
  #open: InUse | undefined;
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
    books.#open = inUse({ account, history }, new Set());
    others?.opened(books);
    return books;
  }

  /** Books as they were kept; texts are read when somebody looks into them. */
  static of(kept: KeptBooks, others?: OpenBooks): Books {
    const books = new Books(others);
    if ('account' in kept) {
      const account = decodeAccount(kept.account);
      const history = decodeHistory(kept.history);
      books.#open = inUse({ account, history }, new Set(kept.commandIds));
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
    const { commandIds, ...texts } = textsOf(this.#kept!);
    const { account, history, lots, base } = readHead(texts);
    this.#open = {
      ...{ account: decodeAccount(account), history: decodeHistory(history), commandIds, lots },
      base: { of: history.base, text: base },
    };
    this.#others?.opened(this);
    return this.#open;
  }

  /** Ids of commands applied, oldest first. */
  get commandIds(): Set<string> {
    const { open } = this;
    const { commandIds } = open;
    if (typeof commandIds !== 'string') return commandIds;
    open.commandIds = new Set(readList(commandIds));
    return open.commandIds;
  }

  /** Notes that they are being changed, and whether what is held is: opens them. */
  changed(changesHoldings: boolean): void {
    const { open } = this;
    if (changesHoldings) open.lots = undefined;
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
    if (this.#open === undefined) return;
    this.#kept = atRest(this.#kept ?? this.#written());
    this.#open = undefined;
    this.#others?.closed(this);
  }

  #written(): WrittenBooks {
    // What was not kept is open.
    const open = this.#open!;
    const { account, commandIds } = open;
    const { base, ...history } = encodeHistory(open.history);
    open.lots ??= lotsText(encodeLots(account));
    if (open.base?.of !== base) open.base = { of: base, text: accountText(base) };
    return writtenBooks({
      sums: encodeSums(account),
      lots: open.lots,
      base: open.base.text,
      history,
      commandIds: typeof commandIds === 'string' ? commandIds : JSON.stringify([...commandIds]),
    });
  }
}

function inUse(
  { account, history }: Pick<InUse, 'account' | 'history'>,
  commandIds: InUse['commandIds'],
): InUse {
  return { account, history, commandIds, lots: undefined, base: undefined };
}
