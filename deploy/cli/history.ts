// `sluice history`: what backfill fetched, and its upkeep.

import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Fault, Journal } from '../../engine/index.js';
import { compactHistory, summariseHistory } from '../backfill/history-upkeep.js';
import { print, table } from './output.js';

/** Flags of the commands, as typed. */
export interface HistoryFlags {
  readonly dataDir: string;
  readonly json?: boolean;
}

/** `history show`. Errors: `data.missing_file`. */
export function historyShow({ dataDir, json }: HistoryFlags): void {
  checkHistory(dataDir);
  const summary = summariseHistory(resolve(dataDir));
  print(summary, json === true, () =>
    table([
      ['kind', 'source', 'symbols', 'files', 'kilobytes'],
      ...summary.map(({ kind, source, symbols, files, bytes }) => [
        ...[kind, source, symbols, files, Math.ceil(bytes / 1000)],
      ]),
    ]),
  );
}

function checkHistory(dataDir: string): void {
  if (existsSync(join(dataDir, 'history'))) return;
  throw new Fault(
    'data.missing_file',
    `expected history in ${dataDir}; sluice backfill fetches it`,
  );
}

/** `history compact`. Errors: `journal.locked`, `data.missing_file`, `duckdb.failed`. */
export async function historyCompact({ dataDir, json }: HistoryFlags): Promise<void> {
  checkHistory(dataDir);
  // Whoever writes history holds this journal.
  const journal = Journal.open(join(dataDir, 'backfill'));
  try {
    const compacted = await compactHistory(resolve(dataDir));
    const { before, after, rows } = compacted;
    print(compacted, json === true, () => `${before} files are ${after}; ${rows} rows moved`);
  } finally {
    await journal.close();
  }
}
