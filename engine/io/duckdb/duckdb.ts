// DuckDB as a driver: opens a database, runs queries, hands numbers back as typed columns.

import { open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { Fault } from '../../core/fault.js';

/** How a database is opened. */
export interface DuckDbOptions {
  /** File, or in memory when absent. */
  readonly path?: string;
  readonly threads?: number;
  /** Units: megabytes. */
  readonly memoryMbMax?: number;
  /** The file must be there, and is left as it is. */
  readonly isReadOnly?: boolean;
}

/** A value of a result row. */
export type SqlValue = string | number | bigint | boolean | null;

/** A part of a result whose columns are all DOUBLE. */
export interface NumberChunk {
  readonly columns: readonly Float64Array[];
  readonly count: number;
}

/** What is written as Parquet; every column has the same length. */
export interface ParquetColumns {
  readonly numbers: Readonly<Record<string, Float64Array>>;
  readonly texts: Readonly<
    Record<string, { readonly rows: Float64Array; readonly values: readonly string[] }>
  >;
  readonly orderBy?: readonly string[];
}

/** The part of a vector of DOUBLE that its declaration hides. */
interface OpenVector {
  readonly items: Float64Array;
  flush(): void;
}

/** Rows of a data chunk, the engine's own vector size. */
const CHUNK_ROWS = 2_048;

/** Rows fetched at most by `rows`; numbers in bulk go through `numbers`. */
const ROWS_MAX = 5_000_000;

/** An open database with one connection. */
export class DuckDb {
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;

  private constructor(instance: DuckDBInstance, connection: DuckDBConnection) {
    this.#instance = instance;
    this.#connection = connection;
  }

  /** Opens a database. Errors: `duckdb.cannot_open`. */
  static async open(options: DuckDbOptions = {}): Promise<DuckDb> {
    try {
      // Loaded where a database is opened: worker threads, which open none, start without it.
      const { DuckDBInstance } = await import('@duckdb/node-api');
      const instance = await DuckDBInstance.create(options.path ?? ':memory:', {
        threads: String(options.threads ?? 2),
        memory_limit: `${options.memoryMbMax ?? 2048}MB`,
        access_mode: options.isReadOnly === true ? 'READ_ONLY' : 'AUTOMATIC',
      });
      return new DuckDb(instance, await instance.connect());
    } catch (error) {
      throw fault('duckdb.cannot_open', `expected to open ${options.path ?? 'memory'}`, error);
    }
  }

  /** Runs a statement. Errors: `duckdb.failed` with the engine's text. */
  async run(sql: string): Promise<void> {
    try {
      await this.#connection.run(sql);
    } catch (error) {
      throw fault('duckdb.failed', 'expected the statement to run, was refused', error);
    }
  }

  /**
   * Runs a query and returns its rows as objects. Errors: `duckdb.failed`,
   * `duckdb.too_many_rows`.
   */
  async rows(sql: string): Promise<Record<string, SqlValue>[]> {
    try {
      const reader = await this.#connection.runAndReadUntil(sql, ROWS_MAX + 1);
      if (reader.currentRowCount > ROWS_MAX) {
        throw new Fault('duckdb.too_many_rows', `expected at most ${ROWS_MAX} rows`);
      }
      // The engine's own value classes (dates, decimals) are cast to text or double in the SQL.
      return reader.getRowObjectsJS() as Record<string, SqlValue>[];
    } catch (error) {
      throw error instanceof Fault
        ? error
        : fault('duckdb.failed', 'expected the query to run, was refused', error);
    }
  }

  /**
   * Runs a query whose columns are all DOUBLE and feeds it chunk by chunk: `take` gets the
   * columns of a chunk as views that are valid during the call, and the rows in it. NULL must be
   * turned into NaN by the query. Errors: `duckdb.failed`, `duckdb.not_double`.
   */
  async numbers(
    sql: string,
    take: (columns: readonly Float64Array[], rowCount: number) => void,
  ): Promise<void> {
    for await (const { columns, count } of this.numberChunks(sql)) take(columns, count);
  }

  /**
   * The same, pulled chunk by chunk by the caller. Each chunk's columns are valid until the next.
   * Errors: as `numbers`.
   */
  async *numberChunks(sql: string): AsyncGenerator<NumberChunk, void> {
    try {
      const result = await this.#connection.stream(sql);
      for (;;) {
        const chunk = await result.fetchChunk();
        if (chunk === null || chunk.rowCount === 0) return;
        const columns: Float64Array[] = [];
        for (let index = 0; index < chunk.columnCount; index++) {
          const vector = chunk.getColumnVector(index) as { readonly items?: unknown };
          if (!(vector.items instanceof Float64Array)) {
            throw new Fault('duckdb.not_double', `expected column ${index} to be DOUBLE`);
          }
          columns.push(vector.items);
        }
        yield { columns, count: chunk.rowCount };
      }
    } catch (error) {
      throw error instanceof Fault
        ? error
        : fault('duckdb.failed', 'expected the query to run, was refused', error);
    }
  }

  /**
   * Creates a table of DOUBLE columns from typed arrays of one length, through data chunks.
   * Errors: `duckdb.failed`.
   */
  async createTable(name: string, columns: Readonly<Record<string, Float64Array>>): Promise<void> {
    const names = Object.keys(columns);
    await this.run(
      `CREATE TABLE "${name}" (${names.map((column) => `"${column}" DOUBLE`).join(', ')})`,
    );
    await this.#fill(
      name,
      names.map((column) => columns[column]!),
    );
  }

  /** Fills a table of DOUBLE columns, a chunk of rows at a time. */
  async #fill(name: string, columns: readonly Float64Array[]): Promise<void> {
    try {
      const { DOUBLE, DuckDBDataChunk } = await import('@duckdb/node-api');
      const appender = await this.#connection.createAppender(name);
      const chunk = DuckDBDataChunk.create(columns.map(() => DOUBLE));
      const count = columns[0]?.length ?? 0;
      for (let start = 0; start < count; start += CHUNK_ROWS) {
        const rows = Math.min(CHUNK_ROWS, count - start);
        chunk.rowCount = rows;
        columns.forEach((column, index) => {
          // A vector of DOUBLE lies open as its values; the flush hands them to the engine.
          const vector = chunk.getColumnVector(index) as unknown as OpenVector;
          vector.items.set(column.subarray(start, start + rows));
          vector.flush();
        });
        appender.appendDataChunk(chunk);
      }
      appender.closeSync();
    } catch (error) {
      throw fault('duckdb.failed', `expected to fill the table ${name}`, error);
    }
  }

  /**
   * Writes columns of one length as a Parquet file, whole or not at all: it is on disk under its
   * name once this resolves. A text column is an index a row into its texts; `orderBy` names
   * columns. Errors: `duckdb.failed`.
   */
  async writeParquet(path: string, { numbers, texts, orderBy }: ParquetColumns): Promise<void> {
    const names = [...Object.keys(texts), ...Object.keys(numbers)];
    const columns: Record<string, Float64Array> = {};
    for (const name of names) columns[name] = texts[name]?.rows ?? numbers[name]!;
    await this.createTable('rows', columns);
    const chosen = names.map((name) => {
      const values = texts[name]?.values;
      if (values === undefined) return `"${name}"`;
      // A constant list: no join, so the rows keep their order without a sort.
      const list = `[${values.map(sqlText).join(', ')}]::VARCHAR[]`;
      return `list_extract(${list}, CAST("${name}" AS INTEGER) + 1) AS "${name}"`;
    });
    const order = orderBy === undefined ? '' : `ORDER BY ${orderBy.join(', ')}`;
    const temporary = `${path}.tmp`;
    await this.run(`COPY (SELECT ${chosen.join(', ')} FROM rows ${order})
      TO ${sqlText(temporary)} (FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE 100000)`);
    await moveOntoDisk(temporary, path);
    await this.run('DROP TABLE rows');
  }

  /** Gives a file that the engine wrote its name, once its bytes and the name are on disk. */
  keep(temporary: string, path: string): Promise<void> {
    return moveOntoDisk(temporary, path);
  }

  /** Closes the connection and the database. */
  close(): void {
    this.#connection.closeSync();
    this.#instance.closeSync();
  }
}

/** A text as an SQL literal. */
export function sqlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** Gives a file its name once its bytes are on disk, and the name too. */
async function moveOntoDisk(temporary: string, path: string): Promise<void> {
  const file = await open(temporary, 'r+');
  await file.sync();
  await file.close();
  await rename(temporary, path);
  const folder = await open(dirname(path), 'r');
  await folder.sync();
  await folder.close();
}

function fault(code: string, text: string, cause: unknown): Fault {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new Fault(code, `${text}: ${reason}`, { cause });
}
