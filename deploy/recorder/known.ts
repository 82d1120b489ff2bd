// What a recording's tables hold already, to be compared with the journal of its data directory.

import {
  type DuckDb,
  fromJson,
  type Journal,
  type Message,
  sqlText,
  toJson,
} from '../../engine/index.js';
import type { Admission } from '../app/feed/recorded-batches.js';
import type { IngestBatch } from '../app/port.js';
import { tablesOf } from './recording.js';
import { batchesTakenBack, from, standingEvents } from './standing.js';

/** An event that stands in a recording. */
interface RecordedLast {
  readonly sequence: number;
  /** The event in JSON. */
  readonly event: string;
}

/** The last event that stands of each actor. Errors: `duckdb.failed`. */
export async function recordedEvents(
  db: DuckDb,
  dir: string,
): Promise<ReadonlyMap<string, RecordedLast>> {
  const tables = tablesOf(dir, 'events');
  if (tables.length === 0) return new Map();
  const rows = await db.rows(`SELECT address, max(sequence) AS last,
    arg_max(event, sequence) AS event FROM ${standingEvents(tables)} GROUP BY address`);
  return new Map(
    rows.map((row) => [
      String(row['address']),
      { sequence: Number(row['last']), event: String(row['event']) },
    ]),
  );
}

/** Whether a journal's event is the one that was recorded. */
export function isSameEvent(event: Message, recorded: string): boolean {
  return toJson(event) === toJson(fromJson(recorded));
}

/** The first event of an actor that the journal has not as it was recorded. Errors: as above. */
export async function partedFrom(
  db: DuckDb,
  dir: string,
  { address, journal }: { readonly address: string; readonly journal: Journal },
): Promise<number> {
  const rows = await db.rows(`SELECT sequence, event FROM
    ${standingEvents(tablesOf(dir, 'events'))} WHERE address = ${sqlText(address)}
    ORDER BY sequence`);
  const kept = journal.recordsOf(address);
  const parted = rows.find((row) => {
    const one = kept[Number(row['sequence']) - 1];
    return one === undefined || !isSameEvent(one.event, String(row['event']));
  });
  return parted === undefined ? kept.length + 1 : Number(parted['sequence']);
}

/** Batches that stand in a recording, less those that the journal is found to have. */
export class KnownBatches {
  readonly #batches: Map<string, { readonly number: number; readonly admitted: string }>;

  constructor(rows: readonly Readonly<Record<string, unknown>>[]) {
    this.#batches = new Map(
      rows.map((row) => [
        keyOf(String(row['source']), String(row['numbered'])),
        {
          number: Number(row['batch']),
          admitted: String([row['step'], row['place'], row['came']]),
        },
      ]),
    );
  }

  /** Takes one that the journal has; whether it was recorded as it is there. */
  take({ source, sequence }: IngestBatch, { step, prints, arrivalUs = 0 }: Admission): boolean {
    const key = keyOf(source, String(sequence));
    const known = this.#batches.get(key);
    this.#batches.delete(key);
    return known?.admitted === String([step, prints, arrivalUs]);
  }

  /** Numbers of those that the journal has not. */
  left(): number[] {
    return Array.from(this.#batches.values(), ({ number }) => number);
  }
}

/** The batches that stand in a recording; of one that came twice the later. Errors: as above. */
export async function recordedBatches(db: DuckDb, dir: string): Promise<KnownBatches> {
  const tables = tablesOf(dir, 'prints');
  if (tables.length === 0) return new KnownBatches([]);
  const rows = await db.rows(`SELECT source, batch, any_value(step) AS step,
    ((sequence_high::UBIGINT << 32) | sequence_low::UBIGINT)::VARCHAR AS numbered,
    any_value(place) AS place, any_value(arrival_us) AS came
    FROM ${from(tables)} GROUP BY source, batch, numbered ORDER BY batch`);
  const takenBack = await batchesTakenBack(db, tablesOf(dir, 'events'));
  return new KnownBatches(rows.filter((row) => !takenBack.has(Number(row['batch']))));
}

/** Last step of which a recording has what books said; 0 where it has nothing. Errors: as above. */
export async function lastStep(db: DuckDb, dir: string): Promise<number> {
  const tables = tablesOf(dir, 'points');
  if (tables.length === 0) return 0;
  const [row] = await db.rows(`SELECT max(step) AS last FROM ${from(tables)}`);
  return Number(row?.['last'] ?? 0);
}

function keyOf(source: string, sequence: string): string {
  return `${sequence} ${source}`;
}
