// Messages as bytes for another thread: plain data, with what was told before told by number.

import { NO_SHAPE, Shapes } from './shapes.js';
import { DEPTH_MAX, KNOWN_LENGTH_MAX, KNOWN_TEXTS_MAX, SMALL, TAG, VIEWS } from './tags.js';

/** Longest value that is written without looking for room: a tag and eight bytes. */
const SLACK_BYTES = 16;

const VIEW_TYPES: ReadonlyMap<unknown, number> = new Map(VIEWS.map((type, at) => [type, at]));

/**
 * Writes messages one at a time. What is no plain data doesn't fit, nor what is too long; of an
 * object that a message holds twice, the reader gets two.
 */
export class Encoder {
  /** The last message, from its first byte. */
  readonly bytes: Uint8Array;
  readonly #buffer: Buffer;
  readonly #view: DataView;
  readonly #bytesMax: number;
  readonly #known = new Map<string, number>();
  readonly #texts: string[] = [];
  readonly #shapes = new Shapes();
  #knownBefore = 0;
  #shapesBefore = 0;
  /** Whether the reader has yet to be told that texts begin anew, and whether it just was. */
  #owesForget = false;
  #forgot = false;
  #at = 0;
  #depth = 0;
  #fits = true;

  /** `bytesMax` is the longest message. */
  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
    this.#buffer = Buffer.alloc(bytesMax + SLACK_BYTES);
    this.bytes = this.#buffer;
    this.#view = new DataView(this.#buffer.buffer, this.#buffer.byteOffset, this.#buffer.length);
  }

  /** Writes a message and gives its length, or 0 when it does not fit. */
  // hot
  encode(message: unknown): number {
    this.#at = 0;
    this.#depth = 0;
    this.#fits = true;
    if (this.#texts.length >= KNOWN_TEXTS_MAX) this.#forget();
    this.#knownBefore = this.#texts.length;
    this.#shapesBefore = this.#shapes.count;
    this.#forgot = this.#owesForget;
    if (this.#forgot) this.bytes[this.#at++] = TAG.forget;
    this.#value(message);
    if (this.#fits && this.#at <= this.#bytesMax) {
      this.#owesForget = false;
      return this.#at;
    }
    this.undo();
    return 0;
  }

  /** Takes the last message back: it is not sent, and nothing it told is known. */
  undo(): void {
    while (this.#texts.length > this.#knownBefore) this.#known.delete(this.#texts.pop()!);
    this.#shapes.truncate(this.#shapesBefore);
    this.#owesForget = this.#forgot;
  }

  #forget(): void {
    this.#owesForget = true;
    this.#known.clear();
    this.#texts.length = 0;
  }

  // hot
  #value(value: unknown): void {
    if (this.#at > this.#bytesMax) {
      this.#fits = false;
      return;
    }
    switch (typeof value) {
      case 'string':
        this.#text(value);
        return;
      case 'number':
        this.#number(value);
        return;
      case 'object':
        this.#object(value);
        return;
      case 'boolean':
        this.bytes[this.#at++] = value ? TAG.true : TAG.false;
        return;
      case 'undefined':
        this.bytes[this.#at++] = TAG.undefined;
        return;
      case 'bigint':
        this.#bigint(value);
        return;
      default:
        this.#fits = false;
    }
  }

  // hot
  #number(value: number): void {
    if ((value | 0) !== value || (value === 0 && 1 / value < 0)) {
      this.bytes[this.#at] = TAG.float;
      this.#view.setFloat64(this.#at + 1, value, true);
      this.#at += 9;
    } else if (value >= 0 && value < 0x80) this.bytes[this.#at++] = SMALL | value;
    else {
      this.bytes[this.#at] = TAG.int;
      this.#view.setInt32(this.#at + 1, value, true);
      this.#at += 5;
    }
  }

  // hot
  #text(text: string): void {
    const { length } = text;
    if (length > KNOWN_LENGTH_MAX) {
      this.#longText(text);
      return;
    }
    const known = this.#known.get(text);
    if (known !== undefined) {
      this.bytes[this.#at] = TAG.known;
      this.#view.setUint16(this.#at + 1, known, true);
      this.#at += 3;
      return;
    }
    if (this.#texts.length === KNOWN_TEXTS_MAX || this.#at + length > this.#bytesMax) {
      this.#longText(text);
      return;
    }
    const from = this.#at + 2;
    for (let index = 0; index < length; index++) {
      const code = text.charCodeAt(index);
      if (code > 0xff) {
        this.#longText(text);
        return;
      }
      this.bytes[from + index] = code;
    }
    this.bytes[this.#at] = TAG.text;
    this.bytes[this.#at + 1] = length;
    this.#at = from + length;
    this.#known.set(text, this.#texts.length);
    this.#texts.push(text);
  }

  #longText(text: string): void {
    const { length } = text;
    let isLatin1 = true;
    for (let index = 0; index < length && isLatin1; index++) {
      isLatin1 = text.charCodeAt(index) <= 0xff;
    }
    if (!this.#begin(isLatin1 ? TAG.latin1 : TAG.utf16, length, isLatin1 ? length : 2 * length)) {
      return;
    }
    this.#at += this.#buffer.write(text, this.#at, isLatin1 ? 'latin1' : 'utf16le');
  }

  /** Writes a tag and a length; false when so many bytes do not fit behind them. */
  #begin(tag: number, length: number, bytes: number): boolean {
    if (this.#at + bytes > this.#bytesMax) {
      this.#fits = false;
      return false;
    }
    this.bytes[this.#at] = tag;
    this.#view.setUint32(this.#at + 1, length, true);
    this.#at += 5;
    return true;
  }

  #bigint(value: bigint): void {
    if (BigInt.asIntN(64, value) === value) {
      this.bytes[this.#at] = TAG.bigint;
      this.#view.setBigInt64(this.#at + 1, value, true);
      this.#at += 9;
      return;
    }
    const digits = value.toString();
    if (this.#begin(TAG.digits, digits.length, digits.length)) {
      this.#at += this.#buffer.write(digits, this.#at, 'latin1');
    }
  }

  // hot
  #object(value: object | null): void {
    if (value === null) {
      this.bytes[this.#at++] = TAG.null;
      return;
    }
    if (this.#depth === DEPTH_MAX) {
      this.#fits = false;
      return;
    }
    this.#depth++;
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype === Object.prototype || prototype === null) this.#plain(value);
    else if (Array.isArray(value)) this.#array(value);
    else this.#special(value);
    this.#depth--;
  }

  // hot
  #plain(value: object): void {
    const end = this.#shapes.find(value);
    if (end === undefined) {
      this.#entries(value);
      return;
    }
    if (end.shape === NO_SHAPE) {
      if (!this.#shapes.add(end)) {
        this.#entries(value);
        return;
      }
      this.#tellShape(value, end.depth);
    }
    this.bytes[this.#at] = TAG.object;
    this.#view.setUint16(this.#at + 1, end.shape, true);
    this.#at += 3;
    // The keys are those of the shape, in its order. A value may change nothing of the object.
    const record = value as Readonly<Record<string, unknown>>;
    for (const key in record) this.#value(record[key]);
  }

  #tellShape(value: object, count: number): void {
    this.bytes[this.#at] = TAG.shape;
    this.#view.setUint16(this.#at + 1, count, true);
    this.#at += 3;
    for (const key in value) this.#value(key);
  }

  #entries(value: object): void {
    const entries = Object.entries(value);
    if (!this.#begin(TAG.entries, entries.length, 2 * entries.length)) return;
    for (const [key, held] of entries) {
      this.#value(key);
      this.#value(held);
    }
  }

  // hot
  #array(value: readonly unknown[]): void {
    const { length } = value;
    if (!this.#begin(TAG.array, length, length)) return;
    for (let index = 0; index < length; index++) {
      const item = value[index];
      // A place that holds nothing is no plain data.
      if (item === undefined && !(index in value)) this.#fits = false;
      this.#value(item);
    }
  }

  #special(value: object): void {
    if (value instanceof Map) {
      if (!this.#begin(TAG.map, value.size, 2 * value.size)) return;
      for (const [key, held] of value) {
        this.#value(key);
        this.#value(held);
      }
    } else if (value instanceof Set) {
      if (!this.#begin(TAG.set, value.size, value.size)) return;
      for (const held of value) this.#value(held);
    } else if (ArrayBuffer.isView(value)) this.#bytesOf(value);
    else this.#fits = false;
  }

  #bytesOf(view: ArrayBufferView): void {
    // A Buffer arrives as the bytes it is, as it does by structured clone.
    const type = VIEW_TYPES.get(view instanceof Buffer ? Uint8Array : view.constructor);
    // Shared memory is to be shared, not copied.
    if (type === undefined || view.buffer instanceof SharedArrayBuffer) {
      this.#fits = false;
      return;
    }
    if (this.#at + 6 + view.byteLength > this.#bytesMax) {
      this.#fits = false;
      return;
    }
    this.bytes[this.#at] = TAG.view;
    this.bytes[this.#at + 1] = type;
    this.#view.setUint32(this.#at + 2, view.byteLength, true);
    this.#at += 6;
    this.bytes.set(new Uint8Array(view.buffer, view.byteOffset, view.byteLength), this.#at);
    this.#at += view.byteLength;
  }
}
