// Minutes at 100,000 ticks a second: whether memory stays flat.

import type { Sample } from '../lib/case.js';
import { pause } from '../lib/clock.js';
import { ticksSoFar, withProduct } from '../lib/product.js';
import { median } from '../lib/statistics.js';

/** Readings of memory in ten parts of the time; the second is compared with the last. */
const READINGS_A_PART = 12;
const PARTS = 10;

/** 75 sessions last ten minutes at an eighth of a session a second. */
const SESSIONS_PER_SECOND = 0.125;
const TICKS_PER_BAR = Math.round(100_000 / 504 / SESSIONS_PER_SECOND);

/**
 * Growth from the second tenth of the time to the last, medians of each, in per cent; and the rate
 * that was held from the one to the other, ticks a second.
 */
export function soak(minutes: number): Promise<Sample> {
  const pace = ['--pace', String(SESSIONS_PER_SECOND), '--ticks-per-bar', String(TICKS_PER_BAR)];
  return withProduct(['--shards', '1', '--quiet', ...pace], async (product) => {
    const port = await product.httpPort();
    const readings: number[] = [];
    let early: Streamed | undefined;
    // The product ends its replay after exactly ten minutes: the last reading comes before.
    for (let reading = 0; reading < PARTS * READINGS_A_PART - 2; reading++) {
      await pause((minutes * 60_000) / (PARTS * READINGS_A_PART));
      readings.push(product.rssMb());
      if (reading === READINGS_A_PART) early = await streamed(port);
    }
    const late = await streamed(port);
    const rate = (late.ticks - early!.ticks) / (late.seconds - early!.seconds);
    const second = median(readings.slice(READINGS_A_PART, 2 * READINGS_A_PART));
    const last = median(readings.slice(-READINGS_A_PART));
    return { rate, rss: Math.max(...readings), growth: (last / second - 1) * 100 };
  });
}

/** A count and when it was taken. Units: ticks, seconds. */
interface Streamed {
  readonly ticks: number;
  readonly seconds: number;
}

async function streamed(port: number): Promise<Streamed> {
  return { ticks: await ticksSoFar(port), seconds: performance.now() / 1000 };
}
