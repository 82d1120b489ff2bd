// Ten minutes at 100,000 ticks a second: whether memory stays flat.

import type { Sample } from '../lib/case.js';
import { pause } from '../lib/clock.js';
import { withProduct } from '../lib/product.js';
import { median } from '../lib/statistics.js';

const MINUTES = 10;

/** Memory is read so often. Units: milliseconds. */
const EVERY_MS = 5_000;

/** 75 sessions last ten minutes at an eighth of a session a second. */
const SESSIONS_PER_SECOND = 0.125;
const TICKS_PER_BAR = Math.round(100_000 / 504 / SESSIONS_PER_SECOND);

/** Growth from the second minute to the last, medians of each minute, in per cent. */
export function run(): Promise<Sample> {
  const pace = ['--pace', String(SESSIONS_PER_SECOND), '--ticks-per-bar', String(TICKS_PER_BAR)];
  return withProduct(['--shards', '1', '--quiet', ...pace], async (product) => {
    await product.httpPort();
    const readings: number[] = [];
    const perMinute = 60_000 / EVERY_MS;
    // The product ends its replay after exactly ten minutes: the last reading comes before.
    for (let reading = 0; reading < MINUTES * perMinute - 2; reading++) {
      await pause(EVERY_MS);
      readings.push(product.rssMb());
    }
    const second = median(readings.slice(perMinute, 2 * perMinute));
    const last = median(readings.slice(-perMinute));
    return { rss: Math.max(...readings), growth: (last / second - 1) * 100 };
  });
}
