// What one print costs in indicators: the whole catalogue over 504 symbols' states.

import {
  addRow,
  CATALOGUE,
  createFeatureEngine,
  createRows,
  emptyBar,
  FEATURES,
} from '../../actors/indicators/index.js';
import { type Figure, measure } from '../lib/measure.js';

const SYMBOLS = 504;
const PRINTS = 102_400;
const BATCH = 32;

/** Nanoseconds of `peekAll` and `commitAll`. */
export async function featureFigures(rounds: number): Promise<Figure[]> {
  const engine = createFeatureEngine(CATALOGUE);
  const state = new Float64Array(SYMBOLS * engine.stateLength);
  const out = new Float64Array(SYMBOLS * FEATURES.length);
  const rows = createRows(BATCH, state, out);
  const bar = emptyBar();
  const next = (index: number): void => {
    bar.close = 100 + Math.sin(index) * 5;
    bar.open = bar.close * 0.995;
    bar.high = bar.close * 1.01;
    bar.low = bar.close * 0.99;
    bar.volume = 1e6 + index;
  };
  const commits = await measure(`commit of a bar, ${FEATURES.length} features`, 'ns', 1, () => {
    const started = performance.now();
    for (let day = 0; day < 300; day++) {
      for (let symbol = 0; symbol < SYMBOLS; symbol++) {
        next(day * 7 + symbol);
        addRow(rows, symbol * engine.stateLength, 0, bar);
        if (rows.count < BATCH && symbol < SYMBOLS - 1) continue;
        engine.commitAll(rows);
        rows.count = 0;
      }
    }
    return ((performance.now() - started) * 1e6) / (300 * SYMBOLS);
  });
  const peeks = await measure(`print, ${FEATURES.length} features`, 'ns', rounds, () => {
    const started = performance.now();
    for (let print = 0; print < PRINTS; print++) {
      next(print);
      const symbol = print % SYMBOLS;
      addRow(rows, symbol * engine.stateLength, symbol * FEATURES.length, bar);
      if (rows.count < BATCH) continue;
      engine.peekAll(rows);
      rows.count = 0;
    }
    return ((performance.now() - started) * 1e6) / PRINTS;
  });
  return [peeks, commits];
}
