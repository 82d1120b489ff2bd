// Flatbuffers as Arrow's metadata has them, each read within bounds: their writer is not trusted.

import { Fault } from '../../core/fault.js';

/** Most elements of a vector of metadata: fields, nodes or buffers of a table. */
const ELEMENTS_MAX = 65_536;

/** Longest name of a column. Units: bytes. */
const TEXT_BYTES_MAX = 1_024;

/** The fault of bytes that are no Arrow, or none that is read here. */
export function unreadable(expected: string): Fault {
  return new Fault('arrow.unreadable', `expected ${expected}`);
}

/**
 * What `read` makes of metadata; a place outside of it is told like any other mistake in it.
 * Errors: `arrow.unreadable`.
 */
export function withinMetadata<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new Fault('arrow.unreadable', 'expected places inside of the metadata', { cause: error });
  }
}

/** A vector: where its first element is, and how many there are. */
export interface FlatVector {
  readonly at: number;
  readonly length: number;
}

/**
 * A table of a flatbuffer. Whatever its offsets say, each read is one of a `DataView`, which throws
 * a `RangeError` outside of the metadata.
 * Source: flatbuffers.dev, Internals: Format, Tables.
 */
export class FlatTable {
  readonly #view: DataView;
  readonly #at: number;
  readonly #fields: number;
  readonly #fieldBytes: number;
  readonly #bytes: number;

  /** The table at a place. */
  constructor(view: DataView, at: number) {
    this.#view = view;
    this.#at = at;
    const vtable = at - view.getInt32(at, true);
    this.#fields = vtable + 4;
    this.#fieldBytes = view.getUint16(vtable, true) - 4;
    this.#bytes = view.getUint16(vtable + 2, true);
  }

  /** The table that a buffer begins with. */
  static rootOf(bytes: Uint8Array): FlatTable {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return new FlatTable(view, view.getUint32(0, true));
  }

  /** Whether a field is there. */
  has(field: number): boolean {
    return this.#placeOf(field) !== 0;
  }

  /** A byte; 0 where it is left out. */
  byte(field: number): number {
    const at = this.#placeOf(field);
    return at === 0 ? 0 : this.#view.getUint8(at);
  }

  /** A short; 0 where it is left out. */
  short(field: number): number {
    const at = this.#placeOf(field);
    return at === 0 ? 0 : this.#view.getInt16(at, true);
  }

  /** An int; 0 where it is left out. */
  int(field: number): number {
    const at = this.#placeOf(field);
    return at === 0 ? 0 : this.#view.getInt32(at, true);
  }

  /** A long that counts or names something; 0 where it is left out. Errors: `arrow.unreadable`. */
  long(field: number): number {
    const at = this.#placeOf(field);
    return at === 0 ? 0 : this.longAt(at);
  }

  /** The same at a place of a vector. Errors: `arrow.unreadable`. */
  longAt(at: number): number {
    const value = Number(this.#view.getBigInt64(at, true));
    if (!Number.isSafeInteger(value) || value < 0) {
      throw unreadable(`a count of 0 or more, was ${value}`);
    }
    return value;
  }

  /** A text; empty where it is left out. Errors: `arrow.unreadable`. */
  text(field: number): string {
    const place = this.#placeOf(field);
    if (place === 0) return '';
    const { at, length } = this.#vectorAt(place, 1, TEXT_BYTES_MAX);
    const { buffer, byteOffset } = this.#view;
    return Buffer.from(buffer, byteOffset + at, length).toString();
  }

  /** A table; undefined where it is left out. */
  table(field: number): FlatTable | undefined {
    const at = this.#placeOf(field);
    return at === 0 ? undefined : this.#tableAt(at);
  }

  /** Tables of a vector; none where it is left out. Errors: `arrow.unreadable`. */
  tables(field: number): readonly FlatTable[] {
    const { at, length } = this.vector(field, 4);
    return Array.from({ length }, (_, index) => this.#tableAt(at + index * 4));
  }

  /** A vector by the bytes of an element; none where it is left out. Errors: `arrow.unreadable`. */
  vector(field: number, elementBytes: number): FlatVector {
    const at = this.#placeOf(field);
    return at === 0 ? { at: 0, length: 0 } : this.#vectorAt(at, elementBytes, ELEMENTS_MAX);
  }

  #vectorAt(place: number, elementBytes: number, lengthMax: number): FlatVector {
    const at = place + this.#view.getUint32(place, true);
    const length = this.#view.getUint32(at, true);
    if (length > lengthMax || at + 4 + length * elementBytes > this.#view.byteLength) {
      throw unreadable(`at most ${lengthMax} elements within the metadata, was ${length}`);
    }
    return { at: at + 4, length };
  }

  #tableAt(place: number): FlatTable {
    return new FlatTable(this.#view, place + this.#view.getUint32(place, true));
  }

  /** Where a field is; 0 where it is left out. */
  #placeOf(field: number): number {
    if (field * 2 + 2 > this.#fieldBytes) return 0;
    const offset = this.#view.getUint16(this.#fields + field * 2, true);
    if (offset >= this.#bytes && offset !== 0) throw unreadable('a field inside of its table');
    return offset === 0 ? 0 : this.#at + offset;
  }
}
