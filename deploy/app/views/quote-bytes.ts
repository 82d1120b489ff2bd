// Quotes straight from shared rows to protobuf bytes: what every stream client is told all day.

import { COLUMN } from '../../../actors/market/index.js';

/** Wire types. Source: protobuf.dev, encoding. */
const VARINT = 0;
const FIXED64 = 1;
const LENGTH = 2;

/** Columns behind the double fields of `sluice.market.v1.Quote`, by field number. */
const DOUBLES = [
  [2, COLUMN.lastTimeUs],
  [3, COLUMN.close],
  [4, COLUMN.bid],
  [5, COLUMN.ask],
  [6, COLUMN.open],
  [7, COLUMN.high],
  [8, COLUMN.low],
  [9, COLUMN.volume],
  [12, COLUMN.arrivalUs],
] as const;

const CHANGE_FIELD = 10;
const STAGE_FIELD = 11;
const DERIVED_FIELD = 13;

/** Tag and value of a double. */
const DOUBLE_BYTES = 9;

/** Tag and value of the stage, which is below 128, and of a flag. */
const SMALL_BYTES = 2;

/** Bytes of a quote behind its symbol. */
const BODY_BYTES = (DOUBLES.length + 1) * DOUBLE_BYTES + 2 * SMALL_BYTES;

/** Fields of the batch behind its quotes: stamp, a double, and derived, a flag. */
const TAIL_BYTES = DOUBLE_BYTES + SMALL_BYTES;

/**
 * Encodes `sluice.market.v1.QuoteBatch`. The general encoder builds an object a quote and walks
 * its description, some 5 us each; at a point, when all 504 rows change, the prints behind it
 * would wait for milliseconds.
 */
export class QuoteBytes {
  readonly #symbols: readonly Buffer[];
  readonly #change: number;
  readonly #stage: number;
  readonly #isOutside: Uint8Array;

  /**
   * Columns of the day's change and of the stage, which the layout decides; by row, 1 where the
   * last print was not derived.
   */
  constructor(
    symbols: readonly string[],
    { change, stage }: { readonly change: number; readonly stage: number },
    isOutside: Uint8Array,
  ) {
    this.#isOutside = isOutside;
    this.#symbols = symbols.map((symbol) => {
      const name = Buffer.from(symbol);
      return Buffer.concat([Buffer.of(tag(1, LENGTH), name.length), name]);
    });
    this.#change = change;
    this.#stage = stage;
  }

  /**
   * `read` copies a row, consistent, into the values that it is given; `take` gives the bytes to
   * write into.
   */
  encode(
    { rows, stamp }: { readonly rows: readonly number[]; readonly stamp: number },
    values: Float64Array,
    read: (row: number, values: Float64Array) => void,
    take: (length: number) => Buffer,
  ): Buffer {
    let length = TAIL_BYTES;
    for (const row of rows) length += 2 + this.#symbols[row]!.length + BODY_BYTES;
    const bytes = take(length);
    let at = 0;
    let derived = 1;
    for (const row of rows) {
      read(row, values);
      at = this.#quote(bytes, at, row, values);
      derived &= bytes[at - 1]!;
    }
    at = putDouble(bytes, at, 2, stamp);
    bytes[at] = tag(3, VARINT);
    bytes[at + 1] = derived;
    return bytes;
  }

  #quote(bytes: Buffer, start: number, row: number, values: Float64Array): number {
    const symbol = this.#symbols[row]!;
    bytes[start] = tag(1, LENGTH);
    // A symbol has at most a dozen letters, so the length of a quote fits one byte.
    bytes[start + 1] = symbol.length + BODY_BYTES;
    symbol.copy(bytes, start + 2);
    let at = start + 2 + symbol.length;
    for (let index = 0; index < DOUBLES.length; index++) {
      at = putDouble(bytes, at, DOUBLES[index]![0], values[DOUBLES[index]![1]]!);
    }
    at = putDouble(bytes, at, CHANGE_FIELD, values[this.#change]!);
    bytes[at] = tag(STAGE_FIELD, VARINT);
    // NaN before the first point: no stage yet.
    bytes[at + 1] = values[this.#stage]! || 0;
    bytes[at + SMALL_BYTES] = tag(DERIVED_FIELD, VARINT);
    bytes[at + SMALL_BYTES + 1] = 1 - this.#isOutside[row]!;
    return at + 2 * SMALL_BYTES;
  }
}

function putDouble(bytes: Buffer, at: number, field: number, value: number): number {
  bytes[at] = tag(field, FIXED64);
  bytes.writeDoubleLE(value, at + 1);
  return at + DOUBLE_BYTES;
}

function tag(field: number, wireType: number): number {
  return field * 8 + wireType;
}
