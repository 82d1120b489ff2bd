// Room on disk taken ahead of the store, because LMDB's binding does not survive a full disk.

import { closeSync, fdatasyncSync, fstatSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** The file grows by this much at a time: about a millisecond of writing zeros. */
const STEP_BYTES = 4 * 1024 ** 2;

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

  constructor(file: string) {
    this.#handle = openSync(file, 'r+');
    this.#bytes = fstatSync(this.#handle).size;
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
  const file = join(directory, `room-${process.pid}.tmp`);
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
