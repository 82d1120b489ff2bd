// What stands of a recording: its journal takes last, and what it did not take is taken back here.

import { type DuckDb, sqlText } from '../../engine/index.js';

/** Address of the rows that take batches of prints back; their sequence is a batch's number. */
export const BATCHES = 'recording/batches';

/** The text of an event that takes others back: no event has it. */
export const TAKEN_BACK = '';

/** Tables as a part of a query. */
export const from = (tables: readonly string[]): string =>
  `read_parquet([${tables.map(sqlText).join(', ')}])`;

/**
 * Events that stand, as a part of a query: those that the journal did not take were decided anew,
 * so that their actor's next ones stand instead, or were taken back.
 */
export function standingEvents(tables: readonly string[]): string {
  return `(SELECT * FROM (SELECT * FROM ${from(tables)} QUALIFY sequence < coalesce(
    min(sequence) OVER (PARTITION BY address ORDER BY number
      ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING), 'Infinity'::DOUBLE))
    WHERE event <> ${sqlText(TAKEN_BACK)})`;
}

/** Numbers of the batches that were taken back. Errors: `duckdb.failed`. */
export async function batchesTakenBack(
  db: DuckDb,
  events: readonly string[],
): Promise<ReadonlySet<number>> {
  if (events.length === 0) return new Set();
  const rows = await db.rows(
    `SELECT sequence FROM ${from(events)} WHERE address = ${sqlText(BATCHES)}`,
  );
  return new Set(rows.map((row) => Number(row['sequence'])));
}
