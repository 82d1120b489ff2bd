// Reads the entries of a zip file in memory, with a bound on what they may grow to.

import { crc32, inflateRawSync } from 'node:zlib';

/** Signatures of the parts of a zip file. Source: PKWARE APPNOTE 6.3.10, 4.3. */
const END = 0x06054b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;

const END_BYTES = 22;
const CENTRAL_BYTES = 46;
const LOCAL_BYTES = 30;
const COMMENT_BYTES_MAX = 65_535;

/**
 * Stands for a size or place that is told in a field of eight bytes each, behind the entry's name:
 * LEAN's own files have them, however small they are. Source: APPNOTE, 4.5.3.
 */
const ELSEWHERE = 0xffff_ffff;
const ZIP64 = 1;
const ZIP64_BYTES = 8;

/** Entries looked at: a day's options of one stock are some thousands. */
const ENTRIES_MAX = 10_000;

/** An entry that was read. */
export interface ZipEntry {
  readonly name: string;
  readonly text: string;
}

/** The text entries of a zip file; undefined where it is none, is damaged, or grows too large. */
export function unzip(file: Buffer, bytesMax: number): readonly ZipEntry[] | undefined {
  const end = endOf(file);
  if (end === undefined) return undefined;
  const count = file.readUInt16LE(end + 10);
  let at = file.readUInt32LE(end + 16);
  if (count > ENTRIES_MAX) return undefined;
  const entries: ZipEntry[] = [];
  let bytes = 0;
  for (let index = 0; index < count; index++) {
    if (at + CENTRAL_BYTES > file.length || file.readUInt32LE(at) !== CENTRAL) return undefined;
    const nameBytes = file.readUInt16LE(at + 28);
    const name = file.toString('utf8', at + CENTRAL_BYTES, at + CENTRAL_BYTES + nameBytes);
    const data = dataOf(file, at, bytesMax - bytes);
    if (data === undefined || crc32(data) !== file.readUInt32LE(at + 16)) return undefined;
    bytes += data.length;
    entries.push({ name, text: data.toString('utf8') });
    at += CENTRAL_BYTES + nameBytes + file.readUInt16LE(at + 30) + file.readUInt16LE(at + 32);
  }
  return entries;
}

function endOf(file: Buffer): number | undefined {
  const first = Math.max(0, file.length - END_BYTES - COMMENT_BYTES_MAX);
  for (let at = file.length - END_BYTES; at >= first; at--) {
    if (file.readUInt32LE(at) === END) return at;
  }
  return undefined;
}

/** Packed bytes of an entry and where they begin; undefined where their field is damaged. */
function placeOf(
  file: Buffer,
  central: number,
): { readonly packed: number; readonly local: number } | undefined {
  const [unpacked, packed, local] = [24, 20, 42].map((at) => file.readUInt32LE(central + at));
  const [nameBytes, extraBytes] = [28, 30].map((at) => file.readUInt16LE(central + at));
  const start = central + CENTRAL_BYTES + nameBytes!;
  const large = zip64Of(file.subarray(start, start + extraBytes!));
  // Only those are there that stand elsewhere, in this order.
  const told = [unpacked!, packed!, local!].map((value) =>
    value === ELSEWHERE ? large.shift() : value,
  );
  const [, bytes, at] = told;
  return bytes === undefined || at === undefined ? undefined : { packed: bytes, local: at };
}

/** The numbers of an entry's field of large ones, none where it has no such field. */
function zip64Of(extra: Buffer): number[] {
  for (let at = 0; at + 4 <= extra.length; ) {
    const bytes = extra.readUInt16LE(at + 2);
    const field = extra.subarray(at + 4, at + 4 + bytes);
    if (extra.readUInt16LE(at) === ZIP64) {
      const count = Math.floor(field.length / ZIP64_BYTES);
      return Array.from({ length: count }, (_, index) =>
        Number(field.readBigUInt64LE(index * ZIP64_BYTES)),
      );
    }
    at += 4 + bytes;
  }
  return [];
}

function dataOf(file: Buffer, central: number, bytesMax: number): Buffer | undefined {
  const method = file.readUInt16LE(central + 10);
  const place = placeOf(file, central);
  if (place === undefined) return undefined;
  const { packed, local } = place;
  if (local + LOCAL_BYTES > file.length || file.readUInt32LE(local) !== LOCAL) return undefined;
  const start = local + LOCAL_BYTES + file.readUInt16LE(local + 26) + file.readUInt16LE(local + 28);
  if (start + packed > file.length) return undefined;
  const bytes = file.subarray(start, start + packed);
  if (method === 0) return bytes.length <= bytesMax ? bytes : undefined;
  if (method !== 8 || bytesMax <= 0) return undefined;
  try {
    return inflateRawSync(bytes, { maxOutputLength: bytesMax });
  } catch {
    // Damaged, or larger than allowed: for the reader both are a file that can't be read.
    return undefined;
  }
}
