// What order books said at points, as the journal keeps it, each with its place.

import type { Journal } from '../../../engine/index.js';

/** First bytes of a kept point: "SLB1". */
const MAGIC = 0x31424c53;

/** Bytes before the text. */
const TEXT_AT = 4;

/** What has changed at one point: symbol, name of the column, value; null where it is not known. */
export interface BookPoint {
  readonly feed: string;
  /** Steps of the market before the point; 0 where a run began, which forgets those before. */
  readonly step: number;
  readonly said: readonly (readonly [symbol: string, name: string, value: number | null])[];
}

/** A point as bytes: magic, then JSON. */
export function encodeBookPoint(point: BookPoint): Buffer {
  const text = Buffer.from(JSON.stringify(point));
  const bytes = Buffer.alloc(TEXT_AT + text.length);
  bytes.writeUInt32LE(MAGIC, 0);
  text.copy(bytes, TEXT_AT);
  return bytes;
}

/** Step of a kept point; undefined where the bytes are none. */
export function stepOfBookPoint(bytes: Buffer): number | undefined {
  return decode(bytes)?.step;
}

/** By step: what was kept of a feed's last replay that was begun from its start. */
export function bookPointsIn(
  journal: Pick<Journal, 'inputs'>,
  feed: string,
): Map<number, BookPoint['said']> {
  const kept = new Map<number, BookPoint['said']>();
  for (const bytes of journal.inputs()) {
    const point = decode(bytes);
    if (point === undefined || point.feed !== feed) continue;
    if (point.step === 0) kept.clear();
    else kept.set(point.step, point.said);
  }
  return kept;
}

function decode(bytes: Buffer): BookPoint | undefined {
  if (bytes.length < TEXT_AT || bytes.readUInt32LE(0) !== MAGIC) return undefined;
  // `encodeBookPoint` wrote it, and the journal's checksum has been met.
  return JSON.parse(bytes.toString('utf8', TEXT_AT)) as BookPoint;
}
