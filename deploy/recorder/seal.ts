// Makes tables of segments: prints as numbers by column, anything else line by line.

import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { DuckDb, makeFolder } from '../../engine/index.js';
import { PACKED_PRINT } from '../../proto/frames/market.js';
import { writeEvents, writePoints, writeRaw } from './line-tables.js';
import { partition, type RecordedKind } from './recording.js';
import { type Block, scanSegment } from './segment.js';

/** Head of a batch's block. */
export interface BatchHead {
  readonly kind: 'prints';
  readonly batch: number;
  readonly source: string;
  /** Decimal: it may be beyond what a double holds. */
  readonly sequence: string;
  readonly symbols: readonly string[];
  readonly step: number;
  readonly place: number;
  readonly arrivalUs: number;
}

/** What became of a segment. */
export interface Sealed {
  readonly segment: string;
  readonly blocks: number;
  readonly rows: number;
  /** Bytes behind the last whole block: a write that a crash cut off, acknowledged to nobody. */
  readonly tornBytes: number;
}

const SEGMENT_NAME = /^(\d{4}-\d\d-\d\d)\.(prints|events|points|raw@[a-z0-9-]+)\.(\d+)\.open$/;

/** Kind of an open segment; undefined where a file is none. */
export function kindOfSegment(path: string): RecordedKind | undefined {
  return nameOf(path)?.kind;
}

/** Date and kind of a segment, from its name `2021-01-04.prints.000001.open`. */
function nameOf(path: string): { date: string; kind: RecordedKind; number: string } | undefined {
  const parts = SEGMENT_NAME.exec(basename(path));
  if (parts === null) return undefined;
  // The expression lets in these kinds alone.
  return { date: parts[1]!, kind: parts[2] as RecordedKind, number: parts[3]! };
}

/**
 * Seals a segment: its whole blocks become a table, on disk before the segment goes. What is torn
 * stays beside it under its own name. The same segment again makes the same table again.
 * Errors: `duckdb.failed`.
 */
export async function sealSegment(dir: string, path: string): Promise<Sealed | undefined> {
  const written = await writeTable(dir, path);
  if (written === undefined) return undefined;
  const { torn, ...sealed } = written;
  if (torn.length > 0) writeFileSync(path.replace(/open$/, 'torn'), torn);
  rmSync(path);
  return { ...sealed, tornBytes: torn.length };
}

/**
 * Makes a table of a segment's whole blocks, none where it has none, and leaves the segment.
 * Errors: `duckdb.failed`, of the file system.
 */
export async function writeTable(
  dir: string,
  path: string,
): Promise<(Omit<Sealed, 'tornBytes'> & { readonly torn: Buffer }) | undefined> {
  const name = nameOf(path);
  if (name === undefined) return undefined;
  const bytes = readFileSync(path);
  const { blocks, wholeBytes } = scanSegment(bytes);
  let rows = 0;
  if (blocks.length > 0) {
    const folder = partition(dir, name.date, name.kind);
    makeFolder(folder);
    const target = join(folder, `${name.number}.parquet`);
    const db = await DuckDb.open();
    try {
      rows = await tableWriterOf(name.kind)(db, target, blocks);
    } finally {
      db.close();
    }
  }
  const torn = bytes.subarray(wholeBytes);
  return { segment: basename(path), blocks: blocks.length, rows, torn };
}

function tableWriterOf(kind: RecordedKind) {
  switch (kind) {
    case 'prints':
      return writePrints;
    case 'events':
      return writeEvents;
    case 'points':
      return writePoints;
    default:
      // Of each source.
      return writeRaw;
  }
}

/** Numbers of a print beside those of its batch. */
const PRINT_COLUMNS = ['time_us', 'price', 'size', 'bid', 'ask'] as const;
const PRINT_OFFSETS = [
  PACKED_PRINT.timeUs,
  PACKED_PRINT.price,
  PACKED_PRINT.size,
  PACKED_PRINT.bid,
  PACKED_PRINT.ask,
] as const;
const BATCH_COLUMNS = ['batch', 'arrival_us', 'sequence_high', 'sequence_low', 'step', 'place'];

/** Texts of a column, each once. */
class Texts {
  readonly values: string[] = [];
  readonly #indexes = new Map<string, number>();
  readonly rows: Float64Array;

  constructor(length: number) {
    this.rows = new Float64Array(length);
  }

  indexOf(text: string): number {
    let index = this.#indexes.get(text);
    if (index === undefined) {
      index = this.values.push(text) - 1;
      this.#indexes.set(text, index);
    }
    return index;
  }
}

async function writePrints(db: DuckDb, path: string, blocks: readonly Block[]): Promise<number> {
  const bytes = PACKED_PRINT.bytes;
  const rows = blocks.reduce((sum, { body }) => sum + body.byteLength / bytes, 0);
  const names = [...BATCH_COLUMNS, ...PRINT_COLUMNS];
  const columns = names.map(() => new Float64Array(rows));
  const symbols = new Texts(rows);
  const sources = new Texts(rows);
  let row = 0;
  for (const { head: text, body } of blocks) {
    // The recorder wrote it, and its checksum has been met.
    const head = JSON.parse(text) as BatchHead;
    const sequence = BigInt(head.sequence);
    const low = Number(sequence & 0xffff_ffffn);
    const common = [
      head.batch,
      head.arrivalUs,
      Number(sequence >> 32n),
      low,
      head.step,
      head.place,
    ];
    const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
    const source = sources.indexOf(head.source);
    const indexes = head.symbols.map((symbol) => symbols.indexOf(symbol));
    const unknown = symbols.indexOf('');
    for (let at = 0; at < body.byteLength; at += bytes, row++) {
      for (let column = 0; column < common.length; column++)
        columns[column]![row] = common[column]!;
      for (let column = 0; column < PRINT_OFFSETS.length; column++) {
        columns[common.length + column]![row] = view.getFloat64(at + PRINT_OFFSETS[column]!, true);
      }
      const index = view.getUint32(at + PACKED_PRINT.symbolIndex, true);
      symbols.rows[row] = indexes[index] ?? unknown;
      sources.rows[row] = source;
    }
  }
  const numbers = Object.fromEntries(names.map((name, at) => [name, columns[at]!]));
  await db.writeParquet(path, { numbers, texts: { symbol: symbols, source: sources } });
  return rows;
}
