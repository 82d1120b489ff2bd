// Trades out of files as records, checked one by one: what a replay of a vendor's file can read.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TableFormat, tableSource } from '../../deploy/adapters/sources/files/tables.js';
import { arrowBytes, DuckDb } from '../../engine/index.js';
import type { Sample } from '../lib/case.js';
import { nowUs } from '../lib/clock.js';
import { withScratch } from '../lib/scratch.js';

/** Trades of the file: a busy day of one symbol. */
const TRADES = 1_000_000;

const START_US = 1.6e15;

/** Writes a day of trades in both formats, and reads each through its source. */
export function run(): Promise<Sample> {
  return withScratch(async (folder) => {
    const numbers = {
      time_us: Float64Array.from({ length: TRADES }, (_, row) => START_US + row * 20_000),
      price: Float64Array.from({ length: TRADES }, (_, row) => 100 + ((row * 37) % 101) / 100),
      size: Float64Array.from({ length: TRADES }, (_, row) => 1 + (row % 400)),
    };
    const db = await DuckDb.open();
    const symbol = { values: ['AAPL'], rows: new Float64Array(TRADES) };
    await db.writeParquet(join(folder, 'trades.parquet'), { numbers, texts: { symbol } });
    db.close();
    const texts = { symbol: Array<string>(TRADES).fill('AAPL') };
    writeFileSync(join(folder, 'trades.arrow'), await arrowBytes({ numbers, texts }, 'file'));
    return { rate: await rateOf('parquet', folder), arrow: await rateOf('arrow', folder) };
  });
}

async function rateOf(format: TableFormat, folder: string): Promise<number> {
  const toUs = START_US + TRADES * 20_000;
  const startedUs = nowUs();
  let records = 0;
  for await (const page of tableSource(format, folder).history({
    ...{ kind: 'trade', every: '1m', symbol: 'AAPL', fromUs: START_US, toUs },
  })) {
    if (!page.ok) throw new Error(page.refusal.text);
    records += page.value.records.length;
  }
  if (records !== TRADES) throw new Error(`expected ${TRADES} records, was ${records}`);
  return (TRADES * 1e6) / (nowUs() - startedUs);
}
