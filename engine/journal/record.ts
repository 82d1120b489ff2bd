// How an event lies in the journal: JSON with exact values, chained by hash.

import { hash as hashOf } from 'node:crypto';
import type { Message } from '../core/address.js';
import { assert } from '../core/assert.js';

/** One stored event. */
export interface StoredRecord {
  /** Place in the whole journal, from 1. */
  readonly position: number;
  readonly address: string;
  /** Place among the actor's own events, from 1. */
  readonly sequence: number;
  readonly timeUs: number;
  readonly cause: string;
  readonly event: Message;
  /** How many ordered inputs had been handled by then; absent where there are none. */
  readonly place?: number;
}

/** A record as bytes, with the hash that chains it to the one before. */
export interface ChainedRecord {
  readonly bytes: Buffer;
  readonly hash: string;
}

/** Hash of the place before the first record. */
export const GENESIS = '0'.repeat(64);

/** Characters of a hash in front of each record. */
const HASH_BYTES = 64;

/** Typed arrays that survive the text form with their type; the rest is refused. */
const TYPED = {
  Float32Array,
  Int8Array,
  Int16Array,
  Int32Array,
  Uint16Array,
  Uint32Array,
} as const;

/** Keys of the forms below; an object of the user's with such a key is written as entries. */
const FORM_KEYS = ['$integer', '$map', '$set', '$array', '$typed', '$bytes', '$number', '$object'];

/**
 * Writes data as JSON, with what JSON has no form for: whole numbers beyond floats, maps, sets,
 * typed arrays, bytes, -0 and numbers that are not finite.
 * Errors: bug `journal.value_has_a_form` for a view of another type.
 */
export function toJson(data: unknown): string {
  // Most events are plain: then the text is the same, for a quarter of the time.
  if (isPlain(data, PLAIN_DEPTH_MAX)) return JSON.stringify(data);
  return JSON.stringify(data, function replace(this: unknown, key, value: unknown) {
    // A Buffer turns itself into JSON before it gets here; the holder still has the original.
    const held = (this as Readonly<Record<string, unknown>>)[key];
    if (held instanceof Uint8Array) return { $bytes: Buffer.from(held).toString('base64') };
    if (typeof value === 'bigint') return { $integer: value.toString() };
    if (typeof value === 'number') {
      if (Object.is(value, -0)) return { $number: '-0' };
      return Number.isFinite(value) ? value : { $number: String(value) };
    }
    return typeof value === 'object' && value !== null ? formOf(value) : value;
  });
}

/** Deepest nesting that is looked at for being plain. */
const PLAIN_DEPTH_MAX = 8;

/** Whether JSON has a form for all of a value, and that form is not one of ours. */
// hot
function isPlain(value: unknown, depthLeft: number): boolean {
  if (typeof value === 'number') {
    return Number.isFinite(value) && (value !== 0 || 1 / value > 0);
  }
  if (typeof value !== 'object') return typeof value === 'string' || typeof value === 'boolean';
  if (value === null) return true;
  if (depthLeft === 0) return false;
  if (Array.isArray(value)) {
    for (let at = 0; at < value.length; at++) {
      if (!isPlain(value[at], depthLeft - 1)) return false;
    }
    return true;
  }
  if (Object.getPrototypeOf(value) !== Object.prototype) return false;
  // The object is plain: its fields are all there is of it.
  const fields = value as Readonly<Record<string, unknown>>;
  for (const key in fields) {
    if (key.startsWith('$') || key === 'toJSON' || !isPlain(fields[key], depthLeft - 1)) {
      return false;
    }
  }
  return true;
}

function formOf(value: object): unknown {
  if (Array.isArray(value)) return value;
  if (value instanceof Map) return { $map: [...value] };
  if (value instanceof Set) return { $set: [...value] };
  if (value instanceof Float64Array) return { $array: Array.from(value) };
  if (ArrayBuffer.isView(value)) {
    const name = value.constructor.name;
    assert(name in TYPED, 'journal.value_has_a_form');
    // Every type of the table iterates over plain numbers.
    return { $typed: [name, Array.from(value as Int32Array)] };
  }
  for (const key in value) {
    if (key.startsWith('$') && FORM_KEYS.includes(key)) return { $object: Object.entries(value) };
  }
  return value;
}

