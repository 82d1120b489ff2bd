// Tables of records that are a line each: events and what books said as their JSON, messages of
// vendors as they came.

import { rmSync, writeFileSync } from 'node:fs';
import { type DuckDb, sqlText } from '../../engine/index.js';
import type { Block } from './segment.js';

/** Room for a line that the engine sets aside at least, on each of its threads. Units: bytes. */
const LINE_BYTES_MIN = 16 * 1024 * 1024;

/** Head of an event's block; the event is in it. */
export interface EventHead {
  readonly kind: 'events';
  readonly number: number;
  readonly address: string;
  readonly sequence: number;
  readonly timeUs: number;
  readonly cause: string;
  readonly step: number;
  readonly event: string;
}

/** Head of what order books said at a point of the market; all of it is in it. */
export interface PointHead {
  readonly kind: 'points';
  readonly number: number;
  /** Steps of the market before the point. */
  readonly step: number;
  /** What had changed, in JSON: symbol, name of the column, value or null. */
  readonly said: string;
}

/** Head of a vendor's message; its body is the message. */
export interface RawHead {
  /** Rises by one a message: where one is left out, a message was dropped. */
  readonly number: number;
  /** Wall clock. Units: microseconds. */
  readonly arrivalUs: number;
  /** Of the live stream, or the reply to a request. */
  readonly form: 'stream' | 'reply';
  /** The request in JSON, without a credential; empty for the stream. */
  readonly asked: string;
  /** Of the reply; 0 for the stream. */
  readonly status: number;
}

/** Columns of a table: how they are read of a line, and how they are written. */
interface LineTable {
  readonly read: Readonly<Record<string, 'DOUBLE' | 'VARCHAR'>>;
  readonly written: string;
}

const EVENTS: LineTable = {
  read: {
    number: 'DOUBLE',
    address: 'VARCHAR',
    sequence: 'DOUBLE',
    timeUs: 'DOUBLE',
    cause: 'VARCHAR',
    step: 'DOUBLE',
    event: 'VARCHAR',
  },
  written: 'number, address, sequence, timeUs AS time_us, cause, step, event',
};

const POINTS: LineTable = {
  read: { number: 'DOUBLE', step: 'DOUBLE', said: 'VARCHAR' },
  written: 'number, step, said',
};

const RAW: LineTable = {
  read: {
    number: 'DOUBLE',
    arrivalUs: 'DOUBLE',
    form: 'VARCHAR',
    asked: 'VARCHAR',
    status: 'DOUBLE',
    message: 'VARCHAR',
  },
  // Bytes, for not all that a vendor sends is text; JSON holds them in base64.
  written: `number, arrivalUs AS arrival_us, form, asked, status,
    from_base64(message) AS message`,
};

/** Writes a table of events; answers its rows. Errors: `duckdb.failed`. */
export function writeEvents(db: DuckDb, path: string, blocks: readonly Block[]): Promise<number> {
  return writeLines(db, path, EVENTS, headsOf(blocks));
}

/** Writes a table of what books said; answers its rows. Errors: `duckdb.failed`. */
export function writePoints(db: DuckDb, path: string, blocks: readonly Block[]): Promise<number> {
  return writeLines(db, path, POINTS, headsOf(blocks));
}

const headsOf = (blocks: readonly Block[]): string[] => blocks.map(({ head }) => head);

/** Writes a table of messages as they came; answers its rows. Errors: `duckdb.failed`. */
export function writeRaw(db: DuckDb, path: string, blocks: readonly Block[]): Promise<number> {
  const lines = blocks.map(({ head, body }) => {
    const message = Buffer.from(body).toString('base64');
    // The recorder wrote the head, and its checksum has been met.
    return JSON.stringify({ ...(JSON.parse(head) as RawHead), message });
  });
  return writeLines(db, path, RAW, lines);
}

async function writeLines(
  db: DuckDb,
  path: string,
  { read, written }: LineTable,
  lines: readonly string[],
): Promise<number> {
  const file = `${path}.json`;
  writeFileSync(file, `${lines.join('\n')}\n`);
  const columns = Object.entries(read).map(([name, type]) => `${name}: '${type}'`);
  const ofLine = (most: number, line: string): number =>
    Math.max(most, Buffer.byteLength(line) + 2);
  const lineBytes = lines.reduce(ofLine, LINE_BYTES_MIN);
  await db.run(`COPY (SELECT ${written}
    FROM read_json(${sqlText(file)}, format = 'newline_delimited',
      columns = {${columns.join(', ')}}, maximum_object_size = ${lineBytes}) ORDER BY number)
    TO ${sqlText(`${path}.tmp`)} (FORMAT parquet, COMPRESSION zstd)`);
  await db.keep(`${path}.tmp`, path);
  rmSync(file);
  return lines.length;
}
