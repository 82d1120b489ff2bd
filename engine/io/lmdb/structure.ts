// Walks every tree of an LMDB file and accounts for every page, so that no pointer misleads.

import {
  type Meta,
  NO_PAGE,
  PAGE_BYTES,
  PAGE_HEAD,
  PAGE_KIND,
  PageFile,
  pageNumber,
} from './page-file.js';

/** Deepest tree: LMDB's own bound. */
const DEPTH_MAX = 32;

/** Damages told; one is enough to restore from a backup. */
const DAMAGES_MAX = 20;

/** Times a file is walked again because it was written meanwhile. */
const WALKS_MAX = 3;

/** Bytes of a node before its key, and of the pointer to a value on pages of its own. */
const NODE_HEAD = 8;
const LARGE_BYTES = 24;

/** Bytes of a tree's description. */
const TREE_BYTES = 48;

/** What a node is. Source: `mdb.c` of lmdb 3.5, node flags. */
const LARGE = 1;
const SUBTREE = 2;

/** One damage of the file. */
export interface PageDamage {
  readonly page: number;
  /** Byte of the file where the page begins. */
  readonly byte: number;
  /** Which tree led there. */
  readonly tree: string;
  readonly reason: string;
}

/** What a walk found. */
export interface Structure {
  /** Pages up to the last in use, the two heads included. */
  readonly pages: number;
  readonly damages: readonly PageDamage[];
  /** False where the file was written during each walk: then nothing is known. */
  readonly isSettled: boolean;
}

/**
 * Walks a file. Pages that a commit is about to write are in no tree and not looked at, so a file
 * whose last commit is the same before and after is judged as of that commit. Errors: those of
 * opening the file.
 */
export function walkStructure(file: string): Structure {
  const pages = new PageFile(file);
  try {
    for (let walk = 0; ; walk++) {
      const meta = pages.meta();
      const found = typeof meta === 'string' ? damagedHead(meta) : new Walk(pages, meta).run();
      const after = pages.meta();
      const isSettled = typeof meta === 'string' ? meta === after : commitOf(after) === meta.commit;
      if (isSettled || walk === WALKS_MAX) return { ...found, isSettled };
    }
  } finally {
    pages.close();
  }
}

function commitOf(meta: Meta | string): number {
  return typeof meta === 'string' ? -1 : meta.commit;
}

function damagedHead(reason: string): Omit<Structure, 'isSettled'> {
  return { pages: 0, damages: [{ page: 0, byte: 0, tree: 'head', reason }] };
}

/** What a tree's description says, and what is counted. */
interface Counts {
  branches: number;
  leaves: number;
  large: number;
  entries: number;
}

/** A page of a tree, checked. */
interface TreePage {
  readonly number: number;
  readonly bytes: Buffer;
  readonly kind: number;
  readonly nodes: number;
}

/** One walk over all trees as of one commit. */
class Walk {
  readonly #pages: PageFile;
  readonly #meta: Meta;
  readonly #damages: PageDamage[] = [];
  /** Pages met so far, in a tree or on the list of free ones. */
  readonly #met: Uint8Array;
  readonly #freeLists: { readonly at: Buffer; readonly page: number }[] = [];

  constructor(pages: PageFile, meta: Meta) {
    this.#pages = pages;
    this.#meta = meta;
    this.#met = new Uint8Array(Math.min(meta.lastPage, pages.pageCount) + 1);
  }

  run(): Omit<Structure, 'isSettled'> {
    const { lastPage, freeTree, mainTree } = this.#meta;
    if (lastPage >= this.#pages.pageCount) {
      this.#tell(lastPage, 'head', `the file ends after ${this.#pages.pageCount} pages`);
    }
    this.#tree(freeTree, 'free pages', 0);
    this.#tree(mainTree, 'stores', 0);
    for (const { at, page } of this.#freeLists) this.#freeList(at, page);
    return { pages: lastPage + 1, damages: this.#damages };
  }

  #tell(page: number, tree: string, reason: string): void {
    if (this.#damages.length >= DAMAGES_MAX) return;
    this.#damages.push({ page, byte: page * PAGE_BYTES, tree, reason });
  }

  /** Takes a page for a tree or the free list; false when it is another's or outside. */
  #take(page: number, tree: string): boolean {
    if (page < 2 || page >= this.#met.length) {
      this.#tell(page, tree, `is outside of the ${this.#met.length} pages in use`);
      return false;
    }
    if (this.#met[page] === 1) {
      this.#tell(page, tree, 'is in use twice');
      return false;
    }
    this.#met[page] = 1;
    return true;
  }

  #tree(description: Buffer, tree: string, level: number): void {
    if (description.length < TREE_BYTES || level > 1) {
      this.#tell(0, tree, 'its description is not whole');
      return;
    }
    const depth = description.readUInt16LE(6);
    const counts: Counts = { branches: 0, leaves: 0, large: 0, entries: 0 };
    if (description.readBigUInt64LE(40) !== NO_PAGE) {
      this.#branch(pageNumber(description, 40), { tree, level, depth, counts }, 1);
    }
    const said: Counts = {
      branches: pageNumber(description, 8),
      leaves: pageNumber(description, 16),
      large: pageNumber(description, 24),
      entries: Number(description.readBigUInt64LE(32)),
    };
    for (const name of ['branches', 'leaves', 'large', 'entries'] as const) {
      if (said[name] === counts[name]) continue;
      const root = pageNumber(description, 40);
      this.#tell(root, tree, `has ${counts[name]} ${name}, its description says ${said[name]}`);
    }
  }

