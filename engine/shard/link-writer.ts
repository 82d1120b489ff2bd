// The sending side of a link: into the ring what fits, by the port what does not, refused beyond.

import type { MessagePort } from 'node:worker_threads';
import { Fault } from '../core/fault.js';
import { Encoder } from '../wire/encoder.js';
import {
  COPY_BY_LOOP_WORDS,
  COUNT,
  type LinkCounters,
  MESSAGE_BYTES_MAX,
  type Ported,
  RING_WORDS,
  readLinkCounters,
  viewLink,
  WORD,
  waitingIn,
} from './link.js';
import { weightOf } from './weight.js';

/** Messages that may wait in the port: where the reader has stopped, memory would fill next. */
const PORT_WAITING_MAX = 100_000;

/**
 * What they may weigh: a dozen snapshots of a large shard. One that waits alone may weigh more, for
 * whoever sends it has it in memory already. Units: KiB.
 */
const PORT_KIB_MAX = 256 * 1024;

const WORD_MASK = RING_WORDS - 1;

/** The sending side. */
export class LinkWriter {
  readonly #memory: SharedArrayBuffer;
  readonly #control: Int32Array;
  readonly #counts: Float64Array;
  readonly #ring: Int32Array;
  readonly #port: MessagePort;
  readonly #encoder = new Encoder(MESSAGE_BYTES_MAX);
  readonly #words: Int32Array;
  #head = 0;
  #tailSeen = 0;
  #sent = 0;

  constructor(memory: SharedArrayBuffer, port: MessagePort) {
    const { control, counts, ring } = viewLink(memory);
    this.#memory = memory;
    this.#counts = counts;
    this.#control = control;
    this.#ring = ring;
    this.#port = port;
    const { buffer, byteOffset, length } = this.#encoder.bytes;
    this.#words = new Int32Array(buffer, byteOffset, length >> 2);
  }

  /**
   * Sends a message. A full ring sends by the port, which is bounded too.
   * Errors: `shard.link_full`, retryable, with nothing sent; those of `postMessage`.
   */
  // hot
  post(message: unknown): void {
    const length = this.#encoder.encode(message);
    if (length > 0) {
      if (this.#write(length)) {
        this.#sent++;
        this.#counts[COUNT.ringed]!++;
        return;
      }
      this.#encoder.undo();
    }
    this.#postByPort(message, length);
    this.#counts[length > 0 ? COUNT.overflowed : COUNT.unfit]!++;
  }

  /** How messages went so far. */
  get counters(): LinkCounters {
    return readLinkCounters(this.#memory);
  }

  /** Whether the reader sleeps and wants to be woken; it is asked once. */
  // hot
  takeWish(): boolean {
    return (
      Atomics.load(this.#control, WORD.wantsWake) === 1 &&
      Atomics.exchange(this.#control, WORD.wantsWake, 0) === 1
    );
  }

  /** Sends by the port; `length` is that of its bytes, 0 where it has none. */
  #postByPort(message: unknown, length: number): void {
    const control = this.#control;
    const waiting = waitingIn(control, WORD.ported, WORD.portTaken);
    const roomKib = PORT_KIB_MAX - waitingIn(control, WORD.portedKib, WORD.portTakenKib);
    const bytes = length > 0 ? length : weightOf(message, PORT_KIB_MAX * 1024);
    const kib = Math.ceil(bytes / 1024);
    if (waiting >= PORT_WAITING_MAX || (waiting > 0 && kib > roomKib)) {
      this.#counts[COUNT.refused]!++;
      const most = `${PORT_WAITING_MAX} messages and ${PORT_KIB_MAX} KiB`;
      const text = `expected at most ${most} to wait for a thread, was ${waiting} before ${kib} KiB`;
      throw new Fault('shard.link_full', `${text}; slow down`, { retryable: true });
    }
    const ported: Ported = [this.#sent, message, kib];
    this.#port.postMessage(ported);
    this.#sent++;
    Atomics.add(control, WORD.portedKib, kib);
    Atomics.add(control, WORD.ported, 1);
  }

  /** Copies an encoded message behind its length into the ring; false when there is no room. */
  // hot
  #write(length: number): boolean {
    const words = (length + 3) >> 2;
    const after = (this.#head + words + 1) | 0;
    if (((after - this.#tailSeen) | 0) > RING_WORDS) {
      this.#tailSeen = Atomics.load(this.#control, WORD.tail);
      if (((after - this.#tailSeen) | 0) > RING_WORDS) return false;
    }
    this.#ring[this.#head & WORD_MASK] = length;
    const from = (this.#head + 1) & WORD_MASK;
    if (words <= COPY_BY_LOOP_WORDS) {
      for (let word = 0; word < words; word++) {
        this.#ring[(from + word) & WORD_MASK] = this.#words[word]!;
      }
    } else {
      const first = Math.min(words, RING_WORDS - from);
      this.#ring.set(this.#words.subarray(0, first), from);
      this.#ring.set(this.#words.subarray(first, words), 0);
    }
    this.#head = after;
    Atomics.store(this.#control, WORD.head, after);
    return true;
  }
}
