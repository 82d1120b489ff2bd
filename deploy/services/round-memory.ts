// Memory that the messages of one round are encoded into: taken piece by piece, free at once.

/** Room at first, and at most between two rounds. Units: bytes. */
const BYTES_MIN = 64 * 1024;
const BYTES_KEPT = 1024 ** 2;

/** Pieces that are valid until the next round: quotes alone fill ten megabytes a second. */
export class RoundMemory {
  #bytes = Buffer.alloc(0);
  #at = 0;

  /** Begins a round: pieces of the one before are written over. */
  begin(): void {
    this.#at = 0;
  }

  /** A piece of so many bytes, with whatever lies there. */
  take(length: number): Buffer {
    if (length > BYTES_KEPT) return Buffer.allocUnsafe(length);
    if (this.#at + length > this.#bytes.length) {
      const wanted = Math.max(BYTES_MIN, 2 * (this.#at + length));
      // Pieces that were taken before keep what they lie in.
      this.#bytes = Buffer.allocUnsafeSlow(Math.min(BYTES_KEPT, wanted));
      this.#at = 0;
    }
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }
}
