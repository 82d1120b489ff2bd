// Puts prints, sessions and points into one order and sends them to the shards.

import type { NextEnd } from '../../../actors/bars/index.js';
import { sessionOf } from '../../../actors/calendar/index.js';
import {
  OUT_OF_ORDER,
  POINTS_PER_SESSION,
  PRINT_REASONS,
  PrintRules,
} from '../../../actors/market/index.js';
import { ACTION, MEASURE, PASSED, POINT, SESSION_OPEN } from '../../../proto/frames/market.js';
import type { RefusedFrame } from '../port.js';
import { type PrintWriter, UNNUMBERED } from '../shards/print-writer.js';
import type { RareFrames } from '../shards/rare-frames.js';
import type { BookPoints } from './book-points.js';
import { QualityBook, type RefusedPrint } from './quality-book.js';

/**
 * What came since the last snapshot is what a replaced thread goes through again: so there is one
 * in two seconds, for it holds frames up for some milliseconds; and one in so many sessions,
 * however fast they go.
 */
const MS_PER_SNAPSHOT = 2_000;
const SESSIONS_PER_SNAPSHOT_MAX = 60;

/** In a night, when no print waits, there is one already where they take no more of the time. */
const NIGHT_SHARE_MAX = 0.05;

/**
 * Event time that bars wait for their own prints after another symbol has passed their end: feeds
 * of several symbols may be that much apart, and what comes later amends. Units: microseconds.
 */
const BARS_WAIT_US = 1_000_000;

/** What the sequencer and the feed send through: the shards, or a stage where they rehearse. */
export interface FrameDoor {
  readonly prints: PrintWriter;
  readonly frames: Pick<
    RareFrames,
    'broadcast' | 'requestSnapshots' | 'snapshotUs' | 'wantsSnapshot' | 'pauseForRoom'
  >;
}

/** The one order of everything that reaches the shards. */
export class Sequencer {
  readonly #frames: FrameDoor['frames'];
  readonly #prints: PrintWriter;
  readonly #rules: PrintRules;
  /** By row: 1 where late prints amend bars. */
  readonly #takesLate: Uint8Array;
  readonly #rejected: Record<string, number> = {};
  /** What came in, by source, code, session and symbol. */
  readonly quality: QualityBook;
  date = 0;
  dayIndex: number;
  pointIndex = 0;
  /** Prints accepted. */
  prints = 0;
  /** Of them from outside; the others were derived from daily bars. */
  outsidePrints = 0;
  /** Late prints that went to bars, which they amend; the market refused them. */
  latePrints = 0;
  /** By row: 1 where the last print came from outside. */
  readonly isOutside: Uint8Array;
  /** Sessions opened, actions and points sent: shards count the same. */
  steps = 0;
  openUs = 0;
  closeUs = 0;
  #nextPointUs = Number.POSITIVE_INFINITY;
  #pointInSession = 0;
  /** Sessions since the last snapshot, and when that was. */
  #sessions = 0;
  #snapshotMs = performance.now();
  isOpen = false;
  /** When bars of time end; absent where none are built. */
  nextBarEnd: NextEnd | undefined;
  /** Event time from which shards are to be told that bars have ended. */
  #barsDueUs = Number.POSITIVE_INFINITY;
  /** What order books say at points; absent where no condition asks. */
  books: BookPoints | undefined;

  constructor(
    door: FrameDoor,
    rowCount: number,
    dayIndex: number,
    takesLate: Uint8Array = new Uint8Array(rowCount),
  ) {
    this.#takesLate = takesLate;
    this.#frames = door.frames;
    this.#prints = door.prints;
    this.#rules = new PrintRules(rowCount);
    this.quality = new QualityBook(rowCount);
    this.isOutside = new Uint8Array(rowCount);
    this.dayIndex = dayIndex;
  }

  /** Refusals so far by reason. */
  rejectedByReason(): Readonly<Record<string, number>> {
    return this.#rejected;
  }

  /** Counts refusals that happened before a print could be judged. */
  countRejected(reason: string, count: number): void {
    if (count === 0) return;
    this.#rejected[reason] = (this.#rejected[reason] ?? 0) + count;
  }

  /** Tells the last known price of a row, before or between sessions. */
  setLast(row: number, price: number): void {
    this.#rules.setLast(row, price);
  }

