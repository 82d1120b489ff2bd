// Lines of a text file, plain or gzip, in batches and in bounded memory.

import { closeSync, createReadStream, existsSync, openSync, readSync, statSync } from 'node:fs';
import { pipeline } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { createGunzip } from 'node:zlib';
import { Fault } from '../../../engine/index.js';

/** Longest line. A Binance snapshot of 5,000 levels a side has 400 kB. Units: characters. */
export const LINE_CHARACTERS_MAX = 4 * 1024 * 1024;

/** Bytes read at a time. */
const CHUNK_BYTES = 64 * 1024;

/**
 * Gives the lines of a file, without their ends, in batches; empty lines too, so that numbers
 * agree with an editor's. Errors: `data.missing_file`, `data.unreadable` (not a file, or damaged
 * gzip), `data.line_too_long`.
 */
export async function* linesOf(path: string): AsyncGenerator<readonly string[]> {
  if (!existsSync(path)) throw new Fault('data.missing_file', `expected a file at ${path}`);
  if (!statSync(path).isFile()) throw new Fault('data.unreadable', `expected ${path} to be a file`);
  const file = createReadStream(path, { highWaterMark: CHUNK_BYTES });
  const source = isGzip(path)
    ? pipeline(file, createGunzip({ chunkSize: CHUNK_BYTES }), () => {
        // The iteration below meets the same error, and tells it.
      })
    : file;
  const decoder = new StringDecoder('utf8');
  let rest = '';
  let count = 0;
  const iterator = source[Symbol.asyncIterator]();
  try {
    for (;;) {
      const step = await nextChunk(iterator, path);
      if (step === undefined) break;
      const lines = (rest + decoder.write(step)).split('\n');
      rest = lines.pop() ?? '';
      count += lines.length;
      if (rest.length > LINE_CHARACTERS_MAX) throw tooLong(path, count + 1);
      if (lines.length > 0) yield lines.map(withoutReturn);
    }
    rest += decoder.end();
    if (rest !== '') yield [withoutReturn(rest)];
  } finally {
    file.destroy();
    source.destroy();
  }
}

/** The next chunk; undefined at the end. */
async function nextChunk(
  iterator: AsyncIterator<unknown>,
  path: string,
): Promise<Buffer | undefined> {
  try {
    const step = await iterator.next();
    // Without an encoding both kinds of stream give buffers.
    return step.done === true ? undefined : (step.value as Buffer);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Fault('data.unreadable', `expected ${path} to be readable to its end, was: ${why}`, {
      cause: error,
    });
  }
}

function tooLong(path: string, line: number): Fault {
  return new Fault(
    'data.line_too_long',
    `${path}, line ${line}: expected at most ${LINE_CHARACTERS_MAX} characters`,
  );
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}

/** Whether a file begins as gzip does. Source: RFC 1952, 2.3.1. */
function isGzip(path: string): boolean {
  const file = openSync(path, 'r');
  try {
    const head = Buffer.alloc(2);
    return readSync(file, head, 0, 2, 0) === 2 && head[0] === 0x1f && head[1] === 0x8b;
  } finally {
    closeSync(file);
  }
}
