// Room on disk taken ahead of the store, because LMDB's binding does not survive a full disk.

import {
  closeSync,
  fdatasync,
  fdatasyncSync,
  fstatSync,
  openSync,
  rmSync,
  write,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { partOf } from '../part.js';

const writeLater = promisify(write);
const syncLater = promisify(fdatasync);

/** The file grows by this much where a commit waits for it: some milliseconds of writing zeros. */
const STEP_BYTES = 4 * 1024 ** 2;

/** And by this much ahead of commits: one that comes meanwhile waits a millisecond. */
const AHEAD_BYTES = 1024 ** 2;

const ZEROS = Buffer.alloc(1024 ** 2);

/**
 * The data file, kept longer than what the store uses.
 *
 * A commit that meets ENOSPC inside LMDB 3.5 (the npm package) frees memory twice and takes the
 * process with it. So zeros are written past the used pages first, where running out of room is
 * an ordinary error, and a commit starts only when its pages have their place.
 *
 * ```
 * | pages in use | zeros: room for the next commits | end of file
 * ```
 */
export class Space {
  readonly #handle: number;
  #bytes: number;
  /** What is being written ahead; it never fails. */
  #growth: Promise<void> | undefined;

  constructor(file: string) {
    this.#handle = openSync(file, 'r+');
    this.#bytes = fstatSync(this.#handle).size;
  }

  /**
   * Begins to make room for what comes after `bytes`, while nobody waits for it. No commit may
   * begin before it is `settled`. Where it fails there is less room, and `reserve` tells why.
   */
  growAhead(bytes: number): void {
    if (this.#growth !== undefined || bytes + STEP_BYTES / 2 <= this.#bytes) return;
    const ended = (): void => {
      this.#growth = undefined;
    };
    this.#growth = this.#grow(AHEAD_BYTES).then(ended, ended);
  }

  /** Resolves once no room is being made; undefined where none is. */
  settled(): Promise<void> | undefined {
    return this.#growth;
  }

  async #grow(count: number): Promise<void> {
    // The store may have grown the file by itself since; never write over what it wrote.
    this.#bytes = Math.max(this.#bytes, fstatSync(this.#handle).size);
    for (const end = this.#bytes + count; this.#bytes < end; ) {
      const length = Math.min(ZEROS.length, end - this.#bytes);
      const { bytesWritten } = await writeLater(this.#handle, ZEROS, 0, length, this.#bytes);
      this.#bytes += bytesWritten;
    }
    await syncLater(this.#handle);
  }

  /** Makes the file at least `bytes` long. Errors: those of writing, with nothing lost. */
  reserve(bytes: number): void {
    if (bytes <= this.#bytes) return;
    // The store may have grown the file by itself since; never write over what it wrote.
    this.#bytes = Math.max(this.#bytes, fstatSync(this.#handle).size);
    const end = Math.ceil(bytes / STEP_BYTES) * STEP_BYTES;
    while (this.#bytes < end) {
      const count = Math.min(ZEROS.length, end - this.#bytes);
      this.#bytes += writeSync(this.#handle, ZEROS, 0, count, this.#bytes);
    }
    // Some file systems find out that they are full only when they must store the bytes.
    fdatasyncSync(this.#handle);
  }

  /** Ends the use of the file. */
  close(): void {
    closeSync(this.#handle);
  }
}

/** Proves that a directory has room for a new store. Errors: those of writing. */
export function proveRoom(directory: string): void {
  const file = partOf(join(directory, 'room'));
  try {
    const handle = openSync(file, 'w');
    try {
      for (let at = 0; at < STEP_BYTES; ) at += writeSync(handle, ZEROS, 0, ZEROS.length, at);
      fdatasyncSync(handle);
    } finally {
      closeSync(handle);
    }
  } finally {
    rmSync(file, { force: true });
  }
}
