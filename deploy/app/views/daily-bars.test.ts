// A chart's bars read in today's prices and shares, across a split and a dividend.

import t from 'tap';
import { COLUMN, PRINT_COLUMNS } from '../../../actors/market/index.js';
import type { Market } from '../market/market.js';
import { dailyBars } from './daily-bars.js';

t.test('bars before a split are restated in prices and in shares', async (t) => {
  const bars = {
    dates: [20200101, 20200102, 20200103],
    dayStarts: [0, 1, 2, 3],
    rows: [0, 0, 0],
    open: [400, 404, 100],
    high: [404, 408, 104],
    low: [396, 400, 98],
    close: [400, 404, 102],
    volume: [1_000, 2_000, 9_000],
    split: [1, 1, 4],
    dividend: [0, 4, 0],
  };
  // Only these parts of a market are read.
  const market = {
    file: { bars },
    sequencer: { dayIndex: 3, date: 20200106 },
  } as unknown as Market;
  const values = new Float64Array(PRINT_COLUMNS.length);
  const paid = (404 + 4) / 404;
  values[COLUMN.priceFactor] = 4 * paid;
  values[COLUMN.volumeFactor] = 4;
  values[COLUMN.trading] = 1;
  values[COLUMN.open] = 103;
  values[COLUMN.close] = 105;
  values[COLUMN.volume] = 500;
  const shown = dailyBars(market, 0, 10, values);
  t.same(
    shown.map(({ date, volume }) => [date, volume]),
    [
      [20200101, 4_000],
      [20200102, 8_000],
      [20200103, 9_000],
      [20200106, 500],
    ],
  );
  const closes = shown.map(({ close }) => close);
  t.ok(Math.abs(closes[0]! - 400 / 4 / paid) < 1e-9, 'the dividend came off too');
  t.same(closes.slice(2), [102, 105]);
  t.equal(dailyBars(market, 0, 2, values).length, 2);
});
