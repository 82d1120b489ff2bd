// Times of an actor's turns: told to a fifth, timed seldom where they are short.

import fc from 'fast-check';
import t from 'tap';
import { World } from '../testkit/world.js';
import { TurnTimes } from './turn-times.js';

t.test('tells a percentile to a fifth above what it was', async () => {
  const times = fc.array(fc.integer({ min: 1, max: 900_000 }), { minLength: 1, maxLength: 300 });
  fc.assert(
    fc.property(times, (all) => {
      const told = new TurnTimes();
      for (const us of all) told.note(us);
      const sorted = all.toSorted((a, b) => a - b);
      const exact = sorted[all.length - 1 - Math.floor(all.length * (1 - 0.99))]!;
      const p99 = told.percentile(0.99);
      return p99 >= exact && p99 <= Math.ceil(exact * 2 ** 0.25) + 1;
    }),
  );
});

t.test('is 0 before the first, holds the longest in its last bucket, forgets slowly', async (t) => {
  const told = new TurnTimes();
  t.equal(told.percentile(0.99), 0);
  told.note(1e12);
  t.equal(told.percentile(0.99), 2 ** 20);
  for (let turn = 0; turn < 200_000; turn++) told.note(10);
  t.equal(told.percentile(0.99), 12);
});

t.test('has long turns timed soon again, and short ones seldom', async (t) => {
  const told = new TurnTimes();
  t.ok(told.note(0.3) > 200);
  t.ok(told.note(6) < 10);
});

t.test('each actor of the tree has the times of its own turns', async (t) => {
  let clockUs = 0;
  const taking = (kind: string, tookUs: number) => ({
    kind,
    version: 1,
    lanes: { work: { lane: 'data', overflow: 'reject' } },
    initial: () => ({}),
    receive: () => {
      clockUs += tookUs;
    },
    evolve: () => {},
    encode: () => ({}),
    decode: () => ({}),
  });
  const behaviours = [taking('slow', 400), taking('quick', 3)];
  const world = new World(behaviours, {}, { monotonicUs: () => clockUs });
  for (let turn = 0; turn < 20; turn++) {
    for (const address of ['slow/a', 'quick/a'] as const) world.tell(address, { kind: 'work' });
  }
  world.tell('slow/b', { kind: 'work' });
  world.run();
  const p99 = new Map(world.system.tree().map((one) => [one.address, one.turnUsP99]));
  t.same([...p99.keys()], ['slow/a', 'quick/a', 'slow/b']);
  t.ok(p99.get('slow/a')! >= 400 && p99.get('slow/a')! < 480);
  t.ok(p99.get('quick/a')! >= 3 && p99.get('quick/a')! <= 4);
  t.equal(p99.get('slow/b'), 0, 'none of it was timed');
});
