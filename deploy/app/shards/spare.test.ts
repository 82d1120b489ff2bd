// When a thread stands by for a market's shards, and what it is given to rehearse.

import t, { type Test } from 'tap';
import { ShardPool } from '../../../engine/index.js';
import type { ShardConfig } from '../../roles/shard-config.js';
import { type Life, startLife, temporaryFolder } from '../../services/test-system.js';
import { nextTurn } from '../next-turn.js';

t.setTimeout(300_000);

/** Starts a small market, and hears what spare threads are asked for. */
async function watched(t: Test, pace: string, onSession: (life: Life, done: number) => void) {
  const asked = t.capture(ShardPool.prototype, 'prepareSpare', ShardPool.prototype.prepareSpare);
  const dataDir = temporaryFolder(t, 'spare');
  const flags = { dataDir, pace, shards: '2', warmup: '60', to: '2021-01-12' };
  const life = await startLife(flags, onSession);
  t.teardown(() => life.market.close(2_000));
  // Only the shards ask, with a configuration of theirs.
  const configs = (): ShardConfig[] => asked().map(({ args }) => args[0] as ShardConfig);
  t.same(configs(), [], 'none before the market streams');
  return { life, configs };
}

t.test('what is streamed as fast as it goes has a spare thread when it is over', async (t) => {
  let during: readonly ShardConfig[] = [];
  const { life, configs } = await watched(t, 'max', (_life, done) => {
    if (done === 3) during = configs();
  });
  await life.market.stream();
  t.same(during, []);
  t.equal(configs().length, 1);
});

t.test('what is paced has one from the start, and another after each death', async (t) => {
  let first: readonly ShardConfig[] = [];
  const { life, configs } = await watched(t, '40', ({ market }, done) => {
    if (done !== 3) return;
    first = configs();
    market.shards.kill(1);
  });
  await life.market.stream();
  t.equal(first.length, 1);
  const { shards } = life.market;
  while (shards.restarts() === 0 || shards.look(1).isReplaying) await nextTurn();
  t.equal(configs().length, 2, 'after the death, and at the end of the stream');
  const [config] = first;
  // Any shard may need the thread: it rehearses what all have in common, and nobody's past.
  t.match(config, { isFirst: true, snapshot: undefined, journaled: new Map(), down: new Map() });
  t.same(config?.folded, { parts: [] });
  t.same(config?.rows, shards.placed.rowsOf(0));
});
