// What one print costs in indicators: the whole catalogue over 504 symbols' states.

import {
  addRow,
  CATALOGUE,
  createFeatureEngine,
  createRows,
  emptyBar,
  FEATURES,
} from '../../actors/indicators/index.js';
import type { Sample } from '../lib/case.js';
import { ratePerSecond } from '../lib/clock.js';

const SYMBOLS = 504;
const WARM_DAYS = 300;

/** Rows stepped together; a divisor of the symbols, so that no batch is cut short. */
const BATCH = 36;

/** Rows a second of `peekAll` in batches, and bars a second of `commitAll`. */
export async function run(): Promise<Sample> {
  const engine = createFeatureEngine(CATALOGUE);
  const state = new Float64Array(SYMBOLS * engine.stateLength);
  const out = new Float64Array(SYMBOLS * FEATURES.length);
  const rows = createRows(BATCH, state, out);
  const bar = emptyBar();
  let number = 0;
  const next = (): void => {
    bar.close = 100 + Math.sin(number) * 5;
    bar.open = bar.close * 0.995;
    bar.high = bar.close * 1.01;
    bar.low = bar.close * 0.99;
    bar.volume = 1e6 + number;
    number++;
  };
  const started = performance.now();
  for (let day = 0; day < WARM_DAYS; day++) {
    for (let symbol = 0; symbol < SYMBOLS; symbol++) {
      next();
      addRow(rows, symbol * engine.stateLength, 0, bar);
      if (rows.count < BATCH && symbol < SYMBOLS - 1) continue;
      engine.commitAll(rows);
      rows.count = 0;
    }
  }
  const commits = ((WARM_DAYS * SYMBOLS) / (performance.now() - started)) * 1000;
  const rate = await ratePerSecond(() => {
    for (let symbol = 0; symbol < SYMBOLS; symbol++) {
      next();
      addRow(rows, symbol * engine.stateLength, symbol * FEATURES.length, bar);
      if (rows.count < BATCH) continue;
      engine.peekAll(rows);
      rows.count = 0;
    }
    return SYMBOLS;
  });
  return { rate, commits };
}
