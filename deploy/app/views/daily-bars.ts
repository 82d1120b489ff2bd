// The daily bars of one symbol as a chart wants them.

import { create } from '@bufbuild/protobuf';
import { COLUMN } from '../../../actors/market/index.js';
import { type DailyBar, DailyBarSchema } from '../../../proto/gen/sluice/market/v1/market_pb.js';
import type { Market } from '../market/market.js';

/**
 * Daily bars of a row in today's prices and shares, the developing one last; at most `count`.
 * `values` is the row's copy of all columns.
 */
export function dailyBars(
  market: Market,
  row: number,
  count: number,
  values: Float64Array,
): DailyBar[] {
  const { bars } = market.file;
  const day = market.sequencer.dayIndex;
  const found: { index: number; factor: number; shares: number }[] = [];
  let factor = 1;
  let shares = 1;
  for (let at = 0; at < bars.dayStarts[day]!; at++) {
    if (bars.rows[at] !== row) continue;
    const close = bars.close[at]!;
    factor *= (bars.split[at]! * (close + bars.dividend[at]!)) / close;
    shares *= bars.split[at]!;
    found.push({ index: at, factor, shares });
  }
  const today = values[COLUMN.priceFactor]! || factor;
  const sharesToday = values[COLUMN.volumeFactor]! || shares;
  let session = 0;
  const history = found.map(({ index, factor: then, shares: sharesThen }) => {
    while (bars.dayStarts[session + 1]! <= index) session++;
    const scale = then / today;
    return create(DailyBarSchema, {
      date: bars.dates[session]!,
      open: bars.open[index]! * scale,
      high: bars.high[index]! * scale,
      low: bars.low[index]! * scale,
      close: bars.close[index]! * scale,
      volume: bars.volume[index]! * (sharesToday / sharesThen),
    });
  });
  if (values[COLUMN.trading] === 1) {
    history.push(
      create(DailyBarSchema, {
        date: market.sequencer.date,
        open: values[COLUMN.open]!,
        high: values[COLUMN.high]!,
        low: values[COLUMN.low]!,
        close: values[COLUMN.close]!,
        volume: values[COLUMN.volume]!,
      }),
    );
  }
  return history.slice(-count);
}
