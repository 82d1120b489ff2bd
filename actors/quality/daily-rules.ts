// The rules of daily bars, streamed symbol by symbol: wrong in a row, between rows, or missing.

import { countSessions, isSession, nextSession, previousSession } from '../calendar/index.js';
import { BAD_DATE, type QualityCode } from './codes.js';

/** Codes of daily bars. A code never changes its meaning. */
export const DAILY_CODES = [
  BAD_DATE,
  {
    code: 'duplicate',
    kind: 'structural',
    action: 'refuse',
    text: 'a second row of its symbol and date',
  },
  {
    code: 'out_of_order',
    kind: 'structural',
    action: 'mark',
    text: 'the row stands behind one of a later date',
  },
  {
    code: 'outside_session',
    kind: 'structural',
    action: 'refuse',
    text: 'the exchange was closed on that date',
  },
  {
    code: 'not_a_number',
    kind: 'structural',
    action: 'refuse',
    text: 'a price or volume that is missing, NaN or infinite',
  },
  {
    code: 'price_not_positive',
    kind: 'structural',
    action: 'refuse',
    text: 'a price of zero or below',
  },
  { code: 'size_negative', kind: 'structural', action: 'refuse', text: 'fewer than no shares' },
  {
    code: 'range_broken',
    kind: 'structural',
    action: 'refuse',
    text: 'open or close outside low to high',
  },
  { code: 'no_volume', kind: 'structural', action: 'mark', text: 'prices of a day without trades' },
  {
    code: 'gap',
    kind: 'structural',
    action: 'mark',
    text: 'sessions of the exchange are missing before this row',
  },
  {
    code: 'late_start',
    kind: 'structural',
    action: 'mark',
    text: 'the symbol begins after the file does: listed later, or its history is cut',
  },
  {
    code: 'early_end',
    kind: 'structural',
    action: 'mark',
    text: 'the symbol ends before the file does: delisted, renamed, or its history is cut',
  },
  {
    code: 'bad_print',
    kind: 'statistical',
    action: 'refuse',
    text: 'a close far from the one before, and back again within three sessions',
  },
  {
    code: 'unadjusted_action',
    kind: 'statistical',
    action: 'mark',
    text: 'a jump over night at ordinary volume, that stays: a split, spin-off or special dividend',
  },
  {
    code: 'large_move',
    kind: 'statistical',
    action: 'mark',
    text: 'a move of more than 0.3 in the logarithm, at the volume of real news',
  },
] as const satisfies readonly QualityCode[];

/** The code of a daily bar. */
export type DailyCode = (typeof DAILY_CODES)[number]['code'];

/** One daily bar as it stands in a file. */
export interface DailyRow {
  /** yyyymmdd; 0 where none can be read. */
  readonly date: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  /** New shares for one old one on that date; 1 without a split, or where prices are adjusted. */
  readonly split: number;
  /** Dollars a share on that ex-date; 0 without a dividend, or where prices are adjusted. */
  readonly dividend: number;
}

/** One finding. */
export interface DailyFinding {
  readonly code: DailyCode;
  readonly date: number;
  /** Sessions missing of a gap, a late start or an early end; the move, as a logarithm. */
  readonly value: number;
  /** The row it is about; none for what is missing after the last one. */
  readonly row: DailyRow | undefined;
}

/** Takes the findings. */
export type FindDaily = (finding: DailyFinding) => void;

/** Moves from close to close that are looked at. */
const MOVE = 0.3;

/** A jump over night of this size, at less than so many average volumes, is no news. */
const JUMP = 0.25;
const NEWS_VOLUMES = 8;

/** A bad print comes back nearly all of the way, and nobody traded more because of it. */
const RETURN_SHARE = 0.25;
const CALM_VOLUMES = 2;

/** Sessions after which a move that has not come back has stayed. */
const RETURN_SESSIONS = 3;

/** Sessions of the average volume. */
const VOLUME_SESSIONS = 20;

/** A move that may still come back. */
interface Move {
  readonly row: DailyRow;
  readonly from: number;
  readonly size: number;
  readonly jump: number;
  readonly volumes: number;
  age: number;
}

/** The rules of one symbol; feed its rows in the order of the file, then `finish`. */
export class DailyRules {
  readonly #first: number;
  readonly #last: number;
  readonly #volumes: number[] = [];
  /** Dates of the exchange that a row stood under. */
  readonly #dates = new Set<number>();
  #date = 0;
  #isStarted = false;
  #close = Number.NaN;
  #move: Move | undefined;
  #hasComeBack = false;

  /** `first` and `last` are the dates that the file spans, yyyymmdd. */
  constructor(first: number, last: number) {
    this.#first = first;
    this.#last = last;
  }

