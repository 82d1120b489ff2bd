// The messages of Arrow IPC, of a stream one behind the other, of a file where its footer says.

import { Fault } from '../../core/fault.js';
import { FlatTable, unreadable, withinMetadata } from './flat-table.js';
import { type ArrowSchema, readSchema } from './schema.js';

/** Longest metadata: a schema of thousands of columns is below. Units: bytes. */
const METADATA_BYTES_MAX = 16 * 1024 * 1024;

/** What an Arrow file begins and ends with; the stream format has no such mark. */
const FILE_MARK = 'ARROW1';

/** The mark at the begin with what fills it up, and the length and the mark at the end. */
const FILE_BEGIN_BYTES = 8;
const FILE_END_BYTES = 4 + FILE_MARK.length;

/** What stands before a message's length since version 0.15. */
const CONTINUES = 0xffff_ffff;

/** Bytes of a block: a place, the length of its metadata, that of its body. */
const BLOCK_BYTES = 24;

/** Oldest metadata whose batches lie as these are read: that of version 0.8 on, "V4". */
const VERSION_MIN = 3;

/** Bytes that are read at places. */
export interface Bytes {
  readonly size: number;
  /** Bytes of a range inside of the whole. */
  read(at: number, length: number): Promise<Buffer>;
}

/** A message: its header, of what kind that is, what follows it, and where it ends. */
export interface ArrowMessage {
  readonly header: FlatTable;
  readonly kind: number;
  readonly body: Buffer;
  readonly end: number;
}

/** Messages, and the schema where it stands apart from them. */
export interface OpenArrow {
  readonly schema: ArrowSchema | undefined;
  readonly messages: AsyncGenerator<ArrowMessage, void>;
}

/**
 * Opens a file or a stream. Errors: `arrow.unreadable`, also of its messages, and of those
 * `arrow.too_large` for one whose body is beyond `bytesMax`.
 * Source: arrow.apache.org, Columnar Format: Serialization and Interprocess Communication.
 */
export async function openArrow(bytes: Bytes, bytesMax: number): Promise<OpenArrow> {
  if (!(await isFile(bytes))) {
    return { schema: undefined, messages: streamMessages(bytes, bytesMax) };
  }
  const footerBytes = await readFooter(bytes);
  return withinMetadata(() => {
    const footer = FlatTable.rootOf(footerBytes);
    const schema = footer.table(1);
    if (schema === undefined) throw unreadable('a footer with a schema');
    const places = [...placesOf(footer, 2), ...placesOf(footer, 3)];
    return { schema: readSchema(schema), messages: fileMessages(bytes, places, bytesMax) };
  });
}

/** Whether bytes are of the file format. Errors: `arrow.unreadable` where its end is missing. */
async function isFile({ size, read }: Bytes): Promise<boolean> {
  const { length } = FILE_MARK;
  const markAt = async (at: number): Promise<string> => (await read(at, length)).toString('latin1');
  if (size < FILE_BEGIN_BYTES || (await markAt(0)) !== FILE_MARK) return false;
  const isWhole = size >= FILE_BEGIN_BYTES + FILE_END_BYTES;
  if (isWhole && (await markAt(size - length)) === FILE_MARK) return true;
  throw unreadable(`a file that ends with ${FILE_MARK}: it was cut short`);
}

async function readFooter({ size, read }: Bytes): Promise<Buffer> {
  const end = size - FILE_END_BYTES;
  const length = (await read(end, 4)).readUInt32LE(0);
  if (length < 8 || length > METADATA_BYTES_MAX || length > end - FILE_BEGIN_BYTES) {
    throw unreadable(`a footer within ${end - FILE_BEGIN_BYTES} bytes, was ${length}`);
  }
  return await read(end - length, length);
}

/** Where the messages of a list of the footer begin. */
function placesOf(footer: FlatTable, field: number): readonly number[] {
  const { at, length } = footer.vector(field, BLOCK_BYTES);
  return Array.from({ length }, (_, index) => footer.longAt(at + index * BLOCK_BYTES));
}

async function* fileMessages(
  bytes: Bytes,
  places: readonly number[],
  bytesMax: number,
): AsyncGenerator<ArrowMessage, void> {
  let taken = 0;
  for (const place of places) {
    const message = await messageAt(bytes, place, bytesMax);
    if (message === undefined) throw unreadable(`a message at ${place}`);
    taken += message.end - place;
    // A footer that names one batch again and again would make of a small file one without end.
    if (taken > bytes.size) throw unreadable('a footer that names each message once');
    yield message;
  }
}

/** A stream without its end was cut short, be it between two messages. */
async function* streamMessages(bytes: Bytes, bytesMax: number): AsyncGenerator<ArrowMessage, void> {
  let at = 0;
  for (;;) {
    const message = await messageAt(bytes, at, bytesMax);
    if (message === undefined) return;
    at = message.end;
    yield message;
  }
}

/** The message at a place; undefined where a stream ends there. */
async function messageAt(
  { size, read }: Bytes,
  place: number,
  bytesMax: number,
): Promise<ArrowMessage | undefined> {
  let at = place;
  const take = async (length: number): Promise<Buffer> => {
    if (length > size - at) throw unreadable(`${length} bytes at ${at}, was ${size - at}`);
    const part = await read(at, length);
    at += length;
    return part;
  };
  let length = (await take(4)).readUInt32LE(0);
  if (length === CONTINUES) length = (await take(4)).readUInt32LE(0);
  if (length === 0) return undefined;
  if (length > METADATA_BYTES_MAX) {
    throw unreadable(`at most ${METADATA_BYTES_MAX} bytes of metadata, was ${length}`);
  }
  const metadata = await take(length);
  const { header, kind, bodyBytes } = withinMetadata(() => readMessage(metadata));
  if (bodyBytes > bytesMax) {
    const text = `expected at most ${bytesMax} bytes in a batch, was ${bodyBytes}`;
    throw new Fault('arrow.too_large', text);
  }
  const body = await take(bodyBytes);
  return { header, kind, body, end: at };
}

function readMessage(metadata: Buffer) {
  const message = FlatTable.rootOf(metadata);
  if (message.short(0) < VERSION_MIN) throw unreadable('metadata of version 4 or 5');
  const header = message.table(2);
  if (header === undefined) throw unreadable('a message with a header');
  return { header, kind: message.byte(1), bodyBytes: message.long(3) };
}
