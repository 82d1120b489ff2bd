// The pages of an LMDB file as bytes: read without LMDB, which trusts what it reads.

import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** Bytes of a page: LMDB's binding makes files with those of the system it was built on. */
export const PAGE_BYTES = 4096;

/** Bytes of the head of a page. */
export const PAGE_HEAD = 24;

/** Number of no page: the root of an empty tree. */
export const NO_PAGE = 0xffff_ffff_ffff_ffffn;

/** Largest number of a page that is read: the map's 64 GiB; more is damage. */
const PAGE_MAX = 2 ** 24;

/** Marks a file of LMDB, and its format; the binding puts a flag above the lowest 16 bits. */
const MAGIC = 0xbeefc0de;
const FORMAT = 2;

/**
 * Flags of a file that no commit changes; the binding keeps above them in which way the last one
 * was made. Source: `lmdb.h` of lmdb 3.5, database flags.
 */
const FLAGS_FIXED = 0x0fff;

/** What a page is. Source: `mdb.c` of lmdb 3.5, page flags. */
export const PAGE_KIND = { branch: 1, leaf: 2, overflow: 4, meta: 8 } as const;

/**
 * One of the two places where a commit ends:
 *
 * ```
 * | page head 24 | magic 4 | format 4 | address 8 | map 8 | free tree 48 | main tree 48 |
 * | last page 8 | commit 8 | boot 8 |
 * ```
 */
export interface Meta {
  readonly freeTree: Buffer;
  readonly mainTree: Buffer;
  readonly lastPage: number;
  /** Number of the commit that wrote it; they alternate between the two places. */
  readonly commit: number;
  /** What no commit changes: format, address, map, size of pages, flags. */
  readonly fixed: Buffer;
}

/** A file of pages. */
export class PageFile {
  readonly #handle: number;
  readonly pageCount: number;

  /** Errors: those of opening. */
  constructor(file: string) {
    this.#handle = openSync(file, 'r');
    this.pageCount = Math.floor(fstatSync(this.#handle).size / PAGE_BYTES);
  }

  /** Bytes from the start of a page; fewer at the end of the file. */
  read(page: number, bytes = PAGE_BYTES): Buffer {
    const buffer = Buffer.alloc(bytes);
    const count = readSync(this.#handle, buffer, 0, bytes, page * PAGE_BYTES);
    return buffer.subarray(0, count);
  }

  /** The latest commit's place, or why there is none that can be trusted. */
  meta(): Meta | string {
    const metas: Meta[] = [];
    for (const page of [0, 1]) {
      const bytes = this.read(page);
      if (bytes.length < PAGE_BYTES) return `the file ends within page ${page}`;
      const meta = metaOf(bytes, page);
      if (typeof meta === 'string') return meta;
      metas.push(meta);
    }
    // The loop has put both there.
    const [even, odd] = metas as [Meta, Meta];
    if (!even.fixed.equals(odd.fixed)) return 'pages 0 and 1 tell of different files';
    const latest = even.commit >= odd.commit ? even : odd;
    const apart = Math.abs(even.commit - odd.commit);
    // A new file and a compacted one have a place that no commit has used.
    const isUnused = Math.min(even.commit, odd.commit) === 0;
    if (latest !== (latest.commit % 2 === 0 ? even : odd) || (apart !== 1 && !isUnused)) {
      return `the last two commits are ${even.commit} and ${odd.commit}, which do not follow`;
    }
    return latest;
  }

  /** Ends the use of the file. */
  close(): void {
    closeSync(this.#handle);
  }
}

function metaOf(bytes: Buffer, page: number): Meta | string {
  const kind = bytes.readUInt16LE(18);
  if (kind !== PAGE_KIND.meta || pageNumber(bytes, 0) !== page) return `page ${page} is no head`;
  if (bytes.readUInt32LE(24) !== MAGIC || (bytes.readUInt32LE(28) & 0xffff) !== FORMAT) {
    return `page ${page} has another format`;
  }
  if (bytes.readUInt32LE(48) !== PAGE_BYTES) return `page ${page} tells another size of pages`;
  const fixed = Buffer.from(bytes.subarray(24, 54));
  fixed.writeUInt16LE(fixed.readUInt16LE(28) & FLAGS_FIXED, 28);
  return {
    freeTree: bytes.subarray(48, 96),
    mainTree: bytes.subarray(96, 144),
    lastPage: pageNumber(bytes, 144),
    commit: Number(bytes.readBigUInt64LE(152)),
    fixed,
  };
}

/** A page number; one beyond every file where the bytes hold none. */
export function pageNumber(bytes: Buffer, at: number): number {
  const number = bytes.readBigUInt64LE(at);
  return number < PAGE_MAX ? Number(number) : PAGE_MAX;
}
