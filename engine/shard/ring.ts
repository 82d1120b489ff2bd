// The single-producer single-consumer ring that carries frames into a shard.

import { assert } from '../core/assert.js';
import { FRAME_BYTES, FRAME_INTS, FRAME_LANES } from '../wire/frame.js';

// Control words, each on a cache line of its own so that the two threads do not fight over one.
const LINE_INTS = 16;
const HEAD = 0;
const TAIL = LINE_INTS;
const PARKED = 2 * LINE_INTS;
const BELL = 3 * LINE_INTS;
const HEARTBEAT = 4 * LINE_INTS;
// Never written: a word to sleep on.
const PAUSE = 5 * LINE_INTS;
const PRESSURE = 6 * LINE_INTS;
const THREAD = 7 * LINE_INTS;
const MARK = 8 * LINE_INTS;
const AT_LENGTH = 9 * LINE_INTS;
const CONTROL_INTS = 10 * LINE_INTS;

/** Full pressure, in the whole numbers that the control word holds. */
const PRESSURE_FULL = 1000;

/** The shared memory of a ring: what is posted to the other thread. */
export interface RingHandle {
  readonly buffer: SharedArrayBuffer;
  /** Frames the ring holds; a power of two. */
  readonly capacity: number;
}

/** Something beside the ring that a consumer waits for. */
export interface Emptiable {
  isEmpty(): boolean;
}

/** Allocates the shared memory of a ring. `capacity` is a power of two, in frames. */
export function createRing(capacity: number): RingHandle {
  assert(Number.isInteger(Math.log2(capacity)) && capacity >= 2, 'ring.capacity_is_a_power_of_two');
  const buffer = new SharedArrayBuffer(CONTROL_INTS * 4 + capacity * FRAME_BYTES);
  return { buffer, capacity };
}

/**
 * The producer's side. A frame is written in place: `claim` gives its slot, the caller fills
 * `floats` and `ints` there, `publish` shows everything claimed so far to the consumer.
 */
export class RingProducer {
  /** Float64 lanes of all slots; a frame's lane `n` is at `slot * FRAME_LANES + n`. */
  readonly floats: Float64Array;
  /** Int32 view of the same memory; a frame's `kind` is at `slot * FRAME_INTS`, its row next. */
  readonly ints: Int32Array;
  readonly capacity: number;
  readonly #control: Int32Array;
  readonly #mask: number;
  #head: number;
  #tailSeen: number;

  constructor(handle: RingHandle) {
    this.capacity = handle.capacity;
    this.#mask = handle.capacity - 1;
    this.#control = new Int32Array(handle.buffer, 0, CONTROL_INTS);
    this.floats = new Float64Array(handle.buffer, CONTROL_INTS * 4, handle.capacity * FRAME_LANES);
    this.ints = new Int32Array(handle.buffer, CONTROL_INTS * 4, handle.capacity * FRAME_INTS);
    this.#head = Atomics.load(this.#control, HEAD);
    this.#tailSeen = Atomics.load(this.#control, TAIL);
  }

