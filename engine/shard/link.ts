// One direction between an owner and its shard: small messages as bytes in shared memory, the rest
// by a port, all in the order they were sent. Its memory, its counts, and what both sides agree on.

/** Bytes of the ring: ten thousand messages of four hundred, in one burst. A power of two. */
const RING_BYTES = 4 * 1024 ** 2;

/** Longest message in the ring; longer ones would push the others out. */
export const MESSAGE_BYTES_MAX = 64 * 1024;

/** Words up to which a loop copies faster than a call does. */
export const COPY_BY_LOOP_WORDS = 128;

const LINE_INTS = 16;

/** Control words, each on a cache line of its own: positions in words, then counts of the port. */
export const WORD = {
  /** The writer's. */
  head: 0,
  /** The reader's. */
  tail: LINE_INTS,
  /** Messages put into the port, and beside them what they weigh. */
  ported: 2 * LINE_INTS,
  portedKib: 2 * LINE_INTS + 1,
  /** Messages taken from the port, and beside them what they weighed. */
  portTaken: 3 * LINE_INTS,
  portTakenKib: 3 * LINE_INTS + 1,
  /** Whether the reader sleeps and is to be woken. */
  wantsWake: 4 * LINE_INTS,
} as const;

/** What the writer has counted, float64 each, behind the control words: see `LinkCounters`. */
export const COUNT = { ringed: 0, unfit: 1, overflowed: 2, refused: 3 } as const;
const COUNTS_AT = 5 * LINE_INTS;
const COUNT_FLOATS = 8;
const CONTROL_INTS = 6 * LINE_INTS;

/** Words of the ring. */
export const RING_WORDS = RING_BYTES / 4;

/** A message that took the port: its number among all messages of the link, and its weight. */
export type Ported = readonly [number: number, message: unknown, kib: number];

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

/** Views of the memory of one direction. */
export interface LinkViews {
  readonly control: Int32Array;
  readonly counts: Float64Array;
  readonly ring: Int32Array;
}

/** Views the memory of one direction. */
export function viewLink(memory: SharedArrayBuffer): LinkViews {
  return {
    control: new Int32Array(memory, 0, CONTROL_INTS),
    counts: new Float64Array(memory, COUNTS_AT * 4, COUNT_FLOATS),
    ring: new Int32Array(memory, CONTROL_INTS * 4, RING_WORDS),
  };
}

/** How the messages of one direction have gone so far, for either side. */
export function readLinkCounters(memory: SharedArrayBuffer): LinkCounters {
  const { control, counts } = viewLink(memory);
  return {
    ringed: counts[COUNT.ringed]!,
    unfit: counts[COUNT.unfit]!,
    overflowed: counts[COUNT.overflowed]!,
    refused: counts[COUNT.refused]!,
    waiting: waitingIn(control, WORD.ported, WORD.portTaken),
    waitingKib: waitingIn(control, WORD.portedKib, WORD.portTakenKib),
  };
}

/** What was put and not taken; both counts go round at 32 bits. */
export function waitingIn(control: Int32Array, put: number, taken: number): number {
  return (Atomics.load(control, put) - Atomics.load(control, taken)) | 0;
}
