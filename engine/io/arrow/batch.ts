// A batch of rows of an Arrow table: its columns out of its buffers, whose bounds are checked.

import { type FlatTable, type FlatVector, unreadable } from './flat-table.js';
import type { ArrowColumn, ArrowSchema, NumberForm, TextForm } from './schema.js';

/** Texts of a dictionary, over all its parts. */
const DICTIONARY_MAX = 16_777_216;

/** Bytes of a node and of a buffer's place, two longs each. */
const PAIR_BYTES = 16;

/** Rows of a batch: each becomes a double a column, whatever it was before. */
const ROWS_MAX = 4_194_304;

/** Texts by the number of their dictionary. */
export type Dictionaries = Map<number, string[]>;

/** A batch whose columns can be read. */
export class ArrowBatch {
  readonly #table: FlatTable;
  readonly #body: Buffer;
  readonly #nodes: FlatVector;
  readonly #buffers: FlatVector;
  /** Rows; every column that is read has as many. */
  readonly count: number;

  /** A batch of a table, and its body. Errors: `arrow.unreadable`. */
  constructor(table: FlatTable, body: Buffer, { nodes, buffers }: Omit<ArrowSchema, 'columns'>) {
    this.#table = table;
    this.#body = body;
    this.count = table.long(0);
    this.#nodes = table.vector(1, PAIR_BYTES);
    this.#buffers = table.vector(2, PAIR_BYTES);
    if (table.has(3)) throw unreadable('columns that are not compressed');
    if (this.count > ROWS_MAX) {
      throw unreadable(
        `at most ${ROWS_MAX} rows in a batch, was ${this.count}; write smaller ones`,
      );
    }
    if (this.#nodes.length !== nodes || this.#buffers.length !== buffers) {
      throw unreadable(`${nodes} columns and ${buffers} buffers as the schema has them`);
    }
  }

  /** A column of numbers; NaN stands for what is missing. Errors: `arrow.unreadable`. */
  numbers(column: ArrowColumn, form: NumberForm): Float64Array {
    const isThere = this.#validity(column);
    const values = this.#numbers(column.buffer + 1, form, column.name);
    if (isThere === undefined) return values;
    for (let row = 0; row < this.count; row++) if (!isThere(row)) values[row] = Number.NaN;
    return values;
  }

  /** A column of texts; the empty one stands for what is missing. Errors: `arrow.unreadable`. */
  texts(column: ArrowColumn, form: TextForm, dictionaries: Dictionaries): readonly string[] {
    const isThere = this.#validity(column) ?? (() => true);
    const { dictionary } = form;
    if (dictionary === undefined) return this.#ownTexts(column, form, isThere);
    const texts = dictionaries.get(dictionary.id);
    if (texts === undefined) throw unreadable(`the dictionary of ${column.name} before its rows`);
    const indexes = this.#numbers(column.buffer + 1, dictionary.indexes, column.name);
    return Array.from(indexes, (index, row) => {
      if (!isThere(row)) return '';
      const text = texts[index];
      if (text === undefined) {
        throw unreadable(`indexes of ${column.name} below ${texts.length}, was ${index}`);
      }
      return text;
    });
  }