  /** Judges a row. */
  check(row: DailyRow, find: FindDaily): void {
    const { date } = row;
    const place = this.#placeCode(date);
    if (place !== undefined) find({ code: place, date, value: 0, row });
    if (place !== undefined && place !== 'out_of_order') return;
    this.#dates.add(date);
    // What stands behind a later date is judged by itself: the moves before it are over.
    if (place === 'out_of_order') {
      findInRow(row, find);
      return;
    }
    this.#checkDates(row, find);
    this.#date = date;
    this.#isStarted = true;
    findInRow(row, find);
    // A row that is refused still has a close, where that is a price.
    if (row.close > 0 && Number.isFinite(row.close)) this.#checkMove(row, find);
    if (row.volume > 0) this.#volumes.push(row.volume);
    if (this.#volumes.length > VOLUME_SESSIONS) this.#volumes.shift();
  }

  /** Sessions of the exchange that a row stood under so far. */
  sessions(): number {
    return this.#dates.size;
  }

  /** Tells what can be told only at the end. */
  finish(find: FindDaily): void {
    this.#settle(find);
    const after = this.#isStarted ? nextSession(this.#date) : undefined;
    const missing = after === undefined ? 0 : countSessions(after, this.#last);
    if (missing > 0) find({ code: 'early_end', date: this.#date, value: missing, row: undefined });
  }

  #placeCode(date: number): DailyCode | undefined {
    if (date === 0) return 'bad_date';
    if (this.#dates.has(date)) return 'duplicate';
    if (!isSession(date)) return 'outside_session';
    return date < this.#date ? 'out_of_order' : undefined;
  }

  #checkDates(row: DailyRow, find: FindDaily): void {
    const { date } = row;
    const before = previousSession(date);
    if (before === undefined) return;
    const from = this.#isStarted ? nextSession(this.#date) : this.#first;
    const missing = from === undefined ? 0 : countSessions(from, before);
    if (missing === 0) return;
    find({ code: this.#isStarted ? 'gap' : 'late_start', date, value: missing, row });
  }

  #checkMove(row: DailyRow, find: FindDaily): void {
    const { open, close, volume, split, dividend } = row;
    // What the close before is worth after the actions of this date.
    const from = this.#close / split - dividend;
    this.#close = close;
    this.#comeBack(close, find);
    const size = Math.log(close / from);
    if (!(Math.abs(size) > MOVE) || this.#hasComeBack) return;
    this.#settle(find);
    const average = this.#volumes.reduce((sum, shares) => sum + shares, 0) / this.#volumes.length;
    const jump = Math.log(open / from);
    this.#move = { row, from, size, jump, volumes: volume / average, age: 0 };
  }

  /** Whether the move before has come back: then what lay between was no price of the market. */
  #comeBack(close: number, find: FindDaily): void {
    const move = this.#move;
    this.#hasComeBack = false;
    if (move === undefined) return;
    move.age++;
    const isBack = Math.abs(Math.log(close / move.from)) < Math.abs(move.size) * RETURN_SHARE;
    if (isBack && move.volumes < CALM_VOLUMES) {
      this.#hasComeBack = true;
      this.#move = undefined;
      find({ code: 'bad_print', date: move.row.date, value: move.size, row: move.row });
    } else if (move.age >= RETURN_SESSIONS) this.#settle(find);
  }

  /** A move that has stayed. */
  #settle(find: FindDaily): void {
    const move = this.#move;
    this.#move = undefined;
    if (move === undefined) return;
    const isQuiet = Math.abs(move.jump) > JUMP && move.volumes < NEWS_VOLUMES;
    const code = isQuiet ? 'unadjusted_action' : 'large_move';
    find({ code, date: move.row.date, value: move.size, row: move.row });
  }
}

/** Tells what a row has by itself. */
function findInRow(row: DailyRow, find: FindDaily): void {
  const { date } = row;
  const code = rowCode(row);
  if (code !== undefined) find({ code, date, value: 0, row });
  if (row.volume === 0) find({ code: 'no_volume', date, value: 0, row });
}

/** What is wrong in a row by itself. */
function rowCode({ open, high, low, close, volume }: DailyRow): DailyCode | undefined {
  if (!Number.isFinite(open + high + low + close + volume)) return 'not_a_number';
  if (Math.min(open, high, low, close) <= 0) return 'price_not_positive';
  if (volume < 0) return 'size_negative';
  if (low > Math.min(open, close) || high < Math.max(open, close)) return 'range_broken';
  return undefined;
}

/** Symbols that jump on one date before it is the market that moved. */
const MARKET_MOVES = 5;

/**
 * Takes back what one symbol by itself made look like a bad print or an action: where many moved on
 * one date, it was the market.
 */
export function withMarketMoves<F extends DailyFinding>(findings: readonly F[]): readonly F[] {
  const moves = new Map<number, number>();
  for (const { code, date } of findings) {
    if (isMove(code)) moves.set(date, (moves.get(date) ?? 0) + 1);
  }
  return findings.map((finding) =>
    isMove(finding.code) && moves.get(finding.date)! >= MARKET_MOVES
      ? { ...finding, code: 'large_move' as const }
      : finding,
  );
}

function isMove(code: DailyCode): boolean {
  return code === 'bad_print' || code === 'unadjusted_action' || code === 'large_move';
}