/** Reads what `toJson` wrote. Errors: the parser's own for broken text. */
export function fromJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  // A form begins like this; in a text the quote would be escaped.
  return text.includes('{"$') ? revived(value) : value;
}

/**
 * Puts values in the place of their forms, inner ones first. Not by the parser's own reviver, which
 * takes three times as long for an event with a few whole numbers.
 */
function revived(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  // What was parsed has plain fields or entries, and nobody else has it yet.
  const fields = value as Record<string, unknown>;
  let isForm = false;
  for (const key in fields) {
    const child = fields[key];
    if (typeof child === 'object' && child !== null) put(fields, key, revived(child));
    if (key.startsWith('$')) isForm = true;
  }
  return isForm && !Array.isArray(value) ? valueOfForm(value) : value;
}

function put(fields: Record<string, unknown>, key: string, value: unknown): void {
  if (key !== '__proto__') fields[key] = value;
  // A plain assignment would change what the object is.
  else
    Object.defineProperty(fields, key, {
      value,
      configurable: true,
      enumerable: true,
      writable: true,
    });
}

/** The value of a form. */
function valueOfForm(value: object): unknown {
  // What `toJson` wrote has the shapes named below: the casts repeat its forms.
  if ('$integer' in value) return BigInt(String(value.$integer));
  if ('$map' in value) return new Map(value.$map as [unknown, unknown][]);
  if ('$set' in value) return new Set(value.$set as unknown[]);
  if ('$array' in value) return Float64Array.from(value.$array as number[]);
  if ('$bytes' in value) return new Uint8Array(Buffer.from(String(value.$bytes), 'base64'));
  if ('$number' in value) return Number(value.$number);
  if ('$object' in value) return Object.fromEntries(value.$object as [string, unknown][]);
  if ('$typed' in value) {
    const [name, values] = value.$typed as [keyof typeof TYPED, number[]];
    return TYPED[name].from(values);
  }
  return value;
}

/**
 * Chains a record to the hash before it. Source: hash chain, SHA-256 over previous hash and
 * body.
 */
export function chain(record: StoredRecord, previous: string): ChainedRecord {
  const body = toJson(record);
  const bytes = Buffer.allocUnsafe(HASH_BYTES + Buffer.byteLength(body));
  bytes.write(body, HASH_BYTES);
  // The hash before stands where this record's will: together with the body it is what is hashed.
  bytes.write(previous, 0, 'latin1');
  const hash = hashOf('sha256', bytes, 'hex');
  bytes.write(hash, 0, 'latin1');
  return { bytes, hash };
}

/** A stored record read back, or why it can't be trusted; with the hash in front of it. */
export type Unchained =
  | { readonly ok: true; readonly record: StoredRecord; readonly hash: string }
  | { readonly ok: false; readonly reason: string; readonly hash: string };

/** Hash in front of a stored record, unchecked. */
export function storedHash(bytes: Buffer): string {
  return bytes.toString('latin1', 0, HASH_BYTES);
}

/** Reads a record and checks that it follows the hash before it. The bytes stay as they are. */
export function unchain(bytes: Buffer, previous: string): Unchained {
  const hash = storedHash(bytes);
  // The hash before takes the place of the record's own: together that is what was hashed.
  bytes.write(previous, 0, 'latin1');
  const computed = hashOf('sha256', bytes, 'hex');
  bytes.write(hash, 0, 'latin1');
  if (computed !== hash) {
    const reason = 'the hash does not match the record and the one before it';
    return { ok: false, reason, hash };
  }
  try {
    // The hash says that this process or an earlier one wrote it; the shape is `StoredRecord`.
    const record = fromJson(bytes.toString('utf8', HASH_BYTES)) as StoredRecord;
    return { ok: true, record, hash };
  } catch {
    return { ok: false, reason: 'the record is not readable', hash };
  }
}
