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
