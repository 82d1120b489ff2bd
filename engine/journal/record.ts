// How an event lies in the journal: JSON with exact integers, chained by hash.

import { createHash } from 'node:crypto';
import type { Message } from '../core/address.js';

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
}

/** A record as bytes, with the hash that chains it to the one before. */
export interface ChainedRecord {
  readonly bytes: Buffer;
  readonly hash: string;
}

/** Hash of the place before the first record. */
export const GENESIS = '0'.repeat(64);

/** Writes data as JSON, whole numbers beyond floats included. */
export function toJson(data: unknown): string {
  return JSON.stringify(data, (_key, value: unknown) => {
    if (typeof value === 'bigint') return { $integer: value.toString() };
    if (value instanceof Map) return { $map: [...value] };
    if (value instanceof Set) return { $set: [...value] };
    if (ArrayBuffer.isView(value)) return { $array: Array.from(value as Float64Array) };
    if (typeof value === 'number' && !Number.isFinite(value)) return { $number: String(value) };
    return value;
  });
}

/** Reads what `toJson` wrote. Errors: the parser's own for broken text. */
export function fromJson(text: string): unknown {
  return JSON.parse(text, (_key, value: unknown) => {
    if (typeof value !== 'object' || value === null) return value;
    if ('$integer' in value) return BigInt(String(value.$integer));
    if ('$map' in value) return new Map(value.$map as [unknown, unknown][]);
    if ('$set' in value) return new Set(value.$set as unknown[]);
    if ('$array' in value) return Float64Array.from(value.$array as number[]);
    if ('$number' in value) return Number(value.$number);
    return value;
  });
}

/**
 * Chains a record to the hash before it. Source: hash chain, SHA-256 over previous hash and
 * body.
 */
export function chain(record: StoredRecord, previous: string): ChainedRecord {
  const body = toJson(record);
  const hash = hashOf(body, previous);
  return { bytes: Buffer.from(`${hash}${body}`), hash };
}

/** A stored record read back, or why it can't be trusted. */
export type Unchained =
  | { readonly ok: true; readonly record: StoredRecord; readonly hash: string }
  | { readonly ok: false; readonly reason: string };

/** Reads a record and checks that it follows the hash before it. */
export function unchain(bytes: Buffer, previous: string | undefined): Unchained {
  const text = bytes.toString('utf8');
  const hash = text.slice(0, 64);
  const body = text.slice(64);
  if (previous !== undefined && hashOf(body, previous) !== hash) {
    return { ok: false, reason: 'the hash does not match the record and the one before it' };
  }
  try {
    // The hash says that this process or an earlier one wrote it; the shape is `StoredRecord`.
    return { ok: true, record: fromJson(body) as StoredRecord, hash };
  } catch {
    return { ok: false, reason: 'the record is not readable' };
  }
}

function hashOf(body: string, previous: string): string {
  return createHash('sha256').update(previous).update(body).digest('hex');
}
