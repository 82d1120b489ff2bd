// From 800,000 daily rows in a file to warm actors: reading, adjusting, features stepped.

import { join } from 'node:path';
import { Market } from '../../deploy/app/market/market.js';
import { inRepository } from '../../deploy/app/paths.js';
import { readSettings } from '../../deploy/app/settings.js';
import { DuckDb, sqlText } from '../../engine/index.js';
import type { Sample } from '../lib/case.js';
import { nowUs } from '../lib/clock.js';
import { withScratch } from '../lib/scratch.js';

/** Rows asked for, and the session from which on nothing is history: the last of the sample. */
const ROWS_MIN = 800_000;
const FROM = '2021-04-21';

/** Starts a market on the sample and on as many of its symbols again as make up the rows. */
export function run(): Promise<Sample> {
  return withScratch(async (folder) => {
    const data = join(folder, 'daily.parquet');
    const rows = await writeRows(data);
    const flags = { data, dataDir: join(folder, 'data'), from: FROM, shards: '1', pace: 'max' };
    const settings = readSettings(flags);
    const startedUs = nowUs();
    const market = await Market.start(settings, { onEvent() {}, onSession() {}, onRestart() {} });
    const seconds = (nowUs() - startedUs) / 1e6;
    await market.close(2_000);
    return { seconds, rows };
  });
}

async function writeRows(path: string): Promise<number> {
  const sample = sqlText(inRepository('deploy', 'sample', 'us-daily-2016-2021.parquet'));
  const db = await DuckDb.open();
  try {
    await db.run(`CREATE TABLE symbols AS SELECT symbol, sum(count(*)) OVER (ORDER BY symbol) AS
      rows FROM ${sample} GROUP BY symbol`);
    const all = `SELECT max(rows) FROM symbols`;
    await db.run(`COPY (SELECT * FROM ${sample} UNION ALL
        SELECT * REPLACE ('X' || symbol AS symbol) FROM ${sample} WHERE symbol IN
          (SELECT symbol FROM symbols WHERE rows < ${ROWS_MIN} - (${all}) + 2000)
      ORDER BY date, symbol) TO ${sqlText(path)} (FORMAT parquet)`);
    const [row] = await db.rows(`SELECT count(*)::INT AS n FROM ${sqlText(path)}`);
    const count = Number(row?.['n']);
    if (count < ROWS_MIN) throw new Error(`expected ${ROWS_MIN} rows, was ${count}`);
    return count;
  } finally {
    db.close();
  }
}
