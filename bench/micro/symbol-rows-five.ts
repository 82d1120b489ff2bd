// Print rows through the symbol behaviour with five features.

import { CATALOGUE } from '../../actors/indicators/index.js';
import type { Sample } from '../lib/case.js';
import { symbolRows } from '../lib/symbol-rows.js';

/** One feature each of an average, momentum, volatility and volume kind, and a gap. */
const FIVE: ReadonlySet<string> = new Set(['sma_20', 'ema_20', 'rsi_14', 'atr_14', 'gap']);

/** Rows a second with five features. */
export function run(): Promise<Sample> {
  const indicators = CATALOGUE.filter(
    ({ outputs }) => outputs.length === 1 && FIVE.has(outputs[0]!.name),
  );
  if (indicators.length !== FIVE.size) {
    throw new Error(`expected ${FIVE.size} features, was ${indicators.length}`);
  }
  return symbolRows(indicators);
}
