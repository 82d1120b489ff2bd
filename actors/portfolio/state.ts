// State of a portfolio actor: the exact account and its float mirror for marks and risk.

import { hashText } from '../../engine/index.js';
import type { LotMethod } from '../lots/index.js';
import { contractOf } from '../options/index.js';
import { ScenarioBook, type ScenarioMatrix } from '../risk/index.js';
import { type Account, costOf, emptyAccount, quantityOf } from './account.js';
import type { AccountEntry } from './account-event.js';
import { Books } from './books.js';
import { type Closes, noCloses } from './closes.js';
import type { Directory } from './directory.js';
import { emptyHistory, type History } from './history.js';
import type { KeptFigures } from './kept-figures.js';
import { formatDecimal, notionalOf, toFloat } from './money.js';
import type { OpenBooks } from './open-books.js';
import { type OptionBook, optionBookOf } from './option-book.js';
import { DEFAULT_OPTION_POLICY, type OptionPolicy, type OptionPricing } from './option-pricing.js';

/** Command ids remembered for each portfolio; the oldest is forgotten first. */
const COMMAND_IDS_KEPT = 10_000;

/** Trades remembered for their rate: more than any rate that a policy may allow. */
const TRADE_TIMES_KEPT = 10_000;

/** Symbols whose splits and dividends have been told of a session that is opening. */
export interface Opening {
  readonly date: number;
  readonly symbols: readonly string[];
}

/** Shares of a symbol that come or go. */
export interface Moved {
  readonly symbol: string;
  /** Units: millionths a share. */
  readonly price: bigint;
}

/** An entry that the books can't take yet. */
export interface Waiting {
  readonly entry: AccountEntry;
  readonly moved?: Moved;
}

/** What a portfolio's state stands on. */
export interface StateDeps {
  readonly matrix: ScenarioMatrix;
  readonly directory: Directory;
  /** What options are priced by; the default where it is left out. */
  readonly optionPolicy?: OptionPolicy;
  /** Bounds how many books of the thread are open; none are closed where it is left out. */
  readonly openBooks?: OpenBooks;
}

/**
 * Everything a portfolio actor owns. A class, not a literal: accessors in a literal would be each
 * object's own, which makes the engine keep it as a dictionary, and marks read it all the time.
 */
export class PortfolioState {
  readonly key: string;
  readonly directory: Directory;
  /** Account, history and command ids, which may be at rest: reading one of those opens them. */
  readonly books: Books;
  /** Event times of the last trades that were judged, oldest first. Units: microseconds. */
  readonly tradeTimesUs: number[] = [];
  /** Positions as floats, ascending by row; rebuilt when `isStale`: holdings have changed. */
  rows = new Int32Array(0);
  quantities = new Float64Array(0);
  costs = new Float64Array(0);
  exposures = new Float64Array(0);
  isStale = true;
  /** Cash of the account's currency and what was earned, as texts; empty when to be made anew. */
  cashText = '';
  realisedText = '';
  /** What is not in positions: cash of all currencies and interest accrued. */
  cashValue = 0;
  readonly book: ScenarioBook;
  readonly pricing: OptionPricing;
  /** What is held of options; undefined without any. */
  options: OptionBook | undefined = undefined;
  pointIndex = -1;
  /** Last session whose corporate actions were told, so that a replay repeats none. */
  actionDate = 0;
  /** Those told of the session after it, before its first point. */
  opening: Opening | undefined = undefined;
  /** Entries that the books can't take yet: no more than earlier replays have journaled. */
  readonly waiting: Waiting[] = [];
  /** The highest equity of a point, moved by what was paid in and out since: see `noteFlow`. */
  equityPeak = 0;
  /** Equity at the last close before this session. */
  equityAtClose = Number.NaN;
  /** Paid in less paid out since then, at the value it had. */
  flow = 0;
  /** The same since the last point. */
  flowSincePoint = 0;
  closes: Closes = noCloses();
  readonly breached: boolean[] = [];
  /** What the last mark has made; undefined before the first. */
  marked: KeptFigures | undefined = undefined;

  /** The state of a portfolio that has such books and has done nothing else. */
  constructor(key: string, { directory, matrix, optionPolicy }: StateDeps, books: Books) {
    this.key = key;
    this.directory = directory;
    this.books = books;
    this.book = new ScenarioBook(matrix);
    this.pricing = { policy: optionPolicy ?? DEFAULT_OPTION_POLICY, matrix };
  }

