// One query of a stranger: only reading, named files, within bounds of rows, time and memory.

import type { DuckDBConnection, DuckDBInstance, StatementType } from '@duckdb/node-api';
import { Fault } from '../../core/fault.js';
import { type SqlValue, sqlText } from './duckdb.js';

/** A table whose rows are given: a type for each column, and texts where it is a date. */
export interface GivenTable {
  readonly columns: Readonly<Record<string, 'DOUBLE' | 'VARCHAR' | 'DATE'>>;
  readonly rows: readonly (readonly (number | string | null)[])[];
}

/** What a query may see and cost. */
export interface ReadOnlyOptions {
  /** Tables by name, each with the files it is of; `hive` where folder names are columns. */
  readonly tables: Readonly<
    Record<string, { readonly files: readonly string[]; readonly hive: boolean }>
  >;
  /** Tables that are no files, by name. */
  readonly given?: Readonly<Record<string, GivenTable>>;
  /** Views and macros over the tables: statements of the caller's own, not of the stranger's. */
  readonly definitions?: readonly string[];
  /** The folders that may be read; none where they are left out. */
  readonly folders?: readonly string[];
  readonly rowsMax: number;
  /** Units: milliseconds. */
  readonly timeMsMax: number;
  /** Units: megabytes. */
  readonly memoryMbMax: number;
}

/** What a query gave. */
export interface ReadOnlyResult {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly SqlValue[])[];
  /** Whether there were more rows than are given. */
  readonly isCut: boolean;
}

/** Longest query. */
const SQL_MAX = 100_000;

/**
 * Runs one query over the tables. Nothing can be written, no setting changed, no extension loaded,
 * and no file outside of the folders read.
 * Errors: `duckdb.not_a_query`, `duckdb.out_of_time`, `duckdb.failed` with the engine's text.
 */
export async function readOnlyQuery(
  sql: string,
  options: ReadOnlyOptions,
): Promise<ReadOnlyResult> {
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const instance = await DuckDBInstance.create(':memory:', {
    threads: '2',
    memory_limit: `${options.memoryMbMax}MB`,
    max_temp_directory_size: '0KiB',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  try {
    return await locked(sql, instance, options);
  } finally {
    instance.closeSync();
  }
}

/**
 * Tables that a query asks for, by the engine's own parser, without those it makes itself; none of
 * a text that is no query, is several statements to it (a PIVOT) or calls what it does not know.
 */
export async function tablesIn(sql: string): Promise<readonly string[]> {
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  try {
    const connection = await instance.connect();
    return sql.length > SQL_MAX ? [] : connection.getTableNames(sql, false);
  } finally {
    instance.closeSync();
  }
}

async function locked(
  sql: string,
  instance: DuckDBInstance,
  options: ReadOnlyOptions,
): Promise<ReadOnlyResult> {
  const connection = await instance.connect();
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    connection.interrupt();
  }, options.timeMsMax);
  try {
    const { folders = [], given = {}, definitions = [] } = options;
    const allowed = folders.map((folder) => sqlText(`${folder}/`)).join(', ');
    if (allowed !== '') await connection.run(`SET allowed_directories = [${allowed}]`);
    await connection.run('SET enable_external_access = false');
    await connection.run('SET lock_configuration = true');
    for (const [name, { files, hive }] of Object.entries(options.tables)) {
      const list = files.map(sqlText).join(', ');
      await connection.run(`CREATE VIEW "${name}" AS SELECT * FROM
        read_parquet([${list}], union_by_name = true, hive_partitioning = ${hive})`);
    }
    for (const [name, table] of Object.entries(given)) await fill(connection, name, table);
    for (const definition of definitions) await connection.run(definition);
    await checkQuery(sql, connection);
    const reader = await connection.streamAndReadUntil(sql, options.rowsMax + 1);
    const rows = reader.getRowsJson();
    return {
      columns: reader.columnNames(),
      // What JSON has no form for (dates, decimals, large numbers) is text there.
      rows: rows.slice(0, options.rowsMax) as SqlValue[][],
      isCut: rows.length > options.rowsMax,
    };
  } catch (error) {
    if (error instanceof Fault) throw error;
    const text = error instanceof Error ? error.message : String(error);
    if (isLate) {
      throw new Fault('duckdb.out_of_time', `expected an answer within ${options.timeMsMax} ms`);
    }
    throw new Fault('duckdb.failed', `${text}${tablesText(text, options)}`, { cause: error });
  } finally {
    clearTimeout(timer);
    connection.closeSync();
  }
}

