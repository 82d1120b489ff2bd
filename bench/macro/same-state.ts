// Whether runs that must agree do: by the number of different hashes of their final states.

import type { Sample } from '../lib/case.js';
import { runOnce } from '../lib/product.js';

/** Sessions enough for several snapshots and a death in the middle. */
const UNTIL = ['--to', '2021-02-12'];

/** One shard, two shards, one paced, one with a shard killed on the way. */
export async function run(): Promise<Sample> {
  const hashes = new Set<string>();
  let restarts = 0;
  const ways = [
    ['--shards', '1'],
    ['--shards', '2'],
    ['--shards', '1', '--pace', '20'],
    ['--shards', '2', '--kill-shard', '1@2021-01-22'],
  ];
  for (const way of ways) {
    const report = await runOnce([...UNTIL, ...way]);
    hashes.add(report.hash);
    restarts += report.restarts;
  }
  if (restarts === 0) throw new Error('expected the killed shard to be restarted, was not');
  return { hashes: hashes.size };
}