  /** Made anew where an entry is late or a correction. */
  get account(): Account {
    return this.books.open.account;
  }

  set account(account: Account) {
    this.books.open.account = account;
  }

  get history(): History {
    return this.books.open.history;
  }

  /** Ids of commands applied, oldest first. */
  get commandIds(): Set<string> {
    return this.books.commandIds;
  }

  /** The same portfolio with another account, to be looked at: what is held is read anew. */
  with(account: Account): PortfolioState {
    const books = Books.begin(account, this.history);
    const other: PortfolioState = Object.create(PortfolioState.prototype);
    return Object.assign(other, this, { books, isStale: true });
  }
}

/** The state of a portfolio that has done nothing; `method` is what chooses its lots. */
export function emptyState(key: string, deps: StateDeps, method: LotMethod): PortfolioState {
  const account = emptyAccount(method);
  const books = Books.begin(account, emptyHistory(account), deps.openBooks);
  return new PortfolioState(key, deps, books);
}

/** Remembers a command id, forgetting the oldest beyond the bound. */
export function rememberCommand(state: PortfolioState, commandId: string): void {
  state.books.changed(false);
  state.commandIds.add(commandId);
  if (state.commandIds.size <= COMMAND_IDS_KEPT) return;
  for (const oldest of state.commandIds) {
    state.commandIds.delete(oldest);
    break;
  }
}

/** Remembers when a trade was judged, forgetting the oldest beyond the bound. */
export function rememberTrade(state: PortfolioState, timeUs: number): void {
  state.tradeTimesUs.push(timeUs);
  if (state.tradeTimesUs.length > TRADE_TIMES_KEPT) state.tradeTimesUs.shift();
}

/** Notes that an entry has changed the account: floats, texts and copies are made anew. */
export function noteChange(state: PortfolioState, changesHoldings: boolean): void {
  state.cashText = '';
  state.books.changed(changesHoldings);
  if (changesHoldings) state.isStale = true;
}

/**
 * Row of a symbol. Rows are this run's own numbering; a symbol that it does not have gets a row
 * below zero: carried at cost, in nobody's way.
 */
export function rowOf(directory: Directory, symbol: string): number {
  return directory.rowOf(symbol) ?? -1 - hashText(symbol);
}

/** Rebuilds the float mirror from the account, rows ascending so that sums have one order. */
export function refreshMirror(state: PortfolioState): void {
  refreshCash(state);
  if (!state.isStale) return;
  state.isStale = false;
  state.options = optionBookOf(state.account, state.directory);
  const held = [...state.account.positions]
    .filter(([symbol]) => contractOf(symbol) === undefined)
    .map(([symbol, position]) => ({ row: rowOf(state.directory, symbol), position }))
    .sort((one, other) => one.row - other.row);
  state.rows = Int32Array.from(held, ({ row }) => row);
  // Side by side, as a mark goes through them.
  const { length } = held;
  const floats = new Float64Array(3 * length);
  state.quantities = floats.subarray(0, length);
  state.costs = floats.subarray(length, 2 * length);
  state.exposures = floats.subarray(2 * length);
  held.forEach(({ position }, index) => {
    state.quantities[index] = toFloat(quantityOf(position));
    state.costs[index] = toFloat(costOf(position));
  });
  state.book.hold(state.rows);
}

/** Makes what is told of cash and gains anew where an entry has changed it. */
export function refreshCash(state: PortfolioState): void {
  if (state.cashText !== '') return;
  const { account } = state;
  let earned = 0n;
  for (const [currency, sums] of account.sums) {
    const { realisedShort, realisedLong, dividends, interest, charges } = sums;
    const rate = rateOf(account, currency) ?? 0n;
    earned += notionalOf(rate, realisedShort + realisedLong + dividends + interest - charges);
  }
  state.cashValue = toFloat(worthOf(account));
  state.cashText = formatDecimal(account.sums.get(account.currency)?.cash ?? 0n);
  state.realisedText = formatDecimal(earned);
}

/** What is not in positions, in the account's currency: cash of all currencies and accruals. */
export function worthOf(account: Account): bigint {
  let worth = 0n;
  for (const [currency, { cash, accrued }] of account.sums) {
    worth += notionalOf(rateOf(account, currency) ?? 0n, cash + accrued);
  }
  return worth;
}

/** Millionths of the account's currency for one of another; undefined where none is known. */
export function rateOf(account: Account, currency: string): bigint | undefined {
  return currency === account.currency ? 1_000_000n : account.rates.get(currency);
}
