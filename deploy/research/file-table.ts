// A file of rows as a table of the database, by what its bytes begin with rather than by its name.

import { closeSync, openSync, readSync, type Stats, statSync } from 'node:fs';
import { constants, gunzipSync } from 'node:zlib';
import { Fault, sqlText } from '../../engine/index.js';
import { delimiterOf, QuoteScan } from './csv-quotes.js';

/** First bytes of Parquet and of Arrow files, and of an Arrow stream since version 0.15. */
const PARQUET = 'PAR1';
const ARROW = ['ARROW1', '\xff\xff\xff\xff'];

/** Longest line of CSV: the database's own limit, which it is slow to tell. Units: bytes. */
const LINE_BYTES_MAX = 2 * 1024 * 1024;

/** Bytes of a file looked at together. */
const LOOK_BYTES = 1024 * 1024;

const LINE_END = 0x0a;

/** Bytes that tell what a file is, and such as a header fits into. */
const MARK_BYTES = 8;
const HEADER_BYTES = 64 * 1024;

/** First bytes of packed CSV, of whose lines the database alone sees more than the first. */
const GZIP = '\x1f\x8b';

/** Bytes of such a file that its first line is looked for in; they unpack to 8 MiB at most. */
const PACKED_BYTES = 8 * 1024;

/**
 * A file of CSV or Parquet as a table function. The types of CSV come from the whole file, so that
 * one bad value at its end makes a column of texts, and not a failure; `csv` says otherwise.
 * Errors: `data.missing_file`; `data.unreadable` for Arrow, which only sources of files read, for
 * what is empty, and for CSV with an endless line or a quote that is not closed.
 */
export function fileTable(path: string, csv = 'sample_size = -1'): string {
  const head = headOf(path);
  if (ARROW.some((mark) => head.startsWith(mark))) {
    const text = `expected ${path} to be CSV or Parquet, was Arrow`;
    throw new Fault('data.unreadable', `${text}: write it as Parquet to use it here`);
  }
  const isParquet = head.startsWith(PARQUET) || path.endsWith('.parquet');
  if (isParquet) return `read_parquet(${sqlText(path)})`;
  if (head === '')
    throw new Fault('data.unreadable', `expected ${path} to be CSV or Parquet, was empty`);
  if (!head.startsWith(GZIP)) {
    checkLines(path);
    return `read_csv(${sqlText(path)}, ${csv})`;
  }
  // Else it would take a quote that is not closed for a part of its cell.
  const quotes = `delim = ${sqlText(delimiterOf(firstLineOf(path)))}, quote = '"', escape = '"'`;
  const form = csv.includes('quote =') ? csv : `${csv}, ${quotes}`;
  return `read_csv(${sqlText(path)}, ${form}, compression = 'gzip')`;
}

/** The first line of a file of text, as far as it is looked at. Errors: `data.missing_file`. */
export function firstLineOf(path: string): string {
  const head = headOf(path, HEADER_BYTES);
  const text = head.startsWith(GZIP) ? unpacked(head.slice(0, PACKED_BYTES)) : head;
  return text.split('\n', 1)[0] ?? '';
}

/** What the beginning of a packed file unpacks to; nothing where it is damaged. */
function unpacked(head: string): string {
  try {
    const bytes = Buffer.from(head, 'latin1');
    return gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH }).toString('latin1');
  } catch {
    // The database tells what is wrong with it.
    return '';
  }
}

/** The first bytes of a file. A pipe could be read only once, and would be read again. */
function headOf(path: string, bytes = MARK_BYTES): string {
  const kind = kindOf(path);
  if (kind?.isFile() !== true) {
    const found = kind === undefined ? '' : `, was a ${kind.isDirectory() ? 'folder' : 'pipe'}`;
    throw new Fault('data.missing_file', `expected a file at ${path}${found}`);
  }
  const head = Buffer.alloc(bytes);
  return opened(path, (file) =>
    head.toString('latin1', 0, readSync(file, head, 0, head.length, 0)),
  );
}

function kindOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    throw unopened(path, error);
  }
}

function opened<T>(path: string, read: (file: number) => T): T {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    throw unopened(path, error);
  }
  try {
    return read(file);
  } finally {
    closeSync(file);
  }
}

function unopened(path: string, error: unknown): Fault {
  const said = error instanceof Error ? error.message : String(error);
  const text = `expected a file at ${path} that can be opened (${said})`;
  return new Fault('data.missing_file', text, { cause: error });
}

/**
 * Refuses a file with an endless line, which the database would take minutes to refuse, and one
 * with a quote that is not closed, for which it would find a form of CSV without quotes.
 */
function checkLines(path: string): void {
  const bytes = Buffer.alloc(LOOK_BYTES);
  const quotes = new QuoteScan(delimiterOf(firstLineOf(path)));
  opened(path, (file) => {
    let line = 1;
    let length = 0;
    for (;;) {
      const count = readSync(file, bytes, 0, bytes.length, null);
      if (count === 0) break;
      quotes.take(bytes.subarray(0, count));
      let start = 0;
      while (start < count) {
        const end = bytes.subarray(0, count).indexOf(LINE_END, start);
        length += (end < 0 ? count : end) - start;
        if (length > LINE_BYTES_MAX) {
          const text = `expected ${path} to be CSV, line ${line} is longer than ${LINE_BYTES_MAX} bytes`;
          throw new Fault('data.unreadable', text);
        }
        if (end < 0) break;
        line++;
        length = 0;
        start = end + 1;
      }
    }
  });
  const place = quotes.unclosedAt();
  if (place < 0) return;
  const text = `expected ${path} to be CSV, a quote on line ${lineAt(path, place)} is not closed`;
  throw new Fault('data.unreadable', text);
}

/** The line of a place in a file, from 1. */
function lineAt(path: string, place: number): number {
  const bytes = Buffer.alloc(LOOK_BYTES);
  return opened(path, (file) => {
    let line = 1;
    for (let at = 0; at < place; at += LOOK_BYTES) {
      const count = readSync(file, bytes, 0, Math.min(bytes.length, place - at), at);
      for (const byte of bytes.subarray(0, count)) if (byte === LINE_END) line++;
    }
    return line;
  });
}
