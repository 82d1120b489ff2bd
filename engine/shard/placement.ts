// Which shard owns a key: a pure function, the same on every thread and host.

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** 32-bit FNV-1a hash of a text's UTF-16 code units. Source: Fowler, Noll, Vo, FNV-1a. */
export function hashText(text: string): number {
  let hash = FNV_OFFSET;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), FNV_PRIME);
  }
  return hash >>> 0;
}

/** Shard of a key, in [0, shardCount). */
export function placeKey(key: string, shardCount: number): number {
  return hashText(key) % shardCount;
}

/** Where keys live: on the shard that their hash says, but for those that were moved. */
export class Placement {
  readonly shardCount: number;
  readonly #moved: ReadonlyMap<string, number>;

  /** Moves to shards that are not there are left out: a process may have fewer than the last. */
  constructor(shardCount: number, moved: Iterable<readonly [string, number]> = []) {
    this.shardCount = shardCount;
    const last = new Map(moved);
    for (const [key, shard] of last) {
      const isThere = shard >= 0 && shard < shardCount;
      if (!isThere || shard === placeKey(key, shardCount)) last.delete(key);
    }
    this.#moved = last;
  }

  /** Shard of a key, in [0, shardCount). */
  of(key: string): number {
    return this.#moved.get(key) ?? placeKey(key, this.shardCount);
  }

  /** This placement with some keys elsewhere. */
  with(moves: Iterable<readonly [string, number]>): Placement {
    return new Placement(this.shardCount, [...this.#moved, ...moves]);
  }

  /** Keys that are not where their hash says, and where they are. */
  moved(): readonly (readonly [string, number])[] {
    return [...this.#moved];
  }
}
