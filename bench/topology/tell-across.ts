// Typed messages a second from one thread to 500 actors on another.

import type { Address } from '../../engine/index.js';
import type { Sample } from '../lib/case.js';
import { ratePerSecond } from '../lib/clock.js';
import { ACTORS } from '../lib/counting-system.js';
import { withCountingShards } from './counting-shards.js';

/** Messages between two answers, so that the queue stays bounded. */
const BURST = 10_000;

/** Tells bursts and waits for an answer behind each. */
export async function run(): Promise<Sample> {
  const addresses = Array.from({ length: ACTORS }, (_, index): Address => `count/${index}`);
  const rate = await withCountingShards(1, (shards) =>
    ratePerSecond(async () => {
      for (let message = 1; message < BURST; message++) {
        shards.tell(0, addresses[message % ACTORS]!, message);
      }
      await shards.ask(0, 'count/0');
      return BURST;
    }),
  );
  return { rate };
}
