// Counts what streams in by source, code, session and symbol; holds refused records to put aside.

import { TICK_CODES, type TickCode } from '../../../actors/quality/index.js';

/** A record that was refused. */
export interface RefusedPrint {
  readonly code: string;
  readonly source: string;
  readonly row: number;
  readonly timeUs: number;
  readonly price: number;
  readonly size: number;
  readonly bid: number;
  readonly ask: number;
  /** First bytes of a frame that no print was read of, in hexadecimal. */
  readonly head?: string;
}

/** What came of one source. */
export interface SourceCounts {
  accepted: number;
  refused: number;
  marked: number;
  readonly byCode: Map<string, number>;
}

/** What came in one session. */
export interface SessionCounts {
  readonly date: number;
  readonly seen: number;
  readonly accepted: number;
  readonly refused: number;
}

/** Sessions remembered. */
const SESSIONS_MAX = 250;

/** Sources told apart; those beyond are counted together. */
const SOURCES_MAX = 1_000;

/** Refused records that may wait to be put aside; more are counted, and not kept. */
const WAITING_MAX = 10_000;

/** The counts of a running market. */
export class QualityBook {
  readonly #rowCount: number;
  readonly sources = new Map<string, SourceCounts>();
  /** Oldest first. */
  readonly sessions: SessionCounts[] = [];
  /** Prints of each row in the session under way. */
  readonly seen: Uint32Array;
  /** Sessions in which each row had a print, and refused prints of each row. */
  readonly sessionsSeen: Uint32Array;
  readonly refusedOf: Uint32Array;
  /** The session that is open, yyyymmdd; 0 for none. */
  openDate = 0;
  /** Sessions closed, those forgotten included. */
  sessionCount = 0;
  firstDate = 0;
  refused = 0;
  /** Refused records that there was no room for. */
  unkept = 0;
  #waiting: RefusedPrint[] = [];
  #refusedBefore = 0;

  constructor(rowCount: number) {
    this.#rowCount = rowCount;
    this.seen = new Uint32Array(rowCount);
    this.sessionsSeen = new Uint32Array(rowCount);
    this.refusedOf = new Uint32Array(rowCount);
  }

  /** Counts prints of a source that were taken. */
  accept(source: string, count: number): void {
    if (count > 0) this.#of(source).accepted += count;
  }

  /** Counts a record that was taken, with what was marked in it. */
  mark(source: string, codes: readonly TickCode[]): void {
    const counts = this.#of(source);
    counts.marked++;
    for (const code of codes) counts.byCode.set(code, (counts.byCode.get(code) ?? 0) + 1);
  }

  /** Counts a refused record, or several that are alike, and keeps it until it is put aside. */
  refuse(print: RefusedPrint, count = 1): void {
    const counts = this.#of(print.source);
    counts.refused += count;
    counts.byCode.set(print.code, (counts.byCode.get(print.code) ?? 0) + count);
    this.refused += count;
    if (print.row >= 0 && print.row < this.#rowCount) this.refusedOf[print.row]!++;
    if (this.#waiting.length < WAITING_MAX) this.#waiting.push(print);
    else this.unkept++;
  }

  /** Opens a session. */
  open(date: number): void {
    this.openDate = date;
  }

  /** What came in the session that is open so far; undefined where none is. */
  underWay(): SessionCounts | undefined {
    if (this.openDate === 0) return undefined;
    const { seen, accepted } = this.#seenSoFar();
    return { date: this.openDate, seen, accepted, refused: this.refused - this.#refusedBefore };
  }

  #seenSoFar(): { readonly seen: number; readonly accepted: number } {
    let seen = 0;
    let accepted = 0;
    for (const prints of this.seen) {
      if (prints > 0) seen++;
      accepted += prints;
    }
    return { seen, accepted };
  }

  /** Closes a session: who had a print in it. */
  close(date: number): void {
    const { seen, accepted } = this.#seenSoFar();
    for (let row = 0; row < this.#rowCount; row++) {
      if (this.seen[row]! > 0) this.sessionsSeen[row]!++;
    }
    this.seen.fill(0);
    this.openDate = 0;
    if (this.sessionCount === 0) this.firstDate = date;
    this.sessionCount++;
    this.sessions.push({ date, seen, accepted, refused: this.refused - this.#refusedBefore });
    this.#refusedBefore = this.refused;
    if (this.sessions.length > SESSIONS_MAX) this.sessions.shift();
  }

  /** Takes what waits to be put aside. */
  takeRefused(): readonly RefusedPrint[] {
    const waiting = this.#waiting;
    this.#waiting = [];
    return waiting;
  }

  /** Counts of all sources by code. */
  byCode(): ReadonlyMap<string, number> {
    const total = new Map<string, number>(TICK_CODES.map(({ code }) => [code, 0]));
    for (const { byCode } of this.sources.values()) {
      for (const [code, count] of byCode) total.set(code, (total.get(code) ?? 0) + count);
    }
    return total;
  }

  #of(source: string): SourceCounts {
    const known = this.sources.get(source);
    if (known !== undefined) return known;
    if (this.sources.size >= SOURCES_MAX && source !== 'others') return this.#of('others');
    const counts = { accepted: 0, refused: 0, marked: 0, byCode: new Map<string, number>() };
    this.sources.set(source, counts);
    return counts;
  }
}