  #numbers(buffer: number, { form, width, isSigned, factor }: NumberForm, name: string) {
    const bytes = this.#bytes(buffer, this.count * width, name);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const read = readerOf(view, form, width, isSigned);
    const values = new Float64Array(this.count);
    for (let row = 0; row < this.count; row++) values[row] = read(row * width) * factor;
    return values;
  }

  #ownTexts(
    { buffer, name }: ArrowColumn,
    { offsetWidth }: TextForm,
    isThere: (row: number) => boolean,
  ): readonly string[] {
    if (this.count === 0) return [];
    const offsets = this.#bytes(buffer + 1, (this.count + 1) * offsetWidth, name);
    const bytes = this.#bytes(buffer + 2, 0, name);
    const view = new DataView(offsets.buffer, offsets.byteOffset, offsets.byteLength);
    const read = readerOf(view, 'int', offsetWidth, true);
    let end = read(0);
    return Array.from({ length: this.count }, (_, row) => {
      const from = end;
      end = read((row + 1) * offsetWidth);
      // Texts that follow each other can't be more than their bytes, all together.
      if (!(from >= 0 && end >= from && end <= bytes.length)) {
        throw unreadable(`texts of ${name} one behind the other within ${bytes.length} bytes`);
      }
      return isThere(row) ? bytes.toString('utf8', from, end) : '';
    });
  }

  /** Whether a row has a value; undefined where all have. */
  #validity({ node, buffer, name }: ArrowColumn): ((row: number) => boolean) | undefined {
    const at = this.#nodes.at + node * PAIR_BYTES;
    const length = this.#table.longAt(at);
    if (length !== this.count) throw unreadable(`${this.count} rows in ${name}, was ${length}`);
    if (this.#table.longAt(at + 8) === 0) return undefined;
    const bits = this.#bytes(buffer, Math.ceil(this.count / 8), name);
    return (row) => (bits[row >> 3]! & (1 << (row & 7))) !== 0;
  }

  /** A buffer inside of the body, of so many bytes at least. */
  #bytes(buffer: number, bytesMin: number, name: string): Buffer {
    const at = this.#buffers.at + buffer * PAIR_BYTES;
    const start = this.#table.longAt(at);
    const length = this.#table.longAt(at + 8);
    if (start + length > this.#body.length || length < bytesMin) {
      throw unreadable(`${bytesMin} bytes of ${name} within ${this.#body.length}, was ${length}`);
    }
    return this.#body.subarray(start, start + length);
  }
}

/** Reads the values of a form by their place. */
function readerOf(
  view: DataView,
  form: NumberForm['form'],
  width: NumberForm['width'],
  isSigned: boolean,
): (at: number) => number {
  if (form === 'float') {
    return width === 4 ? (at) => view.getFloat32(at, true) : (at) => view.getFloat64(at, true);
  }
  switch (width) {
    case 1:
      return isSigned ? (at) => view.getInt8(at) : (at) => view.getUint8(at);
    case 2:
      return isSigned ? (at) => view.getInt16(at, true) : (at) => view.getUint16(at, true);
    case 4:
      return isSigned ? (at) => view.getInt32(at, true) : (at) => view.getUint32(at, true);
    case 8:
      return isSigned
        ? (at) => view.getInt32(at + 4, true) * 2 ** 32 + view.getUint32(at, true)
        : (at) => view.getUint32(at + 4, true) * 2 ** 32 + view.getUint32(at, true);
  }
}

/**
 * Takes a batch of a dictionary, if one of the columns' forms has it. Errors: `arrow.unreadable`.
 */
export function takeDictionary(
  table: FlatTable,
  body: Buffer,
  forms: readonly TextForm[],
  dictionaries: Dictionaries,
): void {
  const id = table.long(0);
  const form = forms.find(({ dictionary }) => dictionary?.id === id);
  if (form === undefined) return;
  const data = table.table(1);
  if (data === undefined) throw unreadable('a dictionary with its texts');
  const name = `dictionary ${id}`;
  const own: TextForm = { form: 'text', offsetWidth: form.offsetWidth };
  const column: ArrowColumn = { name, form: own, node: 0, buffer: 0 };
  const batch = new ArrowBatch(data, body, { nodes: 1, buffers: 3 });
  const isMore = table.byte(2) !== 0;
  // In place: a file of a million additions must not copy it a million times.
  const texts = (isMore ? dictionaries.get(id) : undefined) ?? [];
  if (texts.length + batch.count > DICTIONARY_MAX) {
    throw unreadable(`at most ${DICTIONARY_MAX} texts in ${name}`);
  }
  for (const text of batch.texts(column, own, dictionaries)) texts.push(text);
  dictionaries.set(id, texts);
}
