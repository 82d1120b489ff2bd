// A portfolio's state as plain data, for snapshots: its books as text, its floats as one column.

import type { ScenarioDrift } from '../risk/index.js';
import type { PortfolioFigures } from './answers.js';
import { Books } from './books.js';
import { type Closes, copyCloses } from './closes.js';
import { type EncodedFigures, encodedFigures, KeptFigures, toldFigures } from './kept-figures.js';
import { optionBookOf } from './option-book.js';
import { lengthened, shortened } from './short-text.js';
import {
  type Opening,
  PortfolioState,
  refreshCash,
  type StateDeps,
  type Waiting,
} from './state.js';
import { type EncodedBooks, type KeptBooks, readBooks, restingOf } from './written-books.js';

/** What of a state is no part of its books and needs no other form. */
interface Marks<Figures> {
  readonly key: string;
  readonly pointIndex: number;
  readonly actionDate: number;
  readonly equityPeak: number;
  readonly equityAtClose: number;
  readonly flow: number;
  readonly closes: Closes;
  readonly breached: readonly boolean[];
  readonly figures: Figures | undefined;
  /** Absent where it is 0. */
  readonly flowSincePoint?: number;
  /** Absent between the first point of a session and the open of the next. */
  readonly opening?: Opening;
  /** Absent where nothing waits. */
  readonly waiting?: readonly Waiting[];
  /** Absent where no trade was judged. */
  readonly tradeTimesUs?: readonly number[];
}

/** Of options: what their shares by delta were worth, and their profits. */
interface OptionRisk {
  readonly applied: Float64Array;
  readonly profits: Float64Array;
}

/** What a snapshot holds of a portfolio. */
export interface EncodedPortfolio extends Marks<EncodedFigures> {
  readonly books: KeptBooks;
  /** Absent where the account has changed since, or no mark was made: the next makes all anew. */
  readonly mirror?: EncodedMirror;
}

/** The floats that marks work on. */
interface EncodedMirror {
  readonly cashText: string;
  readonly realisedText: string;
  readonly cashValue: number;
  /**
   * So many numbers a position each: rows, quantities, costs, exposures, and the exposures that the
   * risk figures were made from.
   */
  readonly columns: Float64Array;
  /** Day that the window of the risk figures ended before; NaN where none were made. */
  readonly dayIndex: number;
  readonly hasOptions: boolean;
  /** Absent where none were revalued. */
  readonly options?: OptionRisk;
  /** Absent where the risk figures follow from the columns to the last bit. */
  readonly drift?: ScenarioDrift;
}

const COLUMNS = 5;

/** The same in full: what two states that agree have in common, however their books are held. */
export interface PlainPortfolio extends Marks<PortfolioFigures>, EncodedBooks {
  readonly exposures: Float64Array;
  /** What the risk figures were made from. */
  readonly risk: {
    readonly exposures: Float64Array;
    readonly dayIndex: number;
    /** Absent without any. */
    readonly options?: OptionRisk;
  };
  /** Whether the account has changed since: then the next mark makes the floats and risk anew. */
  readonly isStale?: boolean;
}

/** Floats of a state whose account has changed since they were made: they count for nothing. */
const STALE = {
  exposures: new Float64Array(0),
  risk: { exposures: new Float64Array(0), dayIndex: Number.NaN },
  isStale: true,
} as const;

/** Copies a state out. */
export function encodeState(state: PortfolioState): EncodedPortfolio {
  return {
    key: state.key,
    books: state.books.keep(),
    pointIndex: state.pointIndex,
    actionDate: state.actionDate,
    equityPeak: state.equityPeak,
    equityAtClose: state.equityAtClose,
    flow: state.flow,
    closes: copyCloses(state.closes),
    breached: [...state.breached],
    figures: state.marked?.encoded(),
    ...(state.flowSincePoint !== 0 && { flowSincePoint: state.flowSincePoint }),
    ...(state.opening !== undefined && { opening: state.opening }),
    ...(state.waiting.length > 0 && { waiting: [...state.waiting] }),
    ...(state.tradeTimesUs.length > 0 && { tradeTimesUs: [...state.tradeTimesUs] }),
    ...(hasMarks(state) && { mirror: encodeMirror(state) }),
  };
}

/** Floats that no mark has been made of tell nothing that the books don't. */
function hasMarks({ isStale, marked }: PortfolioState): boolean {
  return !isStale && marked !== undefined;
}

