// A barrier between shards at declared points, in shared memory and never blocking a thread.

/** Shared memory of a gate: one counter a shard, each on a cache line of its own. */
export interface GateHandle {
  readonly buffer: SharedArrayBuffer;
  readonly shardCount: number;
}

const LINE_INTS = 16;

/** Allocates a gate for so many shards. Every counter starts at -1: nothing reached. */
export function createGate(shardCount: number): GateHandle {
  const buffer = new SharedArrayBuffer(shardCount * LINE_INTS * 4);
  new Int32Array(buffer).fill(-1);
  return { buffer, shardCount };
}

/**
 * One shard's view of a gate. Each shard announces the steps it has reached; a step is open when
 * every shard has announced it. Announcements never go back, so a rebuilt shard that replays old
 * points passes at once where the others have been already.
 */
export class Gate {
  readonly #reached: Int32Array;
  readonly #shardCount: number;
  readonly #own: number;

  constructor(handle: GateHandle, shard: number) {
    this.#reached = new Int32Array(handle.buffer);
    this.#shardCount = handle.shardCount;
    this.#own = shard * LINE_INTS;
  }

  /** Announces that this shard has reached `step`. */
  // hot
  announce(step: number): void {
    if (Atomics.load(this.#reached, this.#own) < step) {
      Atomics.store(this.#reached, this.#own, step);
    }
  }

  /** Whether every shard has reached `step`. */
  // hot
  isOpen(step: number): boolean {
    for (let shard = 0; shard < this.#shardCount; shard++) {
      if (Atomics.load(this.#reached, shard * LINE_INTS) < step) return false;
    }
    return true;
  }

  /** Whether one given shard has reached `step`. */
  // hot
  hasReached(shard: number, step: number): boolean {
    return Atomics.load(this.#reached, shard * LINE_INTS) >= step;
  }
}