  #branch(number: number, walked: Walked, depth: number): void {
    const page = this.#open(number, walked, depth);
    if (page === undefined) return;
    const { counts, tree } = walked;
    if (page.kind === PAGE_KIND.leaf) counts.leaves++;
    else counts.branches++;
    for (let node = 0; node < page.nodes; node++) {
      const at = PAGE_HEAD + page.bytes.readUInt16LE(PAGE_HEAD + 2 * node);
      if (at + NODE_HEAD > PAGE_BYTES) {
        this.#tell(number, tree, `entry ${node} lies outside of it`);
      } else if (page.kind === PAGE_KIND.branch) {
        const { bytes } = page;
        const child = bytes.readUInt32LE(at) + bytes.readUInt16LE(at + 4) * 2 ** 32;
        this.#branch(child, walked, depth + 1);
      } else this.#entry(page, at, walked);
    }
  }

  #open(number: number, { tree, depth: said }: Walked, depth: number): TreePage | undefined {
    if (!this.#take(number, tree)) return undefined;
    const bytes = this.#pages.read(number);
    if (bytes.length < PAGE_BYTES) {
      this.#tell(number, tree, 'lies beyond the end of the file');
      return undefined;
    }
    const kind = bytes.readUInt16LE(18);
    const wanted = depth === said ? PAGE_KIND.leaf : PAGE_KIND.branch;
    const nodes = bytes.readUInt16LE(20) >> 1;
    const reason =
      pageNumber(bytes, 0) !== number
        ? `holds page ${pageNumber(bytes, 0)}`
        : Number(bytes.readBigUInt64LE(8)) > this.#meta.commit
          ? 'is of a later commit'
          : kind !== wanted || depth > DEPTH_MAX
            ? `is of kind ${kind}, not ${wanted}`
            : PAGE_HEAD + nodes * 2 > PAGE_BYTES
              ? `says it has ${nodes} entries`
              : undefined;
    if (reason === undefined) return { number, bytes, kind, nodes };
    this.#tell(number, tree, reason);
    return undefined;
  }

  #entry({ number, bytes }: TreePage, at: number, walked: Walked): void {
    const { tree, counts, level } = walked;
    counts.entries++;
    const size = bytes.readUInt32LE(at);
    const flags = bytes.readUInt16LE(at + 4);
    const keyBytes = bytes.readUInt16LE(at + 6);
    const valueAt = at + NODE_HEAD + keyBytes;
    const stored = (flags & LARGE) === 0 ? size : LARGE_BYTES;
    if (valueAt + stored > PAGE_BYTES) {
      this.#tell(number, tree, 'an entry reaches over its end');
      return;
    }
    const value = bytes.subarray(valueAt, valueAt + stored);
    const list = (flags & LARGE) === 0 ? value : this.#large(value, size, walked);
    if (tree === 'free pages') {
      if (list !== undefined) this.#freeLists.push({ at: list, page: number });
    } else if (level === 0) {
      const name = bytes.toString('latin1', at + NODE_HEAD, valueAt).replaceAll('\0', '');
      if ((flags & SUBTREE) === 0) this.#tell(number, tree, `${name} is no store`);
      else this.#tree(value, name, level + 1);
    } else if ((flags & ~LARGE) !== 0) this.#tell(number, tree, 'an entry is of no known kind');
  }

  /** A value on pages of its own; its bytes only where they are the list of free pages. */
  #large(pointer: Buffer, size: number, { tree, counts }: Walked): Buffer | undefined {
    const first = pageNumber(pointer, 0);
    const count = pageNumber(pointer, 16);
    if (count !== Math.floor((PAGE_HEAD - 1 + size) / PAGE_BYTES) + 1) {
      this.#tell(first, tree, `a value of ${size} bytes says it has ${count} pages`);
      return undefined;
    }
    for (let page = first; page < first + count; page++) {
      if (!this.#take(page, tree)) return undefined;
    }
    counts.large += count;
    const isList = tree === 'free pages';
    const bytes = this.#pages.read(first, isList ? PAGE_HEAD + size : PAGE_HEAD);
    const isHead =
      bytes.length >= PAGE_HEAD &&
      pageNumber(bytes, 0) === first &&
      bytes.readUInt16LE(18) === PAGE_KIND.overflow &&
      bytes.readUInt32LE(20) === count;
    if (!isHead) this.#tell(first, tree, 'is not the first of its value');
    return isList && isHead ? bytes.subarray(PAGE_HEAD) : undefined;
  }

  /**
   * Takes the pages of a list: how many numbers follow, then numbers; 0 for an empty place, and
   * `-n, first` for n pages in a row.
   */
  #freeList(list: Buffer, page: number): void {
    const count = list.length < 8 ? 0 : Number(list.readBigUInt64LE(0));
    if (count * 8 + 8 > list.length) {
      this.#tell(page, 'free pages', `a list of ${list.length} bytes says it has ${count} numbers`);
      return;
    }
    for (let index = 1; index <= count; index++) {
      const number = list.readBigInt64LE(index * 8);
      if (number > 0n) this.#take(pageNumber(list, index * 8), 'free pages');
      if (number >= 0n) continue;
      index++;
      const first = index <= count ? pageNumber(list, index * 8) : 0;
      const end = first + Number(-number);
      for (let free = first; free < end; free++) if (!this.#take(free, 'free pages')) return;
    }
  }
}

/** The tree that is walked. */
interface Walked {
  readonly tree: string;
  /** 0 for the trees of the head, 1 for a store. */
  readonly level: number;
  readonly depth: number;
  readonly counts: Counts;
}
