// Waits for what the threads judge: woken by what they say, by an end and by a failure alone.

import t from 'tap';
import { Fault } from '../../../engine/index.js';
import { Judged } from './judged.js';

t.test('a wait ends with the last thread and the summary, and holds up no core', async (t) => {
  const judged = new Judged(2);
  let isOver = false;
  const wait = judged.reached(3).then(() => {
    isOver = true;
  });
  const point = { kind: 'point', isClose: false, date: 20210104 } as const;
  for (const [shard, pointIndex] of [
    [0, 3],
    [1, 2],
    [1, 3],
  ] as const) {
    judged.note(shard, { ...point, pointIndex });
    await Promise.resolve();
    t.notOk(process.getActiveResourcesInfo().includes('Immediate'), 'nothing looks again');
    t.equal(isOver, false);
  }
  const event = { kind: 'funnel_counted', pointIndex: 3 };
  judged.note(0, { kind: 'published', topic: 'funnel', from: 'funnel/main', event });
  await wait;
});

t.test('a wait ends when the market stops', async (t) => {
  const judged = new Judged(1);
  const waits = Promise.all([judged.reached(0), judged.portfolios(1)]);
  judged.stop();
  await t.resolves(waits);
});

t.test('a wait fails with the threads', async (t) => {
  const judged = new Judged(1);
  const wait = judged.reached(0);
  judged.fail(new Fault('shard.lost', 'expected a thread, was none'));
  await t.rejects(wait, { code: 'shard.lost' });
  await t.rejects(judged.failed, { code: 'shard.lost' });
});