  /** Slot of the next frame, or -1 while the ring is full: the caller waits, nothing is dropped. */
  // hot
  claim(): number {
    if (((this.#head - this.#tailSeen) | 0) >= this.capacity) {
      this.#tailSeen = Atomics.load(this.#control, TAIL);
      if (((this.#head - this.#tailSeen) | 0) >= this.capacity) return -1;
    }
    const slot = this.#head & this.#mask;
    this.#head = (this.#head + 1) | 0;
    return slot;
  }

  /** Fills a claimed slot: lanes from 1 on, and 0 where none is given. For frames that are rare. */
  fill(slot: number, kind: number, row: number, lanes: readonly number[]): void {
    const { floats, ints } = this;
    ints[slot * FRAME_INTS] = kind;
    ints[slot * FRAME_INTS + 1] = row;
    for (let lane = 1; lane < FRAME_LANES; lane++) {
      floats[slot * FRAME_LANES + lane] = lanes[lane - 1] ?? 0;
    }
  }

  /** Shows all claimed frames to the consumer and wakes it if it sleeps. */
  // hot
  publish(): void {
    Atomics.store(this.#control, HEAD, this.#head);
    this.ring();
  }

  /** Wakes the consumer if it sleeps; of many calls while it wakes up the first does. */
  // hot
  ring(): void {
    if (Atomics.load(this.#control, PARKED) === 0) return;
    if (Atomics.exchange(this.#control, PARKED, 0) === 0) return;
    Atomics.add(this.#control, BELL, 1);
    Atomics.notify(this.#control, BELL);
  }

  /** Frames published or claimed and not yet released by the consumer. */
  depth(): number {
    return (this.#head - Atomics.load(this.#control, TAIL)) | 0;
  }

  /** Loop passes of the consumer so far; one that stays still while there is work is hung. */
  heartbeat(): number {
    return Atomics.load(this.#control, HEARTBEAT);
  }

  /** Whether the consumer sleeps: it beats no more until it is woken or something is due. */
  isParked(): boolean {
    return Atomics.load(this.#control, PARKED) === 1;
  }

  /** Whether the consumer does what takes its time, and has said so before it began. */
  isAtLength(): boolean {
    return Atomics.load(this.#control, AT_LENGTH) === 1;
  }

  /** The highest pressure the consumer has told of since the last call. Shape: 0 to 1. */
  takePressure(): number {
    return Atomics.exchange(this.#control, PRESSURE, 0) / PRESSURE_FULL;
  }

  /** Id of the thread that consumes, or 0 before it has begun. */
  threadId(): number {
    return Atomics.load(this.#control, THREAD);
  }

  /** Mark of the turn the consumer's thread is in, or was in when it ended; 0 for none. */
  mark(): number {
    return Atomics.load(this.#control, MARK);
  }

  /** Empties the ring for a new consumer. Only while no consumer is attached. */
  reset(): void {
    this.#head = 0;
    this.#tailSeen = 0;
    this.#control.fill(0);
  }
}

/** The consumer's side: reads frames in order and releases them in bulk. */
export class RingConsumer {
  readonly floats: Float64Array;
  readonly ints: Int32Array;
  readonly #control: Int32Array;
  readonly #mask: number;
  #tail: number;

  constructor(handle: RingHandle) {
    this.#mask = handle.capacity - 1;
    this.#control = new Int32Array(handle.buffer, 0, CONTROL_INTS);
    this.floats = new Float64Array(handle.buffer, CONTROL_INTS * 4, handle.capacity * FRAME_LANES);
    this.ints = new Int32Array(handle.buffer, CONTROL_INTS * 4, handle.capacity * FRAME_INTS);
    this.#tail = Atomics.load(this.#control, TAIL);
  }

  /** Frames that may be read now. */
  // hot
  available(): number {
    return (Atomics.load(this.#control, HEAD) - this.#tail) | 0;
  }

  /** Slot of the n-th unread frame, counted from 0. */
  // hot
  slot(n: number): number {
    return (this.#tail + n) & this.#mask;
  }

  /** Gives the first `count` unread frames back to the producer. */
  // hot
  release(count: number): void {
    this.#tail = (this.#tail + count) | 0;
    Atomics.store(this.#control, TAIL, this.#tail);
  }

  /** Counts one pass of the consumer's loop. */
  // hot
  beat(): void {
    Atomics.add(this.#control, HEARTBEAT, 1);
  }

  /** Does what takes its time, and says so meanwhile. */
  atLength<T>(work: () => T): T {
    Atomics.store(this.#control, AT_LENGTH, 1);
    try {
      return work();
    } finally {
      Atomics.store(this.#control, AT_LENGTH, 0);
    }
  }

  /** The word in which the consumer marks its turns. */
  markWord(): Int32Array {
    return this.#control.subarray(MARK, MARK + 1);
  }

  /** Says which thread consumes. */
  attach(threadId: number): void {
    Atomics.store(this.#control, THREAD, threadId);
  }

  /** Tells the producer how much waits behind the ring, 0 to 1. */
  // hot
  press(pressure: number): void {
    const told = Math.round(pressure * PRESSURE_FULL);
    // The owner takes the highest; what it misses in between is told again in the next pass.
    if (told > Atomics.load(this.#control, PRESSURE)) {
      Atomics.store(this.#control, PRESSURE, told);
    }
  }

  /** Sleeps `timeoutMs` whether frames wait or not: for a reader that another thread holds up. */
  pause(timeoutMs: number): void {
    Atomics.wait(this.#control, PAUSE, 0, timeoutMs);
  }

  /**
   * Sleeps until a frame comes, or what else the producer rings for, or `timeoutMs` has passed.
   * The flag is raised before the last look, so a producer that publishes in between sees it and
   * rings. `inbox` is what else is looked at.
   */
  park(timeoutMs: number, inbox?: Emptiable): void {
    const bell = Atomics.load(this.#control, BELL);
    Atomics.store(this.#control, PARKED, 1);
    if (this.available() === 0 && inbox?.isEmpty() !== false) {
      Atomics.wait(this.#control, BELL, bell, timeoutMs);
    }
    Atomics.store(this.#control, PARKED, 0);
  }
}