  /**
   * The point that closes the warm-up: ranks, stages and books as of the last session of
   * history.
   */
  async warmPoint(date: number): Promise<void> {
    const { openUs, closeUs } = sessionOf(date);
    this.date = date;
    this.steps++;
    await this.#frames.broadcast(POINT.kind, -1, [
      closeUs,
      this.pointIndex++,
      1,
      date,
      this.dayIndex,
      1,
    ]);
    this.openUs = openUs;
    this.closeUs = closeUs;
  }

  /** Opens the session of a date. */
  async open(date: number): Promise<void> {
    const { openUs, closeUs } = sessionOf(date);
    this.date = date;
    this.quality.open(date);
    this.dayIndex++;
    this.openUs = openUs;
    this.closeUs = closeUs;
    this.isOpen = true;
    this.#pointInSession = 0;
    this.#nextPointUs = this.#pointUs(1);
    this.#expectBars(openUs);
    this.#rules.open(openUs, closeUs);
    this.steps++;
    await this.#frames.broadcast(SESSION_OPEN.kind, -1, [
      openUs,
      date,
      this.dayIndex,
      openUs,
      closeUs,
    ]);
  }

  /** Applies a split or a dividend at the open. */
  async action(row: number, split: number, dividend: number, lastPrice: number): Promise<void> {
    // The price band follows the split, or a four-for-one would look like a bad print.
    if (lastPrice > 0) this.#rules.setLast(row, lastPrice / split - dividend);
    this.steps++;
    await this.#frames.broadcast(ACTION.kind, row, [this.openUs, split, dividend]);
  }

  /** Whether a point, or the end of bars, is due before a print of that time. */
  // hot
  isDue(timeUs: number): boolean {
    return timeUs > this.#nextPointUs || timeUs >= this.#barsDueUs;
  }

  /** Reaches every point before `timeUs`, the close only through `close`; and ends bars. */
  async advanceTo(timeUs: number): Promise<void> {
    while (
      this.isOpen &&
      timeUs > this.#nextPointUs &&
      this.#pointInSession < POINTS_PER_SESSION - 1
    ) {
      await this.#point(false);
    }
    if (timeUs < this.#barsDueUs || !this.isOpen) return;
    const passedUs = timeUs - BARS_WAIT_US;
    this.#expectBars(passedUs);
    await this.#frames.broadcast(PASSED.kind, -1, [passedUs]);
  }

  #expectBars(passedUs: number): void {
    if (this.nextBarEnd !== undefined) this.#barsDueUs = this.nextBarEnd(passedUs) + BARS_WAIT_US;
  }

  /** Closes the session: what points are left, and the close. A night follows, or the next one. */
  async close(before: 'night' | 'session'): Promise<void> {
    if (!this.isOpen) return;
    while (this.#pointInSession < POINTS_PER_SESSION - 1) await this.#point(false);
    await this.#point(true);
    this.isOpen = false;
    this.quality.close(this.date);
    this.#sessions++;
    const isDue = this.#sessions >= SESSIONS_PER_SNAPSHOT_MAX || this.#isSnapshotWorthIt();
    const fits = before === 'night' && this.#fitsNight();
    if (isDue || fits || this.#frames.wantsSnapshot()) await this.snapshot();
  }

  /** Inside a long session, lets every shard keep all it has come to once the logs are long. */
  async shortenLogs(): Promise<void> {
    if (this.#frames.wantsSnapshot() && this.#isSnapshotWorthIt()) await this.snapshot();
  }

  #isSnapshotWorthIt(): boolean {
    return performance.now() - this.#snapshotMs > MS_PER_SNAPSHOT;
  }

  #fitsNight(): boolean {
    const sinceMs = performance.now() - this.#snapshotMs;
    return this.#frames.snapshotUs() / 1000 <= sinceMs * NIGHT_SHARE_MAX;
  }

  /** Lets every shard keep all it has come to. */
  async snapshot(): Promise<void> {
    this.#sessions = 0;
    this.#snapshotMs = performance.now();
    await this.#frames.requestSnapshots();
  }

  /**
   * Judges a print and sends it on. Returns 0 when sent, a reason's index when refused, -1 while
   * its shard has no room: try again.
   */
  // hot
  print(
    row: number,
    timeUs: number,
    price: number,
    size: number,
    bid: number,
    ask: number,
    arrivalUs: number,
    source: string,
  ): number {
    const reason = this.#rules.check(row, timeUs, price, size, bid, ask);
    if (reason !== 0) {
      const amends =
        reason === OUT_OF_ORDER && this.#takesLate[row] === 1 && this.#rules.isInBand(row, price);
      if (amends) {
        const isSent = this.#prints.print(
          row,
          timeUs,
          price,
          size,
          bid,
          ask,
          UNNUMBERED,
          arrivalUs,
        );
        if (!isSent) return -1;
        this.latePrints++;
      }
      const code = PRINT_REASONS[reason]!;
      this.refuse({ code, source, row, timeUs, price, size, bid, ask });
      return reason;
    }
    if (!this.#prints.print(row, timeUs, price, size, bid, ask, this.prints, arrivalUs)) return -1;
    this.prints++;
    this.quality.seen[row]!++;
    return 0;
  }

  async #point(isClose: boolean): Promise<void> {
    this.#pointInSession++;
    const timeUs = this.#pointUs(this.#pointInSession);
    this.#nextPointUs = this.#pointUs(this.#pointInSession + 1);
    if (this.books !== undefined) await this.#measures(this.books, timeUs);
    this.steps++;
    await this.#frames.broadcast(POINT.kind, -1, [
      timeUs,
      this.pointIndex++,
      isClose ? 1 : 0,
      this.date,
      this.dayIndex,
      this.#pointInSession / POINTS_PER_SESSION,
    ]);
  }

  async #measures(books: BookPoints, timeUs: number): Promise<void> {
    for (const { row, column, value } of await books.at(this.steps)) {
      await this.#frames.broadcast(MEASURE.kind, row, [timeUs, column, value]);
    }
  }

  #pointUs(number: number): number {
    return this.openUs + ((this.closeUs - this.openUs) * number) / POINTS_PER_SESSION;
  }

  /** Counts what no print was read of, and keeps one note of it for the quarantine. */
  refuseFrame({ reason, source, count = 1, head }: RefusedFrame): void {
    const code = `frame_${reason}`;
    this.countRejected(code, count);
    const print = { code, source, row: -1, timeUs: 0, price: 0, size: 0, bid: 0, ask: 0 };
    this.quality.refuse(head === undefined ? print : { ...print, head }, count);
  }

  /** Counts a refused print and keeps it for the quarantine. */
  refuse(print: RefusedPrint): void {
    this.countRejected(print.code, 1);
    this.quality.refuse(print);
  }
}
