// Print rows through the symbol behaviour, with any part of the feature catalogue.

import { createFunnelEvaluator } from '../../actors/funnel/index.js';
import {
  CROSS_FEATURES,
  createFeatureEngine,
  type Indicator,
} from '../../actors/indicators/index.js';
import {
  marketColumnNames,
  ROW_FEATURES,
  SymbolPlane,
  stateLayout,
} from '../../actors/market/index.js';
import { createPatternEngine } from '../../actors/patterns/index.js';
import { inRepository } from '../../deploy/app/paths.js';
import { readFunnelConfig } from '../../deploy/config/funnel-config.js';
import { Columns, createColumns } from '../../engine/index.js';
import type { Sample } from './case.js';
import { ratePerSecond } from './clock.js';

const SYMBOLS = 504;
const WARM_DAYS = 300;
const HOUR_US = 3_600_000_000;

/** Rows a second of `SymbolPlane.print`, funnel judged and row published. */
export async function symbolRows(indicators: readonly Indicator[]): Promise<Sample> {
  const features = createFeatureEngine(indicators);
  const used = features.features.map(({ name }) => name);
  // The columns of features that are not computed stay, as others look them up by name.
  const unused = ROW_FEATURES.map(({ name }) => name).filter((name) => !used.includes(name));
  const names = marketColumnNames(
    [...used, ...unused],
    CROSS_FEATURES.map(({ name }) => name),
  );
  const columns = new Columns(createColumns(names, SYMBOLS));
  const config = readFunnelConfig(inRepository('deploy', 'config', 'funnel.yaml'));
  const funnel = createFunnelEvaluator(config, columns.layout);
  const patterns = createPatternEngine();
  const state = new Float64Array(SYMBOLS * stateLayout(features, patterns, funnel).stride);
  const rows = Int32Array.from({ length: SYMBOLS }, (_, row) => row);
  const plane = new SymbolPlane({ rows, columns, features, patterns, funnel, state });
  for (let day = 0; day < WARM_DAYS; day++) {
    for (let row = 0; row < SYMBOLS; row++) {
      const close = 100 + 5 * Math.sin(day * 0.3 + row);
      const bar = { open: close, high: close * 1.01, low: close * 0.99, close, volume: 1e6 + day };
      plane.warm(row, bar, 1, 0, day > WARM_DAYS - 30);
    }
  }
  plane.openSession(0, 6 * HOUR_US);
  let timeUs = 0;
  const rate = await ratePerSecond(() => {
    for (let row = 0; row < SYMBOLS; row++) {
      timeUs += 1;
      const price = 100 + (timeUs % 97) * 0.01;
      plane.print(row, timeUs, price, 100, price - 0.01, price + 0.01, timeUs);
    }
    plane.flush();
    return SYMBOLS;
  });
  return { rate };
}
