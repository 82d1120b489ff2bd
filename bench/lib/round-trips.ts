// Times of asks one after the other, with the other side hot or asleep.

import type { Sample } from './case.js';
import { nowUs, pause, percentiles } from './clock.js';
import { observed } from './profile.js';

/** Asks before measuring and asks measured, with the other side kept hot. */
const WARM = 3_000;
const HOT = 10_000;

/** Asks measured from asleep; each waits first, so they are few. */
const PARKED = 150;

/** Long enough for every idle strategy to have given its core away. Units: milliseconds. */
const ASLEEP_MS = 4;

/** Percentiles of asks that follow one another at once. Units: microseconds. */
export async function hotTrips(ask: () => Promise<unknown>): Promise<Sample> {
  for (let index = 0; index < WARM; index++) await ask();
  const times = new Float64Array(HOT);
  await observed(async () => {
    for (let index = 0; index < HOT; index++) times[index] = await timed(ask);
  });
  return percentiles(times);
}

/** Percentiles of asks that each find the other side asleep. Units: microseconds. */
export async function parkedTrips(ask: () => Promise<unknown>): Promise<Sample> {
  for (let index = 0; index < WARM; index++) await ask();
  const times = new Float64Array(PARKED);
  for (let index = 0; index < PARKED; index++) {
    await pause(ASLEEP_MS);
    times[index] = await timed(ask);
  }
  return percentiles(times);
}

async function timed(ask: () => Promise<unknown>): Promise<number> {
  const started = nowUs();
  await ask();
  return nowUs() - started;
}
