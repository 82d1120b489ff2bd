// How each scalar of a message is written, with what a field of its type does not hold refused.

import { ScalarType } from '@bufbuild/protobuf';
import { Scratch } from './scratch.js';

/** Wire types. Source: protobuf.dev, encoding. */
const VARINT = 0;
const FIXED64 = 1;
/** What stands behind its own length. */
export const LENGTH = 2;

/** One value of a field without its tag. */
export interface WriteValue {
  readonly wire: number;
  readonly write: (value: unknown) => void;
}

/** One for all encoders of a thread: a message is whole before the next begins. */
export const scratch = new Scratch();

/** Scalars that are written here. A value of another type is a bug of whoever made the message. */
export const SCALARS: ReadonlyMap<ScalarType, WriteValue> = new Map<ScalarType, WriteValue>([
  [ScalarType.STRING, { wire: LENGTH, write: (value) => scratch.text(textOf(value)) }],
  [ScalarType.BYTES, { wire: LENGTH, write: (value) => scratch.block(bytesOf(value)) }],
  [ScalarType.BOOL, { wire: VARINT, write: (value) => scratch.varint(value === true ? 1 : 0) }],
  [ScalarType.DOUBLE, { wire: FIXED64, write: (value) => scratch.double(numberOf(value)) }],
  [ScalarType.INT32, { wire: VARINT, write: writeInt32 }],
  [ScalarType.UINT32, { wire: VARINT, write: writeUint32 }],
  [ScalarType.INT64, { wire: VARINT, write: writeInt64 }],
  [ScalarType.UINT64, { wire: VARINT, write: writeUint64 }],
]);

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  throw wrong('a text', value);
}

function bytesOf(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw wrong('bytes', value);
}

function numberOf(value: unknown): number {
  if (typeof value === 'number') return value;
  throw wrong('a number', value);
}

function writeUint32(value: unknown): void {
  if (typeof value !== 'number' || value !== value >>> 0) throw wrong('0 to 2^32 - 1', value);
  scratch.varint(value);
}

function writeInt32(value: unknown): void {
  if (typeof value !== 'number' || value !== (value | 0)) throw wrong('32 signed bits', value);
  if (value >= 0) scratch.varint(value);
  else scratch.varint64(value >>> 0, 0xffff_ffff);
}

function writeInt64(value: unknown): void {
  if (typeof value !== 'bigint' || value !== BigInt.asIntN(64, value)) {
    throw wrong('64 signed bits', value);
  }
  writeUint64(BigInt.asUintN(64, value));
}

function writeUint64(value: unknown): void {
  if (typeof value !== 'bigint' || value !== BigInt.asUintN(64, value)) {
    throw wrong('0 to 2^64 - 1', value);
  }
  scratch.varint64(Number(value & 0xffff_ffffn), Number(value >> 32n));
}

function wrong(expected: string, value: unknown): TypeError {
  return new TypeError(`expected ${expected} in a message, was ${String(value).slice(0, 64)}`);
}
