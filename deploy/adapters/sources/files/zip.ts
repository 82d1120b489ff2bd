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

function dataOf(file: Buffer, central: number, bytesMax: number): Buffer | undefined {
  const method = file.readUInt16LE(central + 10);
  const packed = file.readUInt32LE(central + 20);
  const local = file.readUInt32LE(central + 42);
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
