// What came over a socket and when, in memory that was there before: noting it makes no garbage.

/** Bytes that may come: seconds of all quotes at 100,000 prints a second. */
const LOG_BYTES = 128 * 1024 ** 2;

/** Chunks that they may come in. */
const CHUNKS_MAX = 1024 ** 2;

/** A message and when its last byte came. */
export interface Received {
  readonly payload: Buffer;
  /** Units: microseconds of the machine's monotonic clock. */
  readonly atUs: number;
}

/** The memory of a log, which threads may share. */
export interface LogMemory {
  readonly bytes: SharedArrayBuffer;
  /** By chunk: where it ends, and when it came. */
  readonly chunks: SharedArrayBuffer;
  /** Chunks so far. */
  readonly count: SharedArrayBuffer;
}

/** Allocates a log, and touches its pages, which would else be found one by one while it fills. */
export function createLog(bytesMax = LOG_BYTES, chunksMax = CHUNKS_MAX): LogMemory {
  const bytes = new SharedArrayBuffer(bytesMax);
  const chunks = new SharedArrayBuffer(chunksMax * 16);
  Buffer.from(bytes).fill(1);
  new Float64Array(chunks).fill(1);
  return { bytes, chunks, count: new SharedArrayBuffer(4) };
}

/** Writes a log. */
export class LogWriter {
  readonly #bytes: Buffer;
  readonly #chunks: Float64Array;
  readonly #count: Int32Array;
  #at = 0;

  constructor({ bytes, chunks, count }: LogMemory) {
    this.#bytes = Buffer.from(bytes);
    this.#chunks = new Float64Array(chunks);
    this.#count = new Int32Array(count);
  }

  /** Notes the first `length` bytes of a chunk. Errors: an `Error` where there is no more room. */
  // hot
  note(chunk: Buffer, length: number, atUs: number): void {
    const index = this.#count[0]!;
    const bytesMax = this.#bytes.length;
    const chunksMax = this.#chunks.length / 2;
    if (index >= chunksMax || this.#at + length > bytesMax) {
      throw new Error(`expected at most ${bytesMax} bytes in ${chunksMax} chunks from a socket`);
    }
    chunk.copy(this.#bytes, this.#at, 0, length);
    this.#at += length;
    this.#chunks[2 * index] = this.#at;
    this.#chunks[2 * index + 1] = atUs;
    this.#count[0] = index + 1;
  }
}

/** The payloads of the frames in a log, each with the time of its last byte. */
export function receivedIn({ bytes, chunks, count }: LogMemory): Received[] {
  const times = new Float64Array(chunks);
  const all = Buffer.from(bytes);
  const chunkCount = new Int32Array(count)[0]!;
  const received: Received[] = [];
  let from = 0;
  for (let chunk = 0; chunk < chunkCount; chunk++) {
    const come = all.subarray(0, times[2 * chunk]);
    for (;;) {
      const frame = frameIn(come, from);
      if (frame === undefined || frame.to > come.length) break;
      const payload = come.subarray(frame.from, frame.to);
      received.push({ payload, atUs: times[2 * chunk + 1]! });
      from = frame.to;
    }
  }
  return received;
}

/** Where the payload of the frame at `at` is; undefined before its head has come. */
function frameIn(
  bytes: Buffer,
  at: number,
): { readonly from: number; readonly to: number } | undefined {
  if (bytes.length < at + 2) return undefined;
  const short = bytes[at + 1]! & 127;
  const from = at + (short === 126 ? 4 : short === 127 ? 10 : 2);
  if (bytes.length < from) return undefined;
  if (short < 126) return { from, to: from + short };
  const size = short === 126 ? bytes.readUInt16BE(at + 2) : Number(bytes.readBigUInt64BE(at + 2));
  return { from, to: from + size };
}