/** Which tables there are, behind the engine's word that one is not. */
function tablesText(text: string, { tables, given = {} }: ReadOnlyOptions): string {
  if (!/^Catalog Error: Table with name/.test(text)) return '';
  const names = [...Object.keys(tables), ...Object.keys(given)].sort();
  return `\n\nTables here: ${names.length === 0 ? 'none' : names.join(', ')}`;
}

async function fill(
  connection: DuckDBConnection,
  name: string,
  { columns, rows }: GivenTable,
): Promise<void> {
  const types = Object.values(columns);
  const declared = Object.entries(columns).map(([column, type]) => `"${column}" ${type}`);
  await connection.run(`CREATE TABLE "${name}" (${declared.join(', ')})`);
  const appender = await connection.createAppender(name);
  for (const row of rows) {
    row.forEach((value, index) => {
      if (value === null) appender.appendNull();
      else if (types[index] === 'DOUBLE') appender.appendDouble(Number(value));
      else appender.appendVarchar(String(value));
    });
    appender.endRow();
  }
  appender.closeSync();
}

/** The head of an EXPLAIN: what is behind it must be a query in its own right. */
const EXPLAIN = /^\s*EXPLAIN(\s+ANALYZE)?(\s*\([\w\s,]*\))?\s+/i;

/**
 * Refuses what is more or other than one query or the explanation of one, which `ANALYZE` runs; the
 * engine's own parser decides what it is.
 */
async function checkQuery(sql: string, connection: DuckDBConnection): Promise<void> {
  const { StatementType } = await import('@duckdb/node-api');
  if (sql.length > SQL_MAX) throw notAQuery(`a text of ${sql.length} characters`);
  const type = await typeOf(sql, connection);
  if (type === StatementType.SELECT) return;
  const head = type === StatementType.EXPLAIN ? EXPLAIN.exec(sql)?.[0] : undefined;
  if (head === undefined) throw notAQuery('another statement');
  const explained = await typeOf(sql.slice(head.length), connection);
  if (explained !== StatementType.SELECT) throw notAQuery('EXPLAIN of another statement');
}

/** What kind of statement a text is. Errors: `duckdb.not_a_query` when it is not one statement. */
async function typeOf(sql: string, connection: DuckDBConnection): Promise<StatementType> {
  const statements = await connection.extractStatements(sql);
  if (statements.count !== 1) throw notAQuery(`${statements.count} statements`);
  try {
    const prepared = await statements.prepare(0);
    const { statementType } = prepared;
    prepared.destroySync();
    return statementType;
  } catch (error) {
    // Preparing looks for its tables before it tells that it would write to them.
    if (await isOther(sql.replace(EXPLAIN, ''), connection)) throw notAQuery('another statement');
    throw error;
  }
}

/** What is no SELECT to the parser, and reads all the same. */
const READS = /^\s*(PRAGMA|CALL)\b/i;

/** Whether a statement is none that reads, by the engine's parser alone. */
async function isOther(sql: string, connection: DuckDBConnection): Promise<boolean> {
  const reader = await connection.runAndReadAll('SELECT json_serialize_sql($1::VARCHAR)', [sql]);
  // Made by the engine: of a text that it can't serialise it tells why.
  const told = JSON.parse(String(reader.getRows()[0]?.[0])) as { readonly error_message?: string };
  return told.error_message?.startsWith('Only SELECT') === true && !READS.test(sql);
}

function notAQuery(was: string): Fault {
  const text = `expected one SELECT or EXPLAIN of one, was ${was}; nothing can be written`;
  return new Fault('duckdb.not_a_query', text);
}
