// Arrow IPC in: numbers as float64 columns and texts, batch by batch, nothing in it trusted.

import { open } from 'node:fs/promises';
import { ArrowBatch, type Dictionaries, takeDictionary } from './batch.js';
import { type FlatTable, unreadable, withinMetadata } from './flat-table.js';
import { type Bytes, openArrow } from './messages.js';
import {
  type ArrowColumn,
  type ArrowSchema,
  type NumberForm,
  readSchema,
  type TextForm,
} from './schema.js';

/** Kinds of messages. Source: arrow.apache.org, format/Message.fbs, union MessageHeader. */
const HEADER = { schema: 1, dictionary: 2, rows: 3 } as const;

/** What is read of a file. */
export interface ArrowReading {
  /**
   * Columns of numbers; whole numbers and floats of any width become float64, timestamps of any
   * unit microseconds.
   */
  readonly names: readonly string[];
  /** Columns of texts. */
  readonly texts: readonly string[];
  /** A larger batch is refused: it is held whole. */
  readonly bytesMax: number;
}

/** Rows of a batch; NaN and the empty text stand for what is missing. */
export interface ArrowRows {
  readonly numbers: readonly Float64Array[];
  readonly texts: readonly (readonly string[])[];
  readonly count: number;
}

/**
 * Reads a file of Arrow IPC, of the file or the stream format, batch by batch. Every offset, count
 * and length is held against the bytes that are there, so that a file may come from anywhere.
 * Errors: `arrow.unreadable`, `arrow.too_large`, of the file system.
 */
export async function* readArrowFile(
  path: string,
  reading: ArrowReading,
): AsyncGenerator<ArrowRows, void> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const read = async (at: number, length: number): Promise<Buffer> => {
      const buffer = Buffer.alloc(length);
      const { bytesRead } = await file.read(buffer, 0, length, at);
      if (bytesRead !== length) throw unreadable(`${path} to stay as long as it was`);
      return buffer;
    };
    yield* readBatches({ size, read }, reading);
  } finally {
    await file.close();
  }
}

/** Reads bytes of Arrow IPC batch by batch. Errors: `arrow.unreadable`, `arrow.too_large`. */
export async function* readArrowBytes(
  bytes: Uint8Array,
  reading: Omit<ArrowReading, 'bytesMax'>,
): AsyncGenerator<ArrowRows, void> {
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const read = async (at: number, length: number): Promise<Buffer> =>
    whole.subarray(at, at + length);
  yield* readBatches({ size: whole.length, read }, { ...reading, bytesMax: whole.length });
}

async function* readBatches(bytes: Bytes, reading: ArrowReading): AsyncGenerator<ArrowRows, void> {
  const { schema, messages } = await openArrow(bytes, reading.bytesMax);
  let table = schema && new ArrowTable(schema, reading);
  for await (const { header, kind, body } of messages) {
    const rows = withinMetadata(() => {
      if (kind === HEADER.schema && table === undefined) {
        table = new ArrowTable(readSchema(header), reading);
        return undefined;
      }
      if (table === undefined) throw unreadable('a schema before anything else');
      if (kind === HEADER.rows) return table.rows(header, body);
      if (kind !== HEADER.dictionary) throw unreadable(`rows, was a message of kind ${kind}`);
      table.take(header, body);
      return undefined;
    });
    if (rows !== undefined) yield rows;
  }
  if (table === undefined) throw unreadable('Arrow IPC with a schema');
}

/** A column that is wanted, and how it is read. */
interface Wanted<Form> {
  readonly column: ArrowColumn;
  readonly form: Form;
}

/** A table whose batches are read one by one. */
class ArrowTable {
  readonly #schema: ArrowSchema;
  readonly #numbers: readonly Wanted<NumberForm>[];
  readonly #texts: readonly Wanted<TextForm>[];
  readonly #dictionaries: Dictionaries = new Map();

  constructor(schema: ArrowSchema, { names, texts }: ArrowReading) {
    this.#schema = schema;
    const columnOf = (name: string): ArrowColumn => {
      const column = schema.columns.find((one) => one.name === name);
      if (column === undefined) throw unreadable(`a column ${name}`);
      return column;
    };
    this.#numbers = names.map((name) => {
      const column = columnOf(name);
      const { form } = column;
      if (form !== undefined && form.form !== 'text') return { column, form };
      throw unreadable(`whole numbers, floats or timestamps in ${name}`);
    });
    this.#texts = texts.map((name) => {
      const column = columnOf(name);
      const { form } = column;
      if (form?.form === 'text') return { column, form };
      throw unreadable(`texts in ${name}`);
    });
  }

  take(header: FlatTable, body: Buffer): void {
    const forms = this.#texts.map(({ form }) => form);
    takeDictionary(header, body, forms, this.#dictionaries);
  }

  rows(header: FlatTable, body: Buffer): ArrowRows {
    const batch = new ArrowBatch(header, body, this.#schema);
    const dictionaries = this.#dictionaries;
    return {
      numbers: this.#numbers.map(({ column, form }) => batch.numbers(column, form)),
      texts: this.#texts.map(({ column, form }) => batch.texts(column, form, dictionaries)),
      count: batch.count,
    };
  }
}
