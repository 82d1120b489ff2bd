// Messages out of the bytes that an encoder wrote, with the same memory of what was told.

import { assert } from '../core/assert.js';
import { SMALL, TAG, VIEWS } from './tags.js';

/** Makes an object of one shape out of the values that follow. */
type Build = (read: () => unknown) => unknown;

/** Reads the messages of one encoder, each once and in the order they were written. */
export class Decoder {
  readonly #buffer: Buffer;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #texts: string[] = [];
  readonly #shapes: Build[] = [];
  readonly #read = (): unknown => this.#value();
  #at = 0;

  /** `bytes` is where the messages will lie, one after the other or over another. */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  /** Reads the message at `from`. Errors: bug `wire.tag_is_known` for bytes of no encoder. */
  // hot
  decode(from: number): unknown {
    this.#at = from;
    if (this.#bytes[from] === TAG.forget) {
      this.#texts.length = 0;
      this.#at++;
    }
    return this.#value();
  }

  // hot
  #value(): unknown {
    const tag = this.#bytes[this.#at++]!;
    if (tag >= SMALL) return tag - SMALL;
    switch (tag) {
      case TAG.known: {
        const text = this.#texts[this.#view.getUint16(this.#at, true)]!;
        this.#at += 2;
        return text;
      }
      case TAG.object: {
        const build = this.#shapes[this.#view.getUint16(this.#at, true)]!;
        this.#at += 2;
        return build(this.#read);
      }
      case TAG.int:
        this.#at += 4;
        return this.#view.getInt32(this.#at - 4, true);
      case TAG.float:
        this.#at += 8;
        return this.#view.getFloat64(this.#at - 8, true);
      case TAG.text:
        return this.#newText();
      case TAG.undefined:
        return undefined;
      case TAG.null:
        return null;
      case TAG.true:
        return true;
      case TAG.false:
        return false;
      case TAG.array:
        return this.#array();
      default:
        return this.#rare(tag);
    }
  }

  #rare(tag: number): unknown {
    switch (tag) {
      case TAG.shape:
        this.#learnShape();
        return this.#value();
      case TAG.latin1:
        return this.#textOf('latin1', this.#length());
      case TAG.utf16:
        return this.#textOf('utf16le', 2 * this.#length());
      case TAG.bigint:
        this.#at += 8;
        return this.#view.getBigInt64(this.#at - 8, true);
      case TAG.digits:
        return BigInt(this.#textOf('latin1', this.#length()));
      case TAG.entries:
        return this.#entries();
      case TAG.map: {
        const map = new Map<unknown, unknown>();
        for (let left = this.#length(); left > 0; left--) {
          const key = this.#value();
          map.set(key, this.#value());
        }
        return map;
      }
      case TAG.set: {
        const set = new Set<unknown>();
        for (let left = this.#length(); left > 0; left--) set.add(this.#value());
        return set;
      }
      case TAG.view:
        return this.#viewOf();
      default:
        assert(false, 'wire.tag_is_known');
    }
  }

  #length(): number {
    this.#at += 4;
    return this.#view.getUint32(this.#at - 4, true);
  }

  #newText(): string {
    const length = this.#bytes[this.#at++]!;
    const text = this.#textOf('latin1', length);
    this.#texts.push(text);
    return text;
  }

  #textOf(encoding: 'latin1' | 'utf16le', bytes: number): string {
    this.#at += bytes;
    return this.#buffer.toString(encoding, this.#at - bytes, this.#at);
  }

  // hot
  #array(): unknown[] {
    const length = this.#length();
    const items: unknown[] = [];
    for (let index = 0; index < length; index++) items.push(this.#value());
    return items;
  }

  #entries(): unknown {
    const entries: [string, unknown][] = [];
    for (let left = this.#length(); left > 0; left--) {
      // Keys are written as texts.
      const key = this.#value() as string;
      entries.push([key, this.#value()]);
    }
    return Object.fromEntries(entries);
  }

  #learnShape(): void {
    const count = this.#view.getUint16(this.#at, true);
    this.#at += 2;
    const keys: string[] = [];
    for (let index = 0; index < count; index++) keys.push(this.#value() as string);
    this.#shapes.push(builderOf(keys));
  }

  #viewOf(): ArrayBufferView {
    const type = VIEWS[this.#bytes[this.#at]!]!;
    const bytes = this.#view.getUint32(this.#at + 1, true);
    this.#at += 5 + bytes;
    return new type(this.#bytes.slice(this.#at - bytes, this.#at).buffer as ArrayBuffer);
  }
}

/**
 * A function that makes objects of these keys as one literal, several times as fast as adding
 * them one by one. The keys come from a thread of this process and are quoted; a computed key
 * makes `__proto__` a key like any other.
 */
function builderOf(keys: readonly string[]): Build {
  const fields = keys.map(
    (key) => `${key === '__proto__' ? `["${key}"]` : JSON.stringify(key)}:r()`,
  );
  // What the text builds is of this type by its construction.
  return new Function('r', `return {${fields.join()}};`) as Build;
}
