// The log that records are safe in until they are a table: checksummed blocks, readable when torn.

import { type FileHandle, open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { Fault } from '../../engine/index.js';

/**
 * A block: magic, length of the head and of the body, checksum of both; a head in JSON; a body.
 *
 * ```
 * byte 0  magic u32 "SLR1"    4  head bytes u32    8  body bytes u32    12  crc u32    16  both
 * ```
 */
const MAGIC = 0x31524c53;
const START_BYTES = 16;

/** Longest head: a frame's names, with room. Units: bytes. */
export const HEAD_BYTES_MAX = 4 * 1024 * 1024;
/** Longest body: a vendor's longest answer. Units: bytes. */
export const BODY_BYTES_MAX = 64 * 1024 * 1024;

/** A block as it is written and read. */
export interface Block {
  readonly head: string;
  readonly body: Uint8Array;
}

/** A block as bytes. */
export function blockBytes({ head, body }: Block): Buffer {
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

/** What a writer needs of its file. */
export type SegmentFile = Pick<FileHandle, 'appendFile' | 'datasync' | 'truncate' | 'close'>;

/** A segment that is being written. */
export class SegmentWriter {
  readonly path: string;
  readonly #file: SegmentFile;
  #bytes = 0;
  /** Bytes of blocks that are on disk. */
  #wholeBytes = 0;
  #isBroken = false;
  #waiting: Buffer[] = [];
  #round: Promise<void> = Promise.resolve();
  #next: Promise<void> | undefined;

  /** Writes to a new file that is opened for appending. */
  constructor(path: string, file: SegmentFile) {
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

  /** True once a torn write could not be taken back: whoever writes needs another segment. */
  get isBroken(): boolean {
    return this.#isBroken;
  }

  /**
   * Appends a block; resolves once it is on disk. Blocks that come meanwhile go together. Errors:
   * `recording.torn`, of the file system.
   */
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
    const bytes = Buffer.concat(this.#waiting.splice(0));
    try {
      if (this.#isBroken) {
        throw new Fault('recording.torn', `expected a whole segment, ${this.path} ends torn`);
      }
      await this.#file.appendFile(bytes);
      await this.#file.datasync();
      this.#wholeBytes += bytes.length;
    } catch (error) {
      this.#bytes -= bytes.length;
      await this.#takeBack();
      throw error;
    }
  }

  /** A reader stops at a block that is torn: nothing may be acknowledged behind one. */
  async #takeBack(): Promise<void> {
    if (this.#isBroken) return;
    try {
      await this.#file.truncate(this.#wholeBytes);
    } catch {
      // The write's own error is told; this one only means that the segment takes no more.
      this.#isBroken = true;
    }
  }

  async close(): Promise<void> {
    await this.#next?.catch(() => {});
    await this.#round.catch(() => {});
    await this.#file.close();
  }
}
