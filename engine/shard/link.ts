// One direction between an owner and its shard: small messages as bytes in shared memory, the rest
// by a port, all in the order they were sent.

import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import { assert } from '../core/assert.js';
import { Fault } from '../core/fault.js';
import { Decoder } from '../wire/decoder.js';
import { Encoder } from '../wire/encoder.js';
import { weightOf } from './weight.js';

/** Bytes of the ring: ten thousand messages of four hundred, in one burst. A power of two. */
const RING_BYTES = 4 * 1024 ** 2;

/** Longest message in the ring; longer ones would push the others out. */
const MESSAGE_BYTES_MAX = 64 * 1024;

/** Messages that may wait in the port: where the reader has stopped, memory would fill next. */
const PORT_WAITING_MAX = 100_000;

/**
 * What they may weigh: a dozen snapshots of a large shard. One that waits alone may weigh more, for
 * whoever sends it has it in memory already. Units: KiB.
 */
const PORT_KIB_MAX = 256 * 1024;

/** Words up to which a loop copies faster than a call does. */
const COPY_BY_LOOP_WORDS = 128;

// Control words, each on a cache line of its own: positions in bytes, then counts of the port.
const LINE_INTS = 16;
const HEAD = 0;
const TAIL = LINE_INTS;
const PORTED = 2 * LINE_INTS;
const PORT_TAKEN = 3 * LINE_INTS;
const WANTS_WAKE = 4 * LINE_INTS;
// The writer's weight of the port beside its count, the reader's beside his.
const PORTED_KIB = PORTED + 1;
const PORT_TAKEN_KIB = PORT_TAKEN + 1;
// What the writer has counted, as float64.
const COUNTS = 5 * LINE_INTS;
const RINGED = 0;
const UNFIT = 1;
const OVERFLOWED = 2;
const REFUSED = 3;
const COUNT_FLOATS = 8;
const CONTROL_INTS = 6 * LINE_INTS;

const RING_WORDS = RING_BYTES / 4;
const WORD_MASK = RING_WORDS - 1;

/** The value that `take` gives when there is no message. */
export const NOTHING: unique symbol = Symbol('nothing');

/** A message that took the port: its number among all messages of the link, and its weight. */
type Ported = readonly [number: number, message: unknown, kib: number];

/** How messages of one direction went. */
export interface LinkCounters {
  /** In the ring. */
  ringed: number;
  /** By the port, because they are no plain data or too long. */
  unfit: number;
  /** By the port, because the ring was full. */
  overflowed: number;
  /** Not at all, because too many or too much waited in the port; whoever sent them knows. */
  refused: number;
  /** Messages that wait in the port now, and what they weigh. */
  waiting: number;
  waitingKib: number;
}

/** Allocates the shared memory of one direction. */
export function createLink(): SharedArrayBuffer {
  return new SharedArrayBuffer(CONTROL_INTS * 4 + RING_BYTES);
}

/** How the messages of one direction have gone so far, for either side. */
export function readLinkCounters(memory: SharedArrayBuffer): LinkCounters {
  const control = new Int32Array(memory, 0, CONTROL_INTS);
  const counts = new Float64Array(memory, COUNTS * 4, COUNT_FLOATS);
  return {
    ringed: counts[RINGED]!,
    unfit: counts[UNFIT]!,
    overflowed: counts[OVERFLOWED]!,
    refused: counts[REFUSED]!,
    waiting: waitingIn(control, PORTED, PORT_TAKEN),
    waitingKib: waitingIn(control, PORTED_KIB, PORT_TAKEN_KIB),
  };
}

