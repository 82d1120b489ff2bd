// Shared columns as an Arrow table, for tools that read Arrow.

import type { Schema, Table } from 'apache-arrow';
import type { Columns } from '../../columns/columns.js';

/** Loaded where a table is made: worker threads, which make none, start without it. */
const loadArrow = () => import('apache-arrow');

/** The Arrow schema of columns: one float64 field each, NaN for what is not known. */
export async function arrowSchema(names: readonly string[]): Promise<Schema> {
  const { Field, Float64, Schema } = await loadArrow();
  return new Schema(names.map((name) => new Field(name, new Float64(), false)));
}

/** A consistent copy of all rows as an Arrow table. Each row is whole; rows may differ in age. */
export async function toArrow(columns: Columns): Promise<Table> {
  const { Float64, makeData, RecordBatch, Struct, Table } = await loadArrow();
  const schema = await arrowSchema(columns.names);
  const { names, rowCount } = columns;
  const copies = names.map(() => new Float64Array(rowCount));
  const row = new Float64Array(names.length);
  for (let index = 0; index < rowCount; index++) {
    columns.readRow(index, row);
    for (let column = 0; column < names.length; column++) copies[column]![index] = row[column]!;
  }
  const children = copies.map((data) => makeData({ type: new Float64(), data }));
  const data = makeData({ type: new Struct(schema.fields), length: rowCount, children });
  return new Table(schema, new RecordBatch(schema, data));
}

/** The same table in Arrow's IPC stream format. */
export async function toArrowIpc(columns: Columns): Promise<Uint8Array> {
  const { tableToIPC } = await loadArrow();
  return tableToIPC(await toArrow(columns), 'stream');
}
