// Records what vendors send, as it came: beside the feed, which it neither holds up nor ends.

import { rmSync, statSync } from 'node:fs';
import type { RawMessage } from '../adapters/sources/raw.js';
import { claimRecording } from './claim.js';
import type { RawHead } from './line-tables.js';
import { datesOf, isRaw, kindsOf, numbersOf, type RawKind, tablesIn } from './recording.js';
import { type RollingCounters, RollingSegments, recoverSegments } from './rolling.js';
import { BODY_BYTES_MAX, HEAD_BYTES_MAX } from './segment.js';

/**
 * Messages that may wait for the disk; beyond it new ones are dropped. A disk that stands still for
 * a second holds up some tens of megabytes of a whole market's stream. Units: bytes.
 */
const WAITING_BYTES_MAX = 64 * 1024 * 1024;

/** What a message weighs while it waits, beside its own bytes. Units: bytes. */
const MESSAGE_BYTES = 512;

/** What a recorder has done. */
export interface RawCounters extends RollingCounters {
  messages: number;
  /** Messages that were not recorded: too many waited, one was too long, or the disk failed. */
  dropped: number;
  /** Tables removed to keep within the bound. */
  removed: number;
}

/** How a recorder is opened. */
export interface RawOptions {
  /** Tables of messages are kept up to this, the newest ones. Units: bytes. */
  readonly bytesMax: number;
  /** Told of the first message that is dropped, in words for a person. */
  readonly tell: (text: string) => void;
}

/** Records messages into a folder of recordings. */
export class RawRecorder {
  readonly #dir: string;
  readonly #options: RawOptions;
  readonly #segments: RollingSegments;
  readonly #giveUp: () => void;
  readonly #waiting = new Set<Promise<unknown>>();
  #waitingBytes = 0;
  #number: number;
  #isClosed = false;
  readonly counters: RawCounters = {
    messages: 0,
    dropped: 0,
    removed: 0,
    bytes: 0,
    sealed: 0,
    waits: 0,
  };

  private constructor(dir: string, options: RawOptions, giveUp: () => void) {
    this.#dir = dir;
    this.#giveUp = giveUp;
    this.#options = options;
    const kinds = [...new Set(datesOf(dir).flatMap((date) => rawKindsOf(dir, date)))];
    const removeOldest = (): void => {
      this.counters.removed += removeOldestRaw(dir, options.bytesMax);
    };
    this.#segments = new RollingSegments(dir, kinds, this.counters, removeOldest);
    this.#number = this.#segments.firstNumber;
  }

  /**
   * Opens a folder and makes tables of what a crash left. Errors: `recording.locked`,
   * `recording.unwritable`, `duckdb.failed`.
   */
  static async open(dir: string, options: RawOptions): Promise<RawRecorder> {
    const giveUp = claimRecording(dir, 'raw');
    try {
      await recoverSegments(dir, isRaw);
      return new RawRecorder(dir, options, giveUp);
    } catch (error) {
      giveUp();
      throw error;
    }
  }

  /** Records a message, or drops and counts it; its number is missing then. */
  take(raw: RawMessage): void {
    const { counters } = this;
    const arrivalUs = (performance.timeOrigin + performance.now()) * 1_000;
    const number = this.#number++;
    counters.messages++;
    const isReply = raw.form === 'reply';
    const head: RawHead = {
      number,
      arrivalUs,
      form: raw.form,
      asked: isReply ? JSON.stringify(raw.asked) : '',
      status: isReply ? raw.status : 0,
    };
    const body = Buffer.from(raw.message);
    const bytes = body.length + head.asked.length + MESSAGE_BYTES;
    const isTooLong = body.length > BODY_BYTES_MAX || head.asked.length * 2 > HEAD_BYTES_MAX;
    const isTooMuch = this.#waitingBytes + bytes > WAITING_BYTES_MAX;
    if (isTooLong || isTooMuch || this.#isClosed) {
      this.#drop(isTooLong ? 'one is too long' : isTooMuch ? 'the disk is too slow' : 'it is over');
      return;
    }
    this.#waitingBytes += bytes;
    const writing = this.#segments
      .append(`raw@${raw.source}`, { head: JSON.stringify(head), body })
      .catch((error: unknown) => this.#drop(String(error)))
      .finally(() => {
        this.#waitingBytes -= bytes;
        this.#waiting.delete(writing);
      });
    this.#waiting.add(writing);
  }

  /** Makes tables of all that was recorded. Errors: what kept one from being made. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.#waiting);
    await this.#segments.close().finally(this.#giveUp);
  }

  #drop(why: string): void {
    this.counters.dropped++;
    if (this.counters.dropped > 1) return;
    this.#options.tell(`messages of vendors are not recorded in ${this.#dir}: ${why}`);
  }
}

function rawKindsOf(dir: string, date: string): readonly RawKind[] {
  return kindsOf(dir, date).filter(isRaw);
}

/** Removes the oldest tables of messages until the rest is within a bound; answers how many. */
function removeOldestRaw(dir: string, bytesMax: number): number {
  const paths = datesOf(dir).flatMap((date) =>
    rawKindsOf(dir, date)
      .flatMap((kind) => tablesIn(dir, date, kind))
      // Numbers rise over all sources.
      .sort((a, b) => numbersOf(a).first.localeCompare(numbersOf(b).first)),
  );
  const sizes = paths.map((path) => statSync(path).size);
  let bytes = sizes.reduce((sum, size) => sum + size, 0);
  let removed = 0;
  while (bytes > bytesMax && removed < paths.length) {
    rmSync(paths[removed]!);
    bytes -= sizes[removed++]!;
  }
  return removed;
}
