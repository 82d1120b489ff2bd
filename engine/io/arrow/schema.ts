// The columns of an Arrow table as its schema tells them: what kind each is of, and where it lies.

import { type FlatTable, unreadable } from './flat-table.js';

/** Types of a column. Source: arrow.apache.org, format/Schema.fbs, union Type. */
const TYPE = {
  null: 1,
  int: 2,
  float: 3,
  binary: 4,
  utf8: 5,
  decimal: 7,
  timestamp: 10,
  interval: 11,
  list: 12,
  struct: 13,
  fixedList: 16,
  map: 17,
  duration: 18,
  largeBinary: 19,
  largeUtf8: 20,
  largeList: 21,
} as const;

/** Deepest nesting of columns in columns. */
const DEPTH_MAX = 16;

/** Most columns, nested ones among them. */
const COLUMNS_MAX = 16_384;

/** A column of numbers as it lies in its buffer. */
export interface NumberForm {
  readonly form: 'int' | 'float';
  /** Units: bytes. */
  readonly width: 1 | 2 | 4 | 8;
  readonly isSigned: boolean;
  /** What a value is multiplied by: timestamps become microseconds. */
  readonly factor: number;
}

/** A column of texts: its own, or indexes into a dictionary. */
export interface TextForm {
  readonly form: 'text';
  /** Of the places where texts begin. Units: bytes. */
  readonly offsetWidth: 4 | 8;
  readonly dictionary?: { readonly id: number; readonly indexes: NumberForm };
}

/** A column. */
export interface ArrowColumn {
  readonly name: string;
  /** How it is read; undefined for one that is not read here. */
  readonly form: NumberForm | TextForm | undefined;
  /** Number of its first node and buffer in a batch. */
  readonly node: number;
  readonly buffer: number;
}

/** Columns of a table. */
export interface ArrowSchema {
  readonly columns: readonly ArrowColumn[];
  /** Nodes and buffers that each batch has. */
  readonly nodes: number;
  readonly buffers: number;
}

/**
 * Reads a schema. Errors: `arrow.unreadable`, also for columns whose place in a batch only their
 * reader could tell (unions, views, runs), and for big-endian bytes.
 * Source: arrow.apache.org, Columnar Format: Buffer Listing for Each Layout; format/Schema.fbs.
 */
export function readSchema(table: FlatTable): ArrowSchema {
  if (table.short(0) !== 0) throw unreadable('little-endian numbers');
  const counter = { nodes: 0, buffers: 0 };
  const columns = table.tables(1).map((field): ArrowColumn => {
    const { nodes: node, buffers: buffer } = counter;
    count(field, 0, counter);
    return { name: field.text(0), form: formOf(field), node, buffer };
  });
  return { columns, ...counter };
}

/** Counts the nodes and buffers of a column and of those in it. */
function count(field: FlatTable, depth: number, counter: { nodes: number; buffers: number }): void {
  counter.nodes++;
  if (depth > DEPTH_MAX || counter.nodes > COLUMNS_MAX) {
    throw unreadable(`at most ${COLUMNS_MAX} columns, nested at most ${DEPTH_MAX} times`);
  }
  // What is in the dictionary is no part of the batch: only indexes are.
  if (field.has(4)) {
    counter.buffers += 2;
    return;
  }
  counter.buffers += buffersOf(field.byte(2));
  for (const child of field.tables(5)) count(child, depth + 1, counter);
}

/** Buffers of a type without those of the columns in it. */
function buffersOf(type: number): number {
  switch (type) {
    case TYPE.null:
      return 0;
    case TYPE.struct:
    case TYPE.fixedList:
      return 1;
    case TYPE.binary:
    case TYPE.utf8:
    case TYPE.largeBinary:
    case TYPE.largeUtf8:
      return 3;
    default: {
      // From 2 to 21 but for unions (14) all others have two: validity, and values or offsets.
      const isKnown = type >= TYPE.int && type <= TYPE.largeList && type !== 14;
      if (!isKnown) throw unreadable(`columns without unions, views and runs, was type ${type}`);
      return 2;
    }
  }
}

function formOf(field: FlatTable): ArrowColumn['form'] {
  const type = field.byte(2);
  const dictionary = field.table(4);
  if (type === TYPE.utf8 || type === TYPE.largeUtf8) {
    const text = { form: 'text', offsetWidth: type === TYPE.utf8 ? 4 : 8 } as const;
    if (dictionary === undefined) return text;
    const indexes = intOf(dictionary.table(1), 1) ?? int(4, true, 1);
    return { ...text, dictionary: { id: dictionary.long(0), indexes } };
  }
  const described = field.table(3);
  if (dictionary !== undefined || described === undefined) return undefined;
  if (type === TYPE.int) return intOf(described, 1);
  if (type === TYPE.timestamp) return int(8, true, MICROSECONDS[described.short(0)] ?? Number.NaN);
  if (type !== TYPE.float) return undefined;
  const width = ([undefined, 4, 8] as const)[described.short(0)];
  return width && { form: 'float', width, isSigned: true, factor: 1 };
}

/** Microseconds of a timestamp's unit: seconds, milliseconds, microseconds, nanoseconds. */
const MICROSECONDS = [1_000_000, 1_000, 1, 0.001];

const WIDTHS: Readonly<Record<number, NumberForm['width']>> = { 8: 1, 16: 2, 32: 4, 64: 8 };

function intOf(described: FlatTable | undefined, factor: number): NumberForm | undefined {
  const width = WIDTHS[described?.int(0) ?? 0];
  return described && width && int(width, described.byte(1) !== 0, factor);
}

function int(width: NumberForm['width'], isSigned: boolean, factor: number): NumberForm {
  return { form: 'int', width, isSigned, factor };
}
