// A file of rows as a table of the database, by what its bytes begin with rather than by its name.

import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { Fault, sqlText } from '../../engine/index.js';

/** First bytes of Parquet and of Arrow files, and of an Arrow stream since version 0.15. */
const PARQUET = 'PAR1';
const ARROW = ['ARROW1', '\xff\xff\xff\xff'];

/**
 * A file of CSV or Parquet as a table function. The types of CSV come from the whole file, so that
 * one bad value at its end makes a column of texts, and not a failure; `csv` says otherwise.
 * Errors: `data.missing_file`; `data.unreadable` for Arrow, which only sources of files read.
 */
export function fileTable(path: string, csv = 'sample_size = -1'): string {
  const head = headOf(path);
  if (ARROW.some((mark) => head.startsWith(mark))) {
    const text = `expected ${path} to be CSV or Parquet, was Arrow`;
    throw new Fault('data.unreadable', `${text}: write it as Parquet to use it here`);
  }
  const isParquet = head.startsWith(PARQUET) || path.endsWith('.parquet');
  return isParquet ? `read_parquet(${sqlText(path)})` : `read_csv(${sqlText(path)}, ${csv})`;
}

/** The first bytes of a file. A pipe could be read only once, and would be read again. */
function headOf(path: string): string {
  const kind = statSync(path, { throwIfNoEntry: false });
  if (kind?.isFile() !== true) {
    const found = kind === undefined ? '' : `, was a ${kind.isDirectory() ? 'folder' : 'pipe'}`;
    throw new Fault('data.missing_file', `expected a file at ${path}${found}`);
  }
  const head = Buffer.alloc(8);
  const file = openSync(path, 'r');
  try {
    return head.toString('latin1', 0, readSync(file, head, 0, head.length, 0));
  } finally {
    closeSync(file);
  }
}
