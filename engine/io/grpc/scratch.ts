// Bytes of one message after another, written where the last one was: nothing is allocated a field.

/** Room at first, and at most between two messages. Units: bytes. */
const BYTES_MIN = 16 * 1024;
const BYTES_KEPT = 1024 * 1024;

/** Most bytes of a varint, and of a character. Source: protobuf.dev, encoding; RFC 3629. */
const VARINT_BYTES = 10;
const CHARACTER_BYTES = 3;

/** Shorter texts are written letter by letter, which is faster than a call into the engine. */
const SHORT_TEXT = 32;

const TWO_32 = 4_294_967_296;

/** A buffer that grows; what is written is valid until the next message. */
export class Scratch {
  #bytes = Buffer.allocUnsafe(BYTES_MIN);
  #at = 0;

  /** Begins a message. */
  begin(): void {
    if (this.#bytes.length > BYTES_KEPT) this.#bytes = Buffer.allocUnsafe(BYTES_MIN);
    this.#at = 0;
  }

  /** A copy of the message. */
  finish(): Buffer {
    const copy = Buffer.allocUnsafe(this.#at);
    this.#bytes.copy(copy, 0, 0, this.#at);
    return copy;
  }

  /** A whole number from 0 to 2^32 - 1. */
  // hot
  varint(value: number): void {
    this.#room(VARINT_BYTES);
    this.#varint(value, 0);
  }

  /** A 64-bit number by its halves, each from 0 to 2^32 - 1. */
  // hot
  varint64(low: number, high: number): void {
    this.#room(VARINT_BYTES);
    this.#varint(low, high);
  }

  /** A double, little end first. */
  // hot
  double(value: number): void {
    this.#room(8);
    this.#bytes.writeDoubleLE(value, this.#at);
    this.#at += 8;
  }

  /** A text with its length. */
  // hot
  text(value: string): void {
    this.#room(VARINT_BYTES + value.length * CHARACTER_BYTES);
    if (value.length <= SHORT_TEXT && this.#letters(value)) return;
    const mark = this.open();
    this.#at += this.#bytes.write(value, this.#at, 'utf8');
    this.close(mark);
  }

  /** Bytes with their length. */
  block(value: Uint8Array): void {
    this.varint(value.length);
    this.raw(value);
  }

  /** Bytes as they are. */
  raw(value: Uint8Array): void {
    this.#room(value.length);
    this.#bytes.set(value, this.#at);
    this.#at += value.length;
  }

  /** Begins what stands behind its own length; `close` takes the mark that this answers. */
  // hot
  open(): number {
    this.#room(VARINT_BYTES);
    return this.#at++;
  }

  /** Ends it, and makes room for a length of more than one byte. */
  // hot
  close(mark: number): void {
    const length = this.#at - mark - 1;
    if (length < 0x80) {
      this.#bytes[mark] = length;
      return;
    }
    let more = 1;
    for (let rest = length >>> 14; rest > 0; rest >>>= 7) more++;
    this.#room(more);
    this.#bytes.copyWithin(mark + 1 + more, mark + 1, this.#at);
    const end = this.#at + more;
    this.#at = mark;
    this.#varint(length, 0);
    this.#at = end;
  }

  /** Writes a text of ASCII alone; false, and nothing written, for any other. */
  // hot
  #letters(value: string): boolean {
    const bytes = this.#bytes;
    const start = this.#at + 1;
    for (let index = 0; index < value.length; index++) {
      const code = value.charCodeAt(index);
      if (code > 0x7f) return false;
      bytes[start + index] = code;
    }
    bytes[this.#at] = value.length;
    this.#at = start + value.length;
    return true;
  }

  // hot
  #varint(low: number, high: number): void {
    const bytes = this.#bytes;
    let at = this.#at;
    let lower = low;
    let upper = high;
    while (upper > 0 || lower > 0x7f) {
      bytes[at++] = (lower & 0x7f) | 0x80;
      lower = Math.floor(lower / 128) + (upper % 128) * (TWO_32 / 128);
      upper = Math.floor(upper / 128);
    }
    bytes[at] = lower;
    this.#at = at + 1;
  }

  // hot
  #room(count: number): void {
    if (this.#at + count > this.#bytes.length) this.#grow(count);
  }

  #grow(count: number): void {
    const larger = Buffer.allocUnsafe(2 * (this.#at + count));
    this.#bytes.copy(larger, 0, 0, this.#at);
    this.#bytes = larger;
  }
}
