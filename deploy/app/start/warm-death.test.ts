// A thread that dies while it runs history is replaced, and the start goes on as if it had not.

import t from 'tap';
import { startSmallMarket, temporaryFolder } from '../../services/test-system.js';
import { HistoryHelp } from './history-help.js';

t.test('a shard whose first thread dies in its history comes to the same state', async (t) => {
  const calm = await startSmallMarket(temporaryFolder(t, 'calm'), { shards: '2' });
  await calm.market.stream();
  const hash = await calm.market.hash();
  await calm.market.close(2_000);

  const { partsFor } = HistoryHelp.prototype;
  t.teardown(() => {
    HistoryHelp.prototype.partsFor = partsFor;
  });
  HistoryHelp.prototype.partsFor = function broken(this: HistoryHelp, shard) {
    const memory = partsFor.call(this, shard);
    // No integers fit into a byte: the thread that is given it dies.
    return memory === undefined || shard === 1 ? memory : new SharedArrayBuffer(1);
  };
  const { market } = await startSmallMarket(temporaryFolder(t, 'dying'), { shards: '2' });
  await market.stream();
  t.equal(market.shards.restarts(), 1);
  t.equal(await market.hash(), hash);
  await market.close(2_000);
});
