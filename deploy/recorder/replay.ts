// Gives a recording back: its batches and events, each at its place, to a market of its own.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDb, Fault, fromJson, Journal, type Message } from '../../engine/index.js';
import { PACKED_PRINT } from '../../proto/frames/market.js';
import { type BookPoint, encodeBookPoint } from '../app/feed/kept-book-points.js';
import { encodeBatch } from '../app/feed/recorded-batches.js';
import { writeRunMark } from '../app/feed/run-mark.js';
import type { IngestBatch } from '../app/port.js';
import { copyOpen, tablesWithOpen } from './open-tables.js';
import { isRaw, type RecordedRun, type RUN_KINDS, readRun, TABLE_ROWS_MAX } from './recording.js';
import { batchesTakenBack, from, standingEvents } from './standing.js';

/** Events put into the journal at once. */
const EVENTS_AT_ONCE = 1_000;

/** A recording put into a data directory. */
export interface PreparedReplay {
  readonly run: RecordedRun;
  readonly batches: number;
  readonly prints: number;
  readonly events: number;
  /** Points at which order books said something. */
  readonly bookPoints: number;
  /** Made by a release that did not record what order books said. */
  readonly isWithoutBooks: boolean;
}

/**
 * Makes a recording the past of a data directory that has none: a market that begins there meets
 * every batch and every event at the place where the recorded one did. The recording is only read,
 * also while a run goes on with it: what it holds by now is what is replayed.
 * Errors: `recording.missing`, `recording.unreadable`, `recording.incomplete`,
 * `recording.too_large`, `journal.*`.
 */
export async function prepareReplay(dir: string, dataDir: string): Promise<PreparedReplay> {
  const run = readRun(dir);
  if (run.keptFrom !== undefined) {
    const text = `expected a whole recording in ${dir}, of this one the days before ${run.keptFrom} were dropped`;
    throw new Fault('recording.incomplete', `${text}; sluice sql still reads what is left`);
  }
  const aside = join(dataDir, 'open');
  await copyOpen(dir, aside, (kind) => !isRaw(kind));
  const tables = (kind: (typeof RUN_KINDS)[number]) => tablesWithOpen(dir, aside, kind);
  const db = await DuckDb.open();
  const journal = Journal.open(join(dataDir, 'store'));
  try {
    const events = await appendEvents(db, journal, tables('events'));
    const bookPoints = await appendPoints(db, journal, tables('points'), run.feed);
    const { batches, prints } = await appendBatches(db, journal, {
      tables: tables('prints'),
      feed: run.feed,
      takenBack: await batchesTakenBack(db, tables('events')),
    });
    await writeRunMark(journal, { feed: run.feed, position: 0, step: 0, prints: 0 });
    const isWithoutBooks = bookPoints === 0 && run.kinds?.includes('points') !== true;
    return { run, batches, prints, events, bookPoints, isWithoutBooks };
  } finally {
    db.close();
    await journal.close();
    rmSync(aside, { recursive: true, force: true });
  }
}

async function appendEvents(
  db: DuckDb,
  journal: Journal,
  tables: readonly string[],
): Promise<number> {
  if (tables.length === 0) return 0;
  const rows = await db.rows(`SELECT address, sequence, time_us, cause, step, event
    FROM ${standingEvents(tables)} ORDER BY number`);
  for (let start = 0; start < rows.length; start += EVENTS_AT_ONCE) {
    await journal.append(
      rows.slice(start, start + EVENTS_AT_ONCE).map((row) => ({
        // The recorder wrote these columns of the journal's own records.
        address: String(row['address']) as `${string}/${string}`,
        sequence: Number(row['sequence']),
        timeUs: Number(row['time_us']),
        cause: String(row['cause']),
        place: Number(row['step']),
        event: fromJson(String(row['event'])) as Message,
      })),
    );
  }
  return rows.length;
}

/** Of a step that was recorded twice, around a crash, the later one stands. */
async function appendPoints(
  db: DuckDb,
  journal: Journal,
  tables: readonly string[],
  feed: string,
): Promise<number> {
  if (tables.length === 0) return 0;
  const rows = await db.rows(`SELECT step, said FROM ${from(tables)} ORDER BY number`);
  for (const row of rows) {
    // The recorder wrote these columns.
    const said = JSON.parse(String(row['said'])) as BookPoint['said'];
    await journal.appendInput(encodeBookPoint({ feed, step: Number(row['step']), said }));
  }
  return rows.length;
}

interface Row {
  readonly batch: number;
  readonly sequence: bigint;
  readonly source: string;
  readonly step: number;
  readonly prints: number;
  /** Absent where the batch is of a journal that did not know it. */
  readonly arrivalUs: number | undefined;
  readonly symbol: string;
  readonly values: readonly number[];
}

/** Where batches stand, and those of them that do not count. */
interface RecordedPrints {
  readonly tables: readonly string[];
  readonly feed: string;
  readonly takenBack: ReadonlySet<number>;
}

async function appendBatches(
  db: DuckDb,
  journal: Journal,
  { tables, feed, takenBack }: RecordedPrints,
): Promise<{ readonly batches: number; readonly prints: number }> {
  let batches = 0;
  let prints = 0;
  for (const table of tables) {
    const rows = await db.rows(`SELECT * FROM ${from([table])} LIMIT ${TABLE_ROWS_MAX + 1}`);
    if (rows.length > TABLE_ROWS_MAX) {
      throw new Fault('recording.too_large', `expected at most ${TABLE_ROWS_MAX} rows in ${table}`);
    }
    let held: Row[] = [];
    const standing = rows.map(rowOf).filter(({ batch }) => !takenBack.has(batch));
    for (const row of standing) {
      if (held.length > 0 && held[0]!.batch !== row.batch) {
        batches += await appendOne(journal, feed, held);
        held = [];
      }
      held.push(row);
    }
    if (held.length > 0) batches += await appendOne(journal, feed, held);
    prints += standing.length;
  }
  return { batches, prints };
}

function rowOf(row: Readonly<Record<string, unknown>>): Row {
  const names = ['time_us', 'price', 'size', 'bid', 'ask'];
  return {
    batch: Number(row['batch']),
    sequence: (BigInt(Number(row['sequence_high'])) << 32n) | BigInt(Number(row['sequence_low'])),
    source: String(row['source']),
    step: Number(row['step']),
    prints: Number(row['place']),
    arrivalUs: Number(row['arrival_us']) || undefined,
    symbol: String(row['symbol']),
    values: names.map((name) => Number(row[name])),
  };
}

async function appendOne(journal: Journal, feed: string, rows: readonly Row[]): Promise<number> {
  const first = rows[0]!;
  const symbols = [...new Set(rows.map(({ symbol }) => symbol))];
  const indexOf = new Map(symbols.map((symbol, index) => [symbol, index]));
  const prints = Buffer.alloc(rows.length * PACKED_PRINT.bytes);
  rows.forEach(({ symbol, values }, row) => {
    const at = row * PACKED_PRINT.bytes;
    prints.writeUInt32LE(indexOf.get(symbol)!, at);
    values.forEach((value, index) => {
      prints.writeDoubleLE(value, at + PACKED_PRINT.timeUs + index * 8);
    });
  });
  const { source, sequence } = first;
  const batch: IngestBatch = { source, sequence, symbols, prints };
  await journal.appendInput(encodeBatch(batch, first, feed));
  return 1;
}
