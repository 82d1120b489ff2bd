// The whole sample through the whole product, as fast as it goes, on one shard.

import type { Sample } from '../lib/case.js';
import { runOnce } from '../lib/product.js';

/** One run and what its report says. */
export async function wholeRun(ticksPerBar: number, flags: readonly string[]): Promise<Sample> {
  const report = await runOnce(['--shards', '1', '--ticks-per-bar', String(ticksPerBar), ...flags]);
  const rejected = Object.values(report.rejected).reduce((sum, count) => sum + count, 0);
  if (report.ticks < 1 || rejected > report.ticks / 100) {
    throw new Error(`expected ticks and hardly a rejection, was ${report.ticks} and ${rejected}`);
  }
  return {
    rate: report.ticksPerSecond,
    p50: report.latencyUs.p50 / 1000,
    p99: report.latencyUs.p99 / 1000,
    rss: report.rssMb,
  };
}
