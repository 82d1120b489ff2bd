// Tick to WebSocket client at 100,000 ticks a second.

import type { Sample } from '../lib/case.js';
import { latencyAt } from './socket-latency.js';

/** Percentiles over five seconds. */
export function run(): Promise<Sample> {
  return latencyAt(100_000);
}
