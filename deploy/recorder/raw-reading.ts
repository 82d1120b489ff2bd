// Reads recorded messages of vendors again: what their records are by the parser of today.

import { DuckDb, sqlText } from '../../engine/index.js';
import type { SourceClock } from '../adapters/sources/clock.js';
import type { HistoryDialect, LiveDialect } from '../adapters/sources/dialect.js';
import { sifted } from '../adapters/sources/history-client.js';
import type { AskedPage } from '../adapters/sources/raw.js';
import { faultOfRecord, type MarketRecord } from '../adapters/sources/record.js';
import type { Vendor, VendorSettings } from '../adapters/sources/vendors/vendor.js';
import type { RawHead } from './line-tables.js';
import { tablesOf } from './recording.js';

/** Messages held at once. */
const ROWS_AT_ONCE = 4_096;

/** A message that was read again. */
export interface Reread {
  readonly form: RawHead['form'];
  /** Units: microseconds, wall clock. */
  readonly arrivalUs: number;
  /** Records that can be right, whether or not the session had them before. */
  readonly records: readonly MarketRecord[];
  /** Parts that could not be read, and records that could not be right. */
  readonly unreadable: number;
}

/** How a vendor's messages are read; settings without credentials will do. */
export interface Dialects {
  readonly history: HistoryDialect;
  readonly live: LiveDialect | undefined;
}

/** The dialects of a vendor. */
export function dialectsOf(vendor: Vendor, settings: VendorSettings, clock: SourceClock): Dialects {
  return { history: vendor.history(settings, clock), live: vendor.live?.(settings, clock) };
}

/** Reads all messages of a source in a recording, oldest first. Errors: `duckdb.failed`. */
export async function* rereadRaw(
  dir: string,
  source: string,
  dialects: Dialects,
): AsyncGenerator<Reread, void> {
  const db = await DuckDb.open();
  try {
    for (const table of tablesOf(dir, `raw@${source}`)) {
      for (let start = 0; ; start += ROWS_AT_ONCE) {
        const rows =
          await db.rows(`SELECT arrival_us, form, asked, status, base64(message) AS message
          FROM read_parquet(${sqlText(table)}, file_row_number = true, hive_partitioning = false)
          WHERE file_row_number BETWEEN ${start} AND ${start + ROWS_AT_ONCE - 1}
          ORDER BY file_row_number`);
        for (const row of rows) yield rereadOne(row, dialects);
        if (rows.length < ROWS_AT_ONCE) break;
      }
    }
  } finally {
    db.close();
  }
}

function rereadOne(row: Readonly<Record<string, unknown>>, dialects: Dialects): Reread {
  const arrivalUs = Number(row['arrival_us']);
  const message = Buffer.from(String(row['message']), 'base64');
  if (row['form'] === 'stream') {
    return { form: 'stream', arrivalUs, ...streamed(message.toString(), dialects) };
  }
  const page = replied(message.toString(), row, dialects);
  return { form: 'reply', arrivalUs, ...page };
}

type Readings = Pick<Reread, 'records' | 'unreadable'>;

const NOTHING: Readings = { records: [], unreadable: 1 };

function streamed(message: string, { live }: Dialects): Readings {
  if (live === undefined) return NOTHING;
  const records: MarketRecord[] = [];
  let unreadable = 0;
  for (const reading of live.read(message)) {
    if (reading.kind === 'unreadable') unreadable++;
    if (reading.kind !== 'record') continue;
    if (faultOfRecord(reading.record) === undefined) records.push(reading.record);
    else unreadable++;
  }
  return { records, unreadable };
}

/** A reply of another status than 200 has no records; it was tried again, or told. */
function replied(
  body: string,
  row: Readonly<Record<string, unknown>>,
  { history }: Dialects,
): Readings {
  const status = Number(row['status']);
  if (status !== 200) return { records: [], unreadable: 0 };
  // The recorder wrote it.
  const { request, cursor } = JSON.parse(String(row['asked'])) as AskedPage;
  const page = history.read({ status, header: () => undefined, body }, request, cursor);
  if (page.kind !== 'page') return NOTHING;
  const { records, rejectedByReason } = sifted(page.records, request);
  const rejected = Object.values(rejectedByReason).reduce((sum, count) => sum + count, 0);
  return { records, unreadable: rejected };
}
