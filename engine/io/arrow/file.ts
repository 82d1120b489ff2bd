// Arrow IPC in and out: numbers as float64 columns and texts, read from files, written as streams.

import { readFile, stat } from 'node:fs/promises';
import { Fault } from '../../core/fault.js';

/** Loaded where a table is read or written: worker threads, which do neither, start without it. */
const loadArrow = () => import('apache-arrow');

/** What is read of a file. */
export interface ArrowReading {
  /** Columns of numbers; whole numbers and floats of any width become float64. */
  readonly names: readonly string[];
  /** Columns of texts. */
  readonly texts: readonly string[];
  /** A larger file is refused: it is read whole. */
  readonly bytesMax: number;
}

/** Rows of a batch; NaN and the empty text stand for what is missing. */
export interface ArrowRows {
  readonly numbers: readonly Float64Array[];
  readonly texts: readonly (readonly string[])[];
  readonly count: number;
}

/**
 * Reads a file of Arrow IPC, of the file or the stream format, batch by batch.
 * Errors: `arrow.unreadable`, `arrow.too_large`.
 */
export async function* readArrowFile(
  path: string,
  reading: ArrowReading,
): AsyncGenerator<ArrowRows, void> {
  const { size } = await stat(path);
  if (size > reading.bytesMax) {
    throw new Fault('arrow.too_large', `expected at most ${reading.bytesMax} bytes in ${path}`);
  }
  yield* readArrowBytes(await readFile(path), reading);
}

/** Reads bytes of Arrow IPC batch by batch. Errors: `arrow.unreadable`. */
export async function* readArrowBytes(
  bytes: Uint8Array,
  { names, texts }: Omit<ArrowReading, 'bytesMax'>,
): AsyncGenerator<ArrowRows, void> {
  const { tableFromIPC } = await loadArrow();
  try {
    const table = tableFromIPC(bytes);
    for (const batch of table.batches) {
      // A row of numbers has a byte at least: a count beyond that is made up.
      if (batch.numRows * names.length > bytes.length) {
        throw new Fault('arrow.unreadable', `expected at most ${bytes.length} rows`);
      }
      const columnOf = (name: string) => {
        const column = batch.getChild(name);
        if (column === null || column.length !== batch.numRows) {
          throw new Fault('arrow.unreadable', `expected a column ${name}`);
        }
        return column;
      };
      yield {
        count: batch.numRows,
        numbers: names.map((name) => {
          const column = columnOf(name);
          return Float64Array.from({ length: batch.numRows }, (_, row) =>
            numberOf(column.get(row)),
          );
        }),
        texts: texts.map((name) => {
          const column = columnOf(name);
          return Array.from({ length: batch.numRows }, (_, row) => {
            const value: unknown = column.get(row);
            return typeof value === 'string' ? value : '';
          });
        }),
      };
    }
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw new Fault('arrow.unreadable', 'expected Arrow IPC', { cause: error });
  }
}

function numberOf(value: unknown): number {
  if (typeof value === 'number') return value;
  return typeof value === 'bigint' ? Number(value) : Number.NaN;
}

/** Columns of one length. */
export interface ArrowColumns {
  readonly numbers: Readonly<Record<string, Float64Array>>;
  readonly texts: Readonly<Record<string, readonly string[]>>;
}

/** Columns as bytes of Arrow's IPC stream format; texts are stored once each. */
export async function arrowBytes({ numbers, texts }: ArrowColumns): Promise<Uint8Array> {
  const { Dictionary, Int32, Table, tableToIPC, Utf8, vectorFromArray } = await loadArrow();
  const columns = [
    ...Object.entries(texts).map(
      ([name, values]) =>
        [name, vectorFromArray(values, new Dictionary(new Utf8(), new Int32()))] as const,
    ),
    ...Object.entries(numbers).map(([name, values]) => [name, vectorFromArray(values)] as const),
  ];
  return tableToIPC(new Table(Object.fromEntries(columns)), 'stream');
}
