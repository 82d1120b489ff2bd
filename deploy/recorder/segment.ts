// The log that records are safe in until they are a table: checksummed blocks, readable when torn.

import { type FileHandle, open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';

/**
 * A block: magic, length of the head and of the body, checksum of both; a head in JSON; a body.
 *
 * ```
 * byte 0  magic u32 "SLR1"    4  head bytes u32    8  body bytes u32    12  crc u32    16  both
 * ```
 */
const MAGIC = 0x31524c53;
const START_BYTES = 16;

/** Longest head and body: a frame's bounds with room. Units: bytes. */
const HEAD_BYTES_MAX = 4 * 1024 * 1024;
const BODY_BYTES_MAX = 8 * 1024 * 1024;

/** A block as it is written and read. */
export interface Block {
  readonly head: string;
  readonly body: Uint8Array;
}

/** A block as bytes. */
function blockBytes({ head, body }: Block): Buffer {
  const text = Buffer.from(head);
  const bytes = Buffer.alloc(START_BYTES + text.length + body.byteLength);
  bytes.writeUInt32LE(MAGIC, 0);
  bytes.writeUInt32LE(text.length, 4);
  bytes.writeUInt32LE(body.byteLength, 8);
  text.copy(bytes, START_BYTES);
  bytes.set(body, START_BYTES + text.length);
  bytes.writeUInt32LE(crc32(bytes.subarray(START_BYTES)), 12);
  return bytes;
}

/** What a segment holds. */
export interface SegmentScan {
  readonly blocks: readonly Block[];
  /** Bytes of whole blocks; what is behind them is torn. */
  readonly wholeBytes: number;
}

/** Reads blocks up to the first that is not whole. */
export function scanSegment(bytes: Buffer): SegmentScan {
  const blocks: Block[] = [];
  let at = 0;
  while (at + START_BYTES <= bytes.length && bytes.readUInt32LE(at) === MAGIC) {
    const headBytes = bytes.readUInt32LE(at + 4);
    const bodyBytes = bytes.readUInt32LE(at + 8);
    const end = at + START_BYTES + headBytes + bodyBytes;
    if (headBytes > HEAD_BYTES_MAX || bodyBytes > BODY_BYTES_MAX || end > bytes.length) break;
    const data = bytes.subarray(at + START_BYTES, end);
    if (crc32(data) !== bytes.readUInt32LE(at + 12)) break;
    blocks.push({ head: data.toString('utf8', 0, headBytes), body: data.subarray(headBytes) });
    at = end;
  }
  return { blocks, wholeBytes: at };
}

/** A segment that is being written. */
export class SegmentWriter {
  readonly path: string;
  readonly #file: FileHandle;
  #bytes = 0;
  #waiting: Buffer[] = [];
  #round: Promise<void> = Promise.resolve();
  #next: Promise<void> | undefined;

  private constructor(path: string, file: FileHandle) {
    this.path = path;
    this.#file = file;
  }

  /** Opens a new file. */
  static async open(path: string): Promise<SegmentWriter> {
    return new SegmentWriter(path, await open(path, 'ax'));
  }

  /** Bytes written and waiting. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Appends a block; resolves once it is on disk. Blocks that come meanwhile go together. */
  append(block: Block): Promise<void> {
    const bytes = blockBytes(block);
    this.#bytes += bytes.length;
    this.#waiting.push(bytes);
    // One round writes all that waits when it begins: this block is in the next one.
    this.#next ??= this.#round
      .catch(() => {})
      .then(() => {
        this.#next = undefined;
        this.#round = this.#write();
        return this.#round;
      });
    return this.#next;
  }

  async #write(): Promise<void> {
    await this.#file.appendFile(Buffer.concat(this.#waiting.splice(0)));
    await this.#file.datasync();
  }

  async close(): Promise<void> {
    await this.#next?.catch(() => {});
    await this.#round.catch(() => {});
    await this.#file.close();
  }
}
