// What an account was made of, entry by entry: text, which costs a snapshot next to nothing.

import type { Account } from './account.js';
import type { AccountEntry, AccountEvent } from './account-event.js';
import { type EncodedAccount, encodeAccount } from './account-form.js';
import { symbolsTouched } from './option-entry.js';
import { lengthened, shortened } from './short-text.js';
import { readJson, writeJson } from './whole-json.js';

/**
 * Entries after which the books are closed: what is there then is the opening balance, and no
 * entry before it can be corrected. No more than the command ids that are remembered, so that no
 * two entries have one id.
 */
const ENTRIES_MAX = 10_000;

/** Ids that stand in a text as they are, but for what is shortened within them. */
const PLAIN_ID = /^[\w:.-]+$/;

/** The entries since the books were last closed. */
export interface History {
  /** The account before the first entry. */
  base: EncodedAccount;
  /** Entries a line each, shortened, as far as they have been written. */
  text: string;
  /** Those that have not. */
  readonly fresh: AccountEntry[];
  count: number;
  /** What the books have ever held, and a correction could bring back. */
  readonly symbols: Set<string>;
  /** Entries of before the last closing. */
  closed: number;
  /** The latest day of any entry. Units: days since 1970-01-01. */
  day: number;
  /** The latest day of those that the account before the first entry holds; absent without any. */
  closedDay?: number;
  /** The latest day of entries that do not tell what of the market stands before them. */
  untoldDay?: number;
}

/** What a snapshot holds of a history. */
export type EncodedHistory = Omit<History, 'fresh' | 'symbols'> & {
  readonly symbols: readonly string[];
};

/** A history of an account as it is. */
export function emptyHistory(account: Account, day = 0): History {
  const base = encodeAccount(account);
  const symbols = new Set(base.symbols.flatMap(symbolsTouched));
  return { base, text: '', fresh: [], count: 0, symbols, closed: 0, day };
}

/** Adds an entry. `account` is what the entries have come to with it. */
export function addEntry(history: History, entry: AccountEntry, account: Account): void {
  history.fresh.push(entry);
  history.count++;
  const stated = entry.kind === 'reversed' ? entry.replacement : entry;
  if (entry.kind !== 'reversed') history.day = Math.max(history.day, entry.day);
  if (stated !== undefined && 'symbol' in stated) addSymbols(history, stated.symbol);
  if (entry.isUntold === true && stated !== undefined) {
    history.untoldDay = Math.max(history.untoldDay ?? 0, stated.day);
  }
  // What the market has entered since the last command is told by the next one: it stays.
  const most = isOfMarket(entry) ? 2 * ENTRIES_MAX : ENTRIES_MAX;
  if (history.count < most) return;
  history.base = encodeAccount(account);
  history.closed += history.count;
  history.closedDay = history.day;
  history.count = 0;
  history.text = '';
  history.fresh.length = 0;
  history.symbols.clear();
  for (const symbol of history.base.symbols) addSymbols(history, symbol);
}

/** A split of a stock restates the options on it, though it may never have been held itself. */
function addSymbols({ symbols }: History, symbol: string): void {
  for (const touched of symbolsTouched(symbol)) symbols.add(touched);
}

/** All entries since the books were closed, oldest first. */
export function entriesOf(history: History): readonly AccountEntry[] {
  const lines = history.text === '' ? [] : history.text.trimEnd().split('\n');
  return [...lines.map(readEntry), ...history.fresh];
}

/** What was entered under an id, on its own or in the place of what was corrected. */
export function entryById({ fresh, text }: History, id: string): AccountEntry | undefined {
  // Only lines that hold the id are read: of ten thousand that is a few. All where its last signs
  // may have been shortened together with those behind it.
  const written = PLAIN_ID.test(id) ? shortened(id) : '';
  const found = fresh.filter((entry) => hasId(entry, id));
  for (let at = text.indexOf(written); at >= 0 && at < text.length; ) {
    const end = text.indexOf('\n', at);
    const entry = readEntry(text.slice(text.lastIndexOf('\n', at) + 1, end));
    if (hasId(entry, id)) found.push(entry);
    at = text.indexOf(written, end + 1);
  }
  for (const entry of found) {
    if (entry.eventId === id) return entry;
    if (entry.kind === 'reversed') return entry.replacement;
  }
  return undefined;
}

/** As `entryById`, of what is stated: a reversal on its own states nothing. */
export function statedById(history: History, id: string): AccountEvent | undefined {
  const entry = entryById(history, id);
  return entry?.kind === 'reversed' ? undefined : entry;
}

function hasId(entry: AccountEntry, id: string): boolean {
  return entry.eventId === id || (entry.kind === 'reversed' && entry.replacement?.eventId === id);
}

/** What entries state, those that replace corrected ones among them, oldest first. */
export function statedIn(history: History): readonly AccountEvent[] {
  return entriesOf(history).flatMap((entry) =>
    entry.kind === 'reversed' ? (entry.replacement ?? []) : entry,
  );
}

/** Whether the market has told an entry. */
function isOfMarket(entry: AccountEntry): entry is AccountEvent {
  return 'ofMarket' in entry && entry.ofMarket === true;
}

/** What the market has entered since the last entry of a command, oldest first. */
export function marketSince({ fresh, text }: History): readonly AccountEvent[] {
  const since: AccountEvent[] = [];
  for (let index = fresh.length - 1; index >= 0; index--) {
    const entry = fresh[index]!;
    if (!isOfMarket(entry)) return since.reverse();
    since.push(entry);
  }
  for (let end = text.length; end > 0; ) {
    const start = text.lastIndexOf('\n', end - 2) + 1;
    const entry = readEntry(text.slice(start, end));
    if (!isOfMarket(entry)) break;
    since.push(entry);
    end = start;
  }
  return since.reverse();
}

/** Copies a history out. */
export function encodeHistory(history: History): EncodedHistory {
  history.text += shortened(history.fresh.map((entry) => `${writeJson(entry)}\n`).join(''));
  history.fresh.length = 0;
  const { base, text, count, closed, day, closedDay, untoldDay } = history;
  return {
    ...{ base, text, count, symbols: [...history.symbols], closed, day },
    ...(closedDay !== undefined && { closedDay }),
    ...(untoldDay !== undefined && { untoldDay }),
  };
}

/** Copies a history back in. */
export function decodeHistory(encoded: EncodedHistory): History {
  return { ...encoded, symbols: new Set(encoded.symbols), fresh: [] };
}

function readEntry(line: string): AccountEntry {
  // Every line is one that `encodeHistory` wrote.
  return readJson(lengthened(line)) as AccountEntry;
}
