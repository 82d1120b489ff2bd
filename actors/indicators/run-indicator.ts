// Runs one indicator over a series of bars, from its birth on.

import { addRow, createRows, emptyBar, type Indicator } from './indicator.js';
import type { BarColumn } from './named-indicator.js';

/** Every output of an indicator over bars of one symbol, oldest first; NaN until it is warm. */
export function runIndicator(
  indicator: Indicator,
  prices: Readonly<Record<BarColumn, ArrayLike<number>>>,
): Float64Array[] {
  const count = prices.close.length;
  const state = new Float64Array(indicator.stateLength + indicator.pastLength);
  const out = new Float64Array(indicator.outputs.length);
  const series = indicator.outputs.map(() => new Float64Array(count));
  const bar = emptyBar();
  const rows = createRows(1, state, out);
  for (let index = 0; index < count; index++) {
    bar.open = prices.open[index]!;
    bar.high = prices.high[index]!;
    bar.low = prices.low[index]!;
    bar.close = prices.close[index]!;
    bar.volume = prices.volume[index]!;
    rows.count = 0;
    addRow(rows, 0, 0, bar);
    indicator.peek(rows, 0, 0);
    for (let output = 0; output < out.length; output++) series[output]![index] = out[output]!;
    indicator.commit(rows, 0, indicator.stateLength);
  }
  return series;
}
