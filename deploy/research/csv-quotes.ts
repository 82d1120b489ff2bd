// Finds a quote of CSV that is never closed, by which one cell takes all rows behind it.

const QUOTE = 0x22;
const LINE_ENDS = [0x0a, 0x0d];

/** The mark that some write before UTF-8. */
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/** What may stand between the cells of a line. */
const DELIMITERS = [',', ';', '\t', '|'];

/** What stands between the cells of a first line: that which it has most of. */
export function delimiterOf(header: string): string {
  return DELIMITERS.reduce((one, other) =>
    header.split(other).length > header.split(one).length ? other : one,
  );
}

/**
 * Quotes of a file, as its bytes come. A cell is quoted where its first byte is one; a doubled one
 * within is itself. What stands behind a closing quote but the end of its cell is the database's to
 * judge, unless the cell began on an earlier line: then it is another cell's opening one.
 */
export class QuoteScan {
  readonly #delimiter: number;
  #offset = 0;
  #last = -1;
  /** Place of the quote that is open; -1 outside of quotes. */
  #openAt = -1;
  /** Whether the byte before was a quote within, which the one to come makes a close or a pair. */
  #isPending = false;
  #isSpanning = false;
  #unclosedAt = -1;

  /** `delimiter` is one character of ASCII. */
  constructor(delimiter: string) {
    this.#delimiter = delimiter.charCodeAt(0);
  }

  /** Takes the next bytes. */
  take(bytes: Uint8Array): void {
    let at = 0;
    while (at < bytes.length && this.#unclosedAt < 0) {
      at = this.#openAt < 0 ? this.#findOpening(bytes, at) : this.#findClosing(bytes, at);
    }
    this.#offset += bytes.length;
    this.#last = bytes.at(-1) ?? this.#last;
  }

  /** Place of the first quote without an end, once all has been taken; -1 where each has one. */
  unclosedAt(): number {
    if (this.#unclosedAt >= 0 || this.#isPending) return this.#unclosedAt;
    return this.#openAt;
  }

  #findOpening(bytes: Uint8Array, from: number): number {
    const at = bytes.indexOf(QUOTE, from);
    if (at < 0) return bytes.length;
    const before = at === 0 ? this.#last : bytes[at - 1]!;
    const place = this.#offset + at;
    const isMarked = place === BYTE_ORDER_MARK.length && before === BYTE_ORDER_MARK.at(-1);
    if (before === -1 || isMarked || this.#endsCell(before)) {
      this.#openAt = place;
      this.#isSpanning = this.#isPending = false;
    }
    return at + 1;
  }

  #findClosing(bytes: Uint8Array, from: number): number {
    if (this.#isPending) {
      this.#isPending = false;
      const after = bytes[from]!;
      if (after === QUOTE) return from + 1;
      if (!this.#endsCell(after) && this.#isSpanning) this.#unclosedAt = this.#openAt;
      this.#openAt = -1;
      return from;
    }
    const at = bytes.indexOf(QUOTE, from);
    const end = at < 0 ? bytes.length : at;
    this.#isSpanning ||= bytes.subarray(from, end).includes(LINE_ENDS[0]!);
    this.#isPending = at >= 0;
    return at < 0 ? end : at + 1;
  }

  #endsCell(byte: number): boolean {
    return byte === this.#delimiter || LINE_ENDS.includes(byte);
  }
}
