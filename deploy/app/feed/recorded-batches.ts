// Batches of prints from outside as the journal keeps them, each with its place in the order.

import type { Journal } from '../../../engine/index.js';
import type { IngestBatch } from '../port.js';
import { stepOfBookPoint } from './kept-book-points.js';
import { MissingNumbers, skippedBefore } from './numbering.js';
import { isBefore, type Place } from './run-mark.js';

/** First bytes of a recorded batch: "SLI1". */
const MAGIC = 0x31494c53;

/** Bytes before the head: magic and the head's length. */
const HEAD_AT = 8;

/** Where a batch was taken in, and when it came. */
export interface Admission extends Place {
  /** Wall clock. Units: microseconds. Absent in journals of 0.2.0 and earlier. */
  readonly arrivalUs?: number | undefined;
}

/** What is kept beside the prints. */
interface Head extends Admission {
  /** Last event of the journal before it. Absent in journals of 0.2.0 and earlier. */
  readonly position?: number | undefined;
  readonly feed: string;
  readonly source: string;
  readonly sequence: string;
  readonly symbols: readonly string[];
}

interface Entry extends Place {
  readonly number: number;
  readonly source: string;
  readonly sequence: string;
}

/** A batch as it was recorded. */
export interface RecordedBatch {
  readonly batch: IngestBatch;
  readonly admission: Admission;
}

/**
 * A batch as bytes: magic, length of the head, the head in JSON, the packed prints. `position` is
 * that of the journal's last event before it.
 */
export function encodeBatch(
  batch: IngestBatch,
  admission: Admission,
  feed: string,
  position?: number,
): Buffer {
  const { source, sequence, symbols, prints } = batch;
  const { step, prints: before, arrivalUs } = admission;
  const number = `${sequence}`;
  const place = { step, prints: before, arrivalUs, position };
  const head: Head = { feed, ...place, source, sequence: number, symbols };
  const text = Buffer.from(JSON.stringify(head));
  const start = Buffer.alloc(HEAD_AT);
  start.writeUInt32LE(MAGIC, 0);
  start.writeUInt32LE(text.length, 4);
  return Buffer.concat([start, text, prints]);
}

function decodeHead(bytes: Buffer): { readonly head: Head; readonly end: number } | undefined {
  if (bytes.length < HEAD_AT || bytes.readUInt32LE(0) !== MAGIC) return undefined;
  const end = HEAD_AT + bytes.readUInt32LE(4);
  // `encodeBatch` wrote it, and the journal's checksum has been met.
  return { head: JSON.parse(bytes.toString('utf8', HEAD_AT, end)) as Head, end };
}

/** Place of a recorded batch, and the event before it; undefined where the bytes are none. */
export function placeOfBatch(bytes: Buffer): (Place & Pick<Head, 'position'>) | undefined {
  return decodeHead(bytes)?.head;
}

/** What earlier lives of this data directory have recorded, in the order of its places. */
export class RecordedBatches {
  readonly #journal: Pick<Journal, 'input'>;
  readonly #entries: Entry[] = [];
  #next = 0;
  /** Last number recorded of each source. */
  readonly sequences = new Map<string, bigint>();
  readonly missing = new MissingNumbers();
  /** Batches of another feed, whose places mean nothing in this one. */
  foreign = 0;
  /** Recorded inputs of any kind. */
  readonly inputs: number;

  constructor(journal: Pick<Journal, 'input' | 'inputs'>, feed: string) {
    this.#journal = journal;
    let number = 0;
    for (const bytes of journal.inputs()) {
      number++;
      const decoded = decodeHead(bytes);
      if (decoded === undefined) {
        if (stepOfBookPoint(bytes) === undefined) this.foreign++;
        continue;
      }
      this.#note(number, decoded.head, feed);
    }
    this.inputs = number;
    this.#entries.sort((a, b) => a.step - b.step || a.prints - b.prints || a.number - b.number);
  }

  #note(number: number, { source, sequence, feed, step, prints }: Head, own: string): void {
    const numbered = BigInt(sequence);
    const skipped = skippedBefore(this.sequences.get(source), numbered);
    if (skipped >= 0n) {
      this.missing.add(source, skipped);
      this.sequences.set(source, numbered);
    } else this.#forget(source, sequence);
    if (feed === own) this.#entries.push({ number, step, prints, source, sequence });
    else this.foreign++;
  }

  /** One that failed has been sent again: what was acknowledged is the last that was recorded. */
  #forget(source: string, sequence: string): void {
    const index = this.#entries.findLastIndex(
      (entry) => entry.source === source && entry.sequence === sequence,
    );
    if (index >= 0) this.#entries.splice(index, 1);
  }

  /** Last place of those behind so many inputs; undefined where there is none. */
  lastBehind(inputs: number): Place | undefined {
    return this.#entries.findLast(({ number }) => number > inputs);
  }

  /** Whether one is left whose place has come; any that is left, without a place. */
  isDue(place?: Place): boolean {
    const entry = this.#entries[this.#next];
    return entry !== undefined && (place === undefined || !isBefore(place, entry));
  }

  /** The next one. Errors: `journal.corrupt`. */
  take(): RecordedBatch {
    return this.#read(this.#entries[this.#next++]!);
  }

  /** All of them, in the order of their places. Errors: `journal.corrupt`. */
  *all(): Generator<RecordedBatch> {
    for (const entry of this.#entries) yield this.#read(entry);
  }

  /** Those of a source, from the last place to the first. Errors: `journal.corrupt`. */
  *newest(source: string): Generator<RecordedBatch> {
    for (let index = this.#entries.length - 1; index >= 0; index--) {
      const entry = this.#entries[index]!;
      if (entry.source === source) yield this.#read(entry);
    }
  }

  #read({ number }: Entry): RecordedBatch {
    const bytes = this.#journal.input(number);
    const { head, end } = decodeHead(bytes)!;
    const { source, symbols, step, prints: before, arrivalUs } = head;
    const prints = bytes.subarray(end);
    const batch = { source, sequence: BigInt(head.sequence), symbols, prints };
    return { batch, admission: { step, prints: before, arrivalUs } };
  }
}
