// DuckDB as a driver: opens a database, runs queries, hands numbers back as typed columns.

import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { Fault } from '../../core/fault.js';

/** How a database is opened. */
export interface DuckDbOptions {
  /** File, or in memory when absent. */
  readonly path?: string;
  readonly threads?: number;
  /** Units: megabytes. */
  readonly memoryMbMax?: number;
}

/** A value of a result row. */
export type SqlValue = string | number | bigint | boolean | null;

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
      throw fault('duckdb.failed', 'expected the statement to run', error);
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
        : fault('duckdb.failed', 'expected the query to run', error);
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
        take(columns, chunk.rowCount);
      }
    } catch (error) {
      throw error instanceof Fault
        ? error
        : fault('duckdb.failed', 'expected the query to run', error);
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
    const count = columns[names[0] ?? '']?.length ?? 0;
    try {
      const appender = await this.#connection.createAppender(name);
      for (let row = 0; row < count; row++) {
        for (const column of names) appender.appendDouble(columns[column]![row]!);
        appender.endRow();
      }
      appender.closeSync();
    } catch (error) {
      throw fault('duckdb.failed', `expected to fill the table ${name}`, error);
    }
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

function fault(code: string, text: string, cause: unknown): Fault {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new Fault(code, `${text}: ${reason}`, { cause });
}
