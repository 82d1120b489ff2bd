// Asks a second through a pool of two shards, 64 in flight: what stands beside a task pool.

import type { Sample } from '../lib/case.js';
import { ratePerSecond } from '../lib/clock.js';
import { withCountingShards } from './counting-shards.js';

const SHARDS = 2;
const IN_FLIGHT = 64;

/** Keeps 64 asks in flight. */
export async function run(): Promise<Sample> {
  const rate = await withCountingShards(SHARDS, (shards) =>
    ratePerSecond(async () => {
      const asks = Array.from({ length: IN_FLIGHT }, (_, index) =>
        shards.ask(index % SHARDS, `count/${index}`),
      );
      await Promise.all(asks);
      return IN_FLIGHT;
    }),
  );
  return { rate };
}
