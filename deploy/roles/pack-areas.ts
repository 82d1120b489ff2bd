// Memory that a shard's snapshots are packed into, used again. Left to collectors, which do not
// count what is shared, of ten thousand portfolios three and more were there at 100 MB each.

import { type PackedMap, pack } from './packed.js';

/**
 * Snapshots are packed in turn into so many areas: while one is being written, the one before is
 * whole. The owner keeps no other; who does copies it.
 */
const AREAS = 2;

/** Entries of one part: they live beside their bytes while it is made. */
const ENTRIES_A_PART = 64;

/** A part is made longer than what it is for by this share of it: states grow a little. */
const SPARE_SHARE = 1 / 32;

/** Where the snapshots of one thread lie. */
export class PackAreas {
  readonly #areas: readonly SharedArrayBuffer[][] = Array.from({ length: AREAS }, () => []);
  #packed = 0;

  /** Packs entries whose values can be cloned, over what was packed `AREAS` calls before. */
  pack<K, V>(entries: Iterable<readonly [K, V]>): PackedMap<K, V> {
    const area = this.#areas[this.#packed++ % AREAS]!;
    const packed = pack(entries, ENTRIES_A_PART, (part, length) => {
      const known = area[part];
      if (known !== undefined && known.byteLength >= length) return known;
      const bytes = new SharedArrayBuffer(Math.ceil(length * (1 + SPARE_SHARE)));
      area[part] = bytes;
      return bytes;
    });
    area.length = packed.parts.length;
    return packed;
  }
}