function encodeMirror(state: PortfolioState): EncodedMirror {
  // The same whether somebody has asked for it since it changed or not.
  refreshCash(state);
  const { rows, quantities, costs, exposures, book, options } = state;
  const { beside } = book;
  const count = rows.length;
  const columns = new Float64Array(COLUMNS * count);
  columns.set(rows, 0);
  columns.set(quantities, count);
  columns.set(costs, 2 * count);
  columns.set(exposures, 3 * count);
  const dayIndex = book.copyApplied(columns.subarray(4 * count));
  const { drift } = book;
  return {
    cashText: state.cashText,
    realisedText: state.realisedText,
    cashValue: state.cashValue,
    columns,
    dayIndex,
    hasOptions: options !== undefined,
    ...(options !== undefined &&
      beside !== undefined && {
        options: { applied: options.applied.slice(), profits: beside.slice() },
      }),
    ...(drift !== undefined && { drift }),
  };
}

/** Copies a state back in. */
export function decodeState(encoded: EncodedPortfolio, deps: StateDeps): PortfolioState {
  const state = new PortfolioState(encoded.key, deps, Books.of(encoded.books, deps.openBooks));
  state.pointIndex = encoded.pointIndex;
  state.actionDate = encoded.actionDate;
  state.opening = encoded.opening;
  state.waiting.push(...(encoded.waiting ?? []));
  state.equityPeak = encoded.equityPeak;
  state.equityAtClose = encoded.equityAtClose;
  state.flow = encoded.flow;
  state.flowSincePoint = encoded.flowSincePoint ?? 0;
  state.closes = copyCloses(encoded.closes);
  state.breached.push(...encoded.breached);
  state.marked = encoded.figures && KeptFigures.of(encoded.figures);
  state.tradeTimesUs.push(...(encoded.tradeTimesUs ?? []));
  if (encoded.mirror !== undefined) decodeMirror(state, encoded.mirror);
  return state;
}

function decodeMirror(state: PortfolioState, mirror: EncodedMirror): void {
  const { columns, dayIndex, options, drift } = mirror;
  const count = columns.length / COLUMNS;
  state.isStale = false;
  state.cashText = mirror.cashText;
  state.realisedText = mirror.realisedText;
  state.cashValue = mirror.cashValue;
  state.rows = Int32Array.from(columns.subarray(0, count));
  state.quantities = columns.slice(count, 2 * count);
  state.costs = columns.slice(2 * count, 3 * count);
  state.exposures = columns.slice(3 * count, 4 * count);
  state.book.hold(state.rows);
  // Their contracts are in the books.
  if (mirror.hasOptions) state.options = optionBookOf(state.account, state.directory);
  // A book that has changed since its risk was made waits for its next turn.
  if (Number.isNaN(dayIndex)) return;
  state.book.update(columns.subarray(4 * count), dayIndex, true);
  if (options !== undefined) {
    state.book.putBeside(options.profits);
    state.options?.applied.set(options.applied);
  }
  if (drift !== undefined) state.book.drifted(drift);
}

/** What a snapshot holds, in full. */
export function plainState({ books, mirror, key, ...marks }: EncodedPortfolio): PlainPortfolio {
  const { account, history, commandIds } = readBooks(books);
  const text = lengthened(history.text);
  const figures = toldFigures(marks.figures);
  const plain = { key, account, history: { ...history, text }, commandIds, ...marks, figures };
  if (mirror === undefined) return { ...plain, ...STALE };
  const { columns, dayIndex, options } = mirror;
  const count = columns.length / COLUMNS;
  return {
    ...plain,
    exposures: columns.slice(3 * count, 4 * count),
    risk: {
      exposures: columns.slice(4 * count),
      dayIndex,
      ...(options !== undefined && { options }),
    },
  };
}

/** A state of before version 6 as snapshots hold it: floats are made anew at the next mark. */
export function packedState(plain: PlainPortfolio): EncodedPortfolio {
  const { account, history, commandIds, exposures: _e, risk: _r, isStale: _s, ...marks } = plain;
  const short = { ...history, text: shortened(history.text) };
  const { figures } = marks;
  const books = restingOf({ account, history: short, commandIds });
  return { ...marks, figures: figures && encodedFigures(figures), books };
}
