// Round trips from the main thread to an actor on a shard, parked.

import type { Sample } from '../lib/case.js';
import { parkedTrips } from '../lib/round-trips.js';
import { withCountingShards } from './counting-shards.js';

/** Asks one actor again and again, each time after its answer. */
export function run(): Promise<Sample> {
  return withCountingShards(1, (shards) => parkedTrips(() => shards.ask(0, 'count/0')));
}
