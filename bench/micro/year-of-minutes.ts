// A year of one symbol's minutes out of the history on disk, as typed columns.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDb, sqlText } from '../../engine/index.js';
import type { Sample } from '../lib/case.js';
import { nowUs } from '../lib/clock.js';
import { withScratch } from '../lib/scratch.js';

/** Minutes of a year of sessions, and symbols beside the one that is asked for. */
const MINUTES = 252 * 390;
const SYMBOLS = 4;
const TIMES = 7;

/** Writes some symbols' year, then asks for one of them again and again. */
export function run(): Promise<Sample> {
  return withScratch(async (folder) => {
    const db = await DuckDb.open();
    const column = (from: number) =>
      Float64Array.from({ length: MINUTES }, (_, row) => from + ((row * 37) % 101) / 100);
    const time_us = Float64Array.from({ length: MINUTES }, (_, row) => 1.6e15 + row * 60e6);
    const paths = Array.from({ length: SYMBOLS }, (_, at) => join(folder, `symbol=S${at}`));
    for (const path of paths) {
      mkdirSync(path);
      const [open, high, low] = [column(100), column(101), column(99)];
      const numbers = { time_us, open, high, low, close: open, volume: column(1_000) };
      await db.writeParquet(join(path, 'year.parquet'), { numbers, texts: {} });
    }
    const took: number[] = [];
    for (let time = 0; time < TIMES; time++) {
      const startedUs = nowUs();
      let rows = 0;
      const file = sqlText(join(paths[time % SYMBOLS]!, 'year.parquet'));
      await db.numbers(
        `SELECT time_us, open, high, low, close, volume FROM ${file}`,
        (_, count) => {
          rows += count;
        },
      );
      if (rows !== MINUTES) throw new Error(`expected ${MINUTES} rows, was ${rows}`);
      took.push((nowUs() - startedUs) / 1_000);
    }
    db.close();
    took.sort((a, b) => a - b);
    return { p50: took[Math.floor(TIMES / 2)]!, worst: took[TIMES - 1]! };
  });
}
