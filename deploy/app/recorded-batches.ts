// Batches of prints from outside as the journal keeps them, each with its place in the order.

import type { Journal } from '../../engine/index.js';
import type { IngestBatch } from './port.js';
import { isBefore, type Place } from './run-mark.js';

/** First bytes of a recorded batch: "SLI1". */
const MAGIC = 0x31494c53;

/** Bytes before the head: magic and the head's length. */
const HEAD_AT = 8;

/** What is kept beside the prints. */
interface Head extends Place {
  readonly feed: string;
  readonly source: string;
  readonly sequence: string;
  readonly symbols: readonly string[];
}

interface Entry extends Place {
  readonly number: number;
}

/** A batch as bytes: magic, length of the head, the head in JSON, the packed prints. */
export function encodeBatch(batch: IngestBatch, place: Place, feed: string): Buffer {
  const { source, sequence, symbols, prints } = batch;
  const { step, prints: before } = place;
  const head: Head = { feed, step, prints: before, source, sequence: `${sequence}`, symbols };
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

/** Place of a recorded batch; undefined where the bytes are none. */
export function placeOfBatch(bytes: Buffer): Place | undefined {
  return decodeHead(bytes)?.head;
}

/** What earlier lives of this data directory have recorded, in the order of its places. */
export class RecordedBatches {
  readonly #journal: Journal;
  readonly #entries: Entry[] = [];
  #next = 0;
  /** Last number recorded of each source. */
  readonly sequences = new Map<string, bigint>();
  /** Numbers of sources that never came. */
  gaps = 0;
  /** Batches of another feed, whose places mean nothing in this one. */
  foreign = 0;

  constructor(journal: Journal, feed: string) {
    this.#journal = journal;
    let number = 0;
    for (const bytes of journal.inputs()) {
      number++;
      const decoded = decodeHead(bytes);
      if (decoded === undefined) {
        this.foreign++;
        continue;
      }
      const { head } = decoded;
      const sequence = BigInt(head.sequence);
      const last = this.sequences.get(head.source) ?? sequence - 1n;
      // One that failed may have been sent again behind its successors.
      if (sequence > last) {
        this.gaps += Number(sequence - last - 1n);
        this.sequences.set(head.source, sequence);
      }
      if (head.feed === feed) this.#entries.push({ number, step: head.step, prints: head.prints });
      else this.foreign++;
    }
    this.#entries.sort((a, b) => a.step - b.step || a.prints - b.prints || a.number - b.number);
  }

  /** Place of the last one; undefined where there is none. */
  get last(): Place | undefined {
    return this.#entries.at(-1);
  }

  /** Whether one is left whose place has come; any that is left, without a place. */
  isDue(place?: Place): boolean {
    const entry = this.#entries[this.#next];
    return entry !== undefined && (place === undefined || !isBefore(place, entry));
  }

  /** The next one. Errors: `journal.corrupt`. */
  take(): IngestBatch {
    const { number } = this.#entries[this.#next++]!;
    const bytes = this.#journal.input(number);
    const { head, end } = decodeHead(bytes)!;
    const { source, symbols } = head;
    return { source, sequence: BigInt(head.sequence), symbols, prints: bytes.subarray(end) };
  }
}
