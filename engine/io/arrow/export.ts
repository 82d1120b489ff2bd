// Shared columns as an Arrow table, for tools that read Arrow.

import {
  Field,
  Float64,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  Table,
  tableToIPC,
} from 'apache-arrow';
import type { Columns } from '../../columns/columns.js';

/** The Arrow schema of columns: one float64 field each, NaN for what is not known. */
export function arrowSchema(names: readonly string[]): Schema {
  return new Schema(names.map((name) => new Field(name, new Float64(), false)));
}

/** A consistent copy of all rows as an Arrow table. Each row is whole; rows may differ in age. */
export function toArrow(columns: Columns): Table {
  const { names, rowCount } = columns;
  const copies = names.map(() => new Float64Array(rowCount));
  const row = new Float64Array(names.length);
  for (let index = 0; index < rowCount; index++) {
    columns.readRow(index, row);
    for (let column = 0; column < names.length; column++) copies[column]![index] = row[column]!;
  }
  const schema = arrowSchema(names);
  const children = copies.map((data) => makeData({ type: new Float64(), data }));
  const data = makeData({ type: new Struct(schema.fields), length: rowCount, children });
  return new Table(schema, new RecordBatch(schema, data));
}

/** The same table in Arrow's IPC stream format. */
export function toArrowIpc(columns: Columns): Uint8Array {
  return tableToIPC(toArrow(columns), 'stream');
}