/** What was put and not taken; both counts go round at 32 bits. */
function waitingIn(control: Int32Array, put: number, taken: number): number {
  return (Atomics.load(control, put) - Atomics.load(control, taken)) | 0;
}

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
    this.#memory = memory;
    this.#counts = new Float64Array(memory, COUNTS * 4, COUNT_FLOATS);
    this.#control = new Int32Array(memory, 0, CONTROL_INTS);
    this.#ring = new Int32Array(memory, CONTROL_INTS * 4, RING_WORDS);
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
        this.#counts[RINGED]!++;
        return;
      }
      this.#encoder.undo();
    }
    this.#postByPort(message, length);
    this.#counts[length > 0 ? OVERFLOWED : UNFIT]!++;
  }

  /** How messages went so far. */
  get counters(): LinkCounters {
    return readLinkCounters(this.#memory);
  }

  /** Whether the reader sleeps and wants to be woken; it is asked once. */
  // hot
  takeWish(): boolean {
    return (
      Atomics.load(this.#control, WANTS_WAKE) === 1 &&
      Atomics.exchange(this.#control, WANTS_WAKE, 0) === 1
    );
  }

  /** Sends by the port; `length` is that of its bytes, 0 where it has none. */
  #postByPort(message: unknown, length: number): void {
    const control = this.#control;
    const waiting = waitingIn(control, PORTED, PORT_TAKEN);
    const roomKib = PORT_KIB_MAX - waitingIn(control, PORTED_KIB, PORT_TAKEN_KIB);
    const bytes = length > 0 ? length : weightOf(message, PORT_KIB_MAX * 1024);
    const kib = Math.ceil(bytes / 1024);
    if (waiting >= PORT_WAITING_MAX || (waiting > 0 && kib > roomKib)) {
      this.#counts[REFUSED]!++;
      const most = `${PORT_WAITING_MAX} messages and ${PORT_KIB_MAX} KiB`;
      const text = `expected at most ${most} to wait for a thread, was ${waiting} before ${kib} KiB`;
      throw new Fault('shard.link_full', `${text}; slow down`, { retryable: true });
    }
    const ported: Ported = [this.#sent, message, kib];
    this.#port.postMessage(ported);
    this.#sent++;
    Atomics.add(control, PORTED_KIB, kib);
    Atomics.add(control, PORTED, 1);
  }

  /** Copies an encoded message behind its length into the ring; false when there is no room. */
  // hot
  #write(length: number): boolean {
    const words = (length + 3) >> 2;
    const after = (this.#head + words + 1) | 0;
    if (((after - this.#tailSeen) | 0) > RING_WORDS) {
      this.#tailSeen = Atomics.load(this.#control, TAIL);
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
    Atomics.store(this.#control, HEAD, after);
    return true;
  }
}

/** The receiving side. */
export class LinkReader {
  readonly #control: Int32Array;
  readonly #ring: Int32Array;
  readonly #port: MessagePort;
  readonly #words = new Int32Array(MESSAGE_BYTES_MAX / 4);
  readonly #decoder = new Decoder(new Uint8Array(this.#words.buffer));
  #tail = 0;
  #headSeen = 0;
  #taken = 0;
  #portedSeen = 0;
  #portTaken = 0;
  /** A message from the port whose turn has not come. */
  #held: Ported | undefined = undefined;

  constructor(memory: SharedArrayBuffer, port: MessagePort) {
    this.#control = new Int32Array(memory, 0, CONTROL_INTS);
    this.#ring = new Int32Array(memory, CONTROL_INTS * 4, RING_WORDS);
    this.#port = port;
  }

  /** Whether no message can be taken now. */
  // hot
  isEmpty(): boolean {
    return (
      Atomics.load(this.#control, HEAD) === this.#tail &&
      Atomics.load(this.#control, PORTED) === this.#portTaken
    );
  }

  /** Takes the next message, or `NOTHING`. */
  // hot
  take(): unknown {
    if (this.#tail === this.#headSeen && this.#portTaken === this.#portedSeen) {
      if (!this.#look()) return NOTHING;
    }
    for (;;) {
      if (this.#portTaken !== this.#portedSeen && this.#isPortNext()) return this.#takeHeld();
      if (this.#tail !== this.#headSeen) return this.#takeFromRing();
      // The port's message was counted after the look at the ring: what goes before is there now.
      this.#look();
    }
  }

  /** Asks the writer to wake this side at its next message; false when one is there already. */
  sleep(): boolean {
    Atomics.store(this.#control, WANTS_WAKE, 1);
    if (this.isEmpty()) return true;
    this.stayAwake();
    return false;
  }

  /** Takes the wish to be woken back. */
  stayAwake(): void {
    Atomics.store(this.#control, WANTS_WAKE, 0);
  }

  /**
   * Looks what is there. First the ring, then the port's count: so every message of the port that
   * goes before one seen in the ring is counted.
   */
  // hot
  #look(): boolean {
    this.#headSeen = Atomics.load(this.#control, HEAD);
    this.#portedSeen = Atomics.load(this.#control, PORTED);
    return this.#tail !== this.#headSeen || this.#portTaken !== this.#portedSeen;
  }

  #isPortNext(): boolean {
    if (this.#held === undefined) {
      // The writer is the only one to post here.
      const received = receiveMessageOnPort(this.#port) as { message: Ported } | undefined;
      assert(received !== undefined, 'link.counted_message_is_there');
      this.#held = received.message;
    }
    return this.#held[0] === this.#taken;
  }

  #takeHeld(): unknown {
    const [, message, kib] = this.#held!;
    this.#held = undefined;
    this.#taken++;
    Atomics.add(this.#control, PORT_TAKEN_KIB, kib);
    this.#portTaken = (this.#portTaken + 1) | 0;
    Atomics.store(this.#control, PORT_TAKEN, this.#portTaken);
    return message;
  }

  // hot
  #takeFromRing(): unknown {
    const length = this.#ring[this.#tail & WORD_MASK]!;
    const words = (length + 3) >> 2;
    const from = (this.#tail + 1) & WORD_MASK;
    if (words <= COPY_BY_LOOP_WORDS) {
      for (let word = 0; word < words; word++) {
        this.#words[word] = this.#ring[(from + word) & WORD_MASK]!;
      }
    } else {
      const first = Math.min(words, RING_WORDS - from);
      this.#words.set(this.#ring.subarray(from, from + first));
      this.#words.set(this.#ring.subarray(0, words - first), first);
    }
    this.#tail = (this.#tail + words + 1) | 0;
    Atomics.store(this.#control, TAIL, this.#tail);
    this.#taken++;
    return this.#decoder.decode(0);
  }
}
