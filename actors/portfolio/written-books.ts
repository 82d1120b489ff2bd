// The books of a portfolio as texts: written, put to rest, and read again.

import type { EncodedAccount, EncodedLots, EncodedSums } from './account-form.js';
import type { EncodedHistory } from './history.js';
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

/** Books as a snapshot holds them. Those in use were plain data in older ones. */
export type KeptBooks = RestingBooks | WrittenBooks | EncodedBooks;

/** What texts are written of; those of its parts that are texts already are taken as they are. */
interface BookParts {
  readonly sums: EncodedSums;
  /** Made by `lotsText`. */
  readonly lots: string;
  /** Made by `accountText`. */
  readonly base: string;
  readonly history: Omit<EncodedHistory, 'base'>;
  /** A list as JSON. */
  readonly commandIds: string;
}

/** Writes books down. */
export function writtenBooks(parts: BookParts): WrittenBooks {
  const { text, ...rest } = parts.history;
  const account = `{${sumsText(parts.sums)},${parts.lots}}`;
  return {
    head: `{"account":${account},"base":${parts.base},"rest":${JSON.stringify(rest)}}`,
    entries: text,
    commandIds: parts.commandIds,
    symbols: `\n${rest.symbols.join('\n')}\n`,
  };
}

/** Plain books as they are at rest. */
export function restingOf({ account, history, commandIds }: EncodedBooks): RestingBooks {
  const { base, ...rest } = history;
  return atRest(
    writtenBooks({
      sums: account,
      lots: lotsText(account),
      base: accountText(base),
      history: rest,
      commandIds: JSON.stringify(commandIds),
    }),
  );
}

/** Kept books as they are at rest. */
export function atRest(kept: RestingBooks | WrittenBooks): RestingBooks {
  if ('pressed' in kept) return kept;
  const { head, commandIds, entries, symbols } = kept;
  return { pressed: pressed([shortened(head), shortened(commandIds), entries]), symbols };
}

/** The texts of kept books, which may be shortened. */
export function textsOf(kept: RestingBooks | WrittenBooks): WrittenBooks {
  if ('head' in kept) return kept;
  // `atRest` pressed three.
  const [head, commandIds, entries] = unpressed(kept.pressed);
  return { head: head!, commandIds: commandIds!, entries: entries!, symbols: kept.symbols };
}

/** Kept books in full. */
export function readBooks(kept: KeptBooks): EncodedBooks {
  if ('account' in kept) return kept;
  const texts = textsOf(kept);
  const { account, history } = readHead(texts);
  return { account, history, commandIds: readList(texts.commandIds) };
}

/** Books that were read. */
interface ReadBooks extends Omit<EncodedBooks, 'commandIds'>, Pick<BookParts, 'lots' | 'base'> {}

/** What stands in `head`. */
interface WrittenHead {
  readonly account: WrittenAccount;
  readonly base: WrittenAccount;
  readonly rest: Omit<EncodedHistory, 'base' | 'text'>;
}

/** Account and history of written books, and the texts that they can be written from again. */
export function readHead({ head, entries }: Pick<WrittenBooks, 'head' | 'entries'>): ReadBooks {
  // `writtenBooks` wrote it.
  const { account, base, rest } = JSON.parse(lengthened(head)) as WrittenHead;
  return {
    account: readAccount(account),
    history: { base: readAccount(base), text: entries, ...rest },
    lots: lotFields(account),
    base: JSON.stringify(base),
  };
}

/** Command ids of written books. */
export function readList(written: string): readonly string[] {
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

/** An account as JSON: a `WrittenAccount`. */
export function accountText(account: EncodedAccount): string {
  return `{${sumsText(account)},${lotsText(account)}}`;
}

function sumsText({ method, currency, rates, sums }: EncodedSums): string {
  return fieldsOf({ method, currency, rates: writeJson(rates), sums: writeJson(sums) });
}

/** The fields of an account's lots in the JSON of it. */
export function lotsText(lots: EncodedLots): string {
  return lotFields({
    ...lots,
    lotCounts: lots.lotCounts.join(' '),
    openedDays: lots.openedDays.join(' '),
    heldFromDays: lots.heldFromDays.join(' '),
    quantities: lots.quantities.join(' '),
    costs: lots.costs.join(' '),
  });
}

function lotFields(lots: Omit<WrittenAccount, keyof EncodedSums>): string {
  const { symbols, currencies, ids, volatilities } = lots;
  const { lotCounts, openedDays, heldFromDays, quantities, costs } = lots;
  const columns = { openedDays, heldFromDays, quantities, costs };
  return fieldsOf({ symbols, currencies, lotCounts, ids, ...columns, volatilities });
}

/** JSON of an object without its braces. */
function fieldsOf(object: object): string {
  return JSON.stringify(object).slice(1, -1);
}

function readAccount(account: WrittenAccount): EncodedAccount {
  return {
    ...account,
    // `sumsText` wrote both.
    rates: readJson(account.rates) as EncodedAccount['rates'],
    sums: readJson(account.sums) as EncodedAccount['sums'],
    lotCounts: numbersOf(account.lotCounts),
    openedDays: numbersOf(account.openedDays),
    heldFromDays: numbersOf(account.heldFromDays),
    quantities: partsOf(account.quantities).map(BigInt),
    costs: partsOf(account.costs).map(BigInt),
  };
}

function numbersOf(column: string): Int32Array {
  return new Int32Array(partsOf(column).map(Number));
}

function partsOf(column: string): string[] {
  return column === '' ? [] : column.split(' ');
}
