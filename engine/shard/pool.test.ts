// Threads that fail in every way: each is replaced, its actors return, the others go on.

import t, { type Test } from 'tap';
import type { Fault } from '../core/fault.js';
import { Counters } from '../testkit/counter-pool.js';
import { createShardProgram } from '../testkit/counter-program.js';
import { Blame } from './blame.js';
import type { ShardPoolOptions } from './pool.js';
import { PressureGate } from './pressure.js';
import { createRing, RingConsumer, RingProducer } from './ring.js';
import { Watchdog } from './watchdog.js';

/** Breaks shard 0 one way and checks everything that must hold afterwards. */
async function breakShard(
  t: Test,
  options: Partial<ShardPoolOptions>,
  harm: (counters: Counters) => void,
): Promise<string> {
  const counters = new Counters(options);
  t.teardown(() => counters.pool.close(1_000));
  for (let n = 0; n < 3; n++) await counters.ask(0, 'a', 'add');
  await counters.ask(1, 'b', 'add');
  const died = counters.died();
  harm(counters);
  t.match(await counters.ask(1, 'b', 'add'), { message: { total: 2 } });
  await died;
  t.match(await counters.ask(0, 'a', 'show'), { message: { total: 3 } }, 'state came back');
  t.match(await counters.ask(1, 'b', 'show'), { message: { total: 2 } });
  t.same([counters.pool.generation(0), counters.pool.generation(1)], [1, 0]);
  t.equal(counters.deaths.length, 1);
  return counters.deaths[0]!.fault.code;
}

t.test('a turn without end is noticed and its thread replaced', async (t) => {
  const patience = { hungMs: 2_000 };
  const code = await breakShard(t, { patience }, (counters) => counters.tell(0, 'a', 'hang'));
  t.equal(code, 'shard.hung');
});

t.test('a shard answers while another one hangs', async (t) => {
  // Nobody looks for ten minutes: what answers does so beside a thread that hangs.
  const counters = new Counters({ patience: { hungMs: 600_000 } });
  t.teardown(() => counters.pool.close(1_000));
  counters.tell(0, 'a', 'hang');
  for (let n = 1; n <= 10; n++) {
    t.match(await counters.ask(1, 'b', 'add'), { message: { total: n } });
  }
  t.equal(counters.deaths.length, 0);
  const died = counters.died();
  counters.pool.kill(0);
  await died;
});

t.test('an error that nothing caught ends the thread', async (t) => {
  const counters = new Counters();
  t.teardown(() => counters.pool.close(1_000));
  await counters.ask(0, 'a', 'add');
  const died = counters.died();
  counters.post(0, { kind: 'break' });
  await died;
  t.match(counters.deaths, [{ shard: 0, fault: { code: 'shard.failed', retryable: true } }]);
  t.match(counters.deaths[0]?.fault.message, /broken as asked/);
  t.match(await counters.ask(0, 'a', 'show'), { message: { total: 1 } });
});

t.test('a thread that outgrows its heap ends alone', async (t) => {
  const options = { heapMibMax: 64 };
  const code = await breakShard(t, options, (counters) => counters.tell(0, 'a', 'exhaust'));
  t.equal(code, 'shard.out_of_memory');
});

t.test('a thread that exits or is killed is replaced', async (t) => {
  for (const [code, harm] of [
    ['shard.exited', (counters: Counters) => counters.tell(0, 'a', 'exit')],
    ['shard.killed', (counters: Counters) => counters.pool.kill(0)],
  ] as const) {
    const counters = new Counters();
    await counters.ask(0, 'a', 'add');
    const died = counters.died();
    harm(counters);
    await died;
    t.equal(counters.deaths[0]?.fault.code, code);
    t.match(await counters.ask(0, 'a', 'add'), { message: { total: 2 } });
    await counters.pool.close(1_000);
    t.equal(counters.pool.strayErrors, 0);
  }
});

t.test('a program that can’t begin is told as such', async (t) => {
  const died = new Promise<Fault>((resolve) => {
    const counters = new Counters({
      shardCount: 1,
      programUrl: new URL('./no-such-program.js', import.meta.url).href,
      onDied: (_shard, fault) => resolve(fault),
    });
    t.teardown(() => counters.pool.close(1_000));
  });
  t.match(await died, { code: 'shard.failed' });
});

t.test('an unknown shard is refused', async (t) => {
  const counters = new Counters();
  t.throws(() => counters.pool.kill(7), { code: 'shard.unknown' });
  await counters.pool.close(1_000);
});

const awake = { mark: 0, isParked: false, isAtLength: false };

t.test('the watchdog counts looks, and waits longer for the first beat', async (t) => {
  const watchdog = new Watchdog({ hungMs: 2_000, beginMs: 3_000 });
  t.equal(watchdog.lookEveryMs, 500);
  const pulses = (counts: readonly number[]) =>
    counts.map((beats) => watchdog.look(0, { ...awake, beats }));
  t.same(pulses([5, 5, 5, 5, 5]), ['well', 'well', 'well', 'well', 'hung']);
  t.same(pulses([6, 6, 6, 6, 7, 7]), ['well', 'well', 'well', 'well', 'well', 'well']);
  watchdog.reset(0);
  t.equal(pulses([0, 0, 0, 0, 0]).at(-1), 'well');
  t.same(pulses([0]), ['never_began']);
  t.equal(watchdog.look(1, { ...awake, beats: 9 }), 'well', 'each thread by itself');
});

t.test('a thread that sleeps is well however long, and may hang once it is awake', async (t) => {
  const watchdog = new Watchdog({ hungMs: 2_000, beginMs: 3_000 });
  const looks = (count: number, isParked: boolean) =>
    Array.from({ length: count }, () =>
      watchdog.look(0, { ...awake, beats: 5, mark: 1, isParked }),
    );
  t.same(new Set(looks(100, true)), new Set(['well']));
  t.same(looks(4, false), ['well', 'well', 'well', 'hung']);
});

t.test('a long pass over many turns is no hang, unless it has no end', async (t) => {
  const watchdog = new Watchdog({ hungMs: 2_000, beginMs: 3_000 });
  const pulses = (marks: readonly number[]) =>
    marks.map((mark) => watchdog.look(0, { ...awake, beats: 5, mark }));
  pulses([1]);
  t.same(new Set(pulses(Array.from({ length: 39 }, (_, n) => n + 2))), new Set(['well']));
  t.same(pulses([41]), ['hung']);
  t.same(pulses([42]), ['hung']);
  t.equal(watchdog.look(0, { ...awake, beats: 6, mark: 42 }), 'well', 'it went on');
});

t.test('one turn is a hang as soon as ever', async (t) => {
  const watchdog = new Watchdog({ hungMs: 2_000, beginMs: 3_000 });
  const pulses = [7, 8, 8, 8, 8, 8].map((mark) => watchdog.look(0, { ...awake, beats: 5, mark }));
  t.same(pulses, ['well', 'well', 'well', 'well', 'well', 'hung']);
});

t.test('what says that it takes its time has ten times as long, and no more', async (t) => {
  const watchdog = new Watchdog({ hungMs: 2_000, beginMs: 3_000 });
  const handle = createRing(16);
  const owner = new RingProducer(handle);
  const look = () =>
    watchdog.look(0, { ...awake, beats: 5, mark: 7, isAtLength: owner.isAtLength() });
  const consumer = new RingConsumer(handle);
  look();
  const pulses = consumer.atLength(() => Array.from({ length: 40 }, look));
  t.same(new Set(pulses.slice(0, 39)), new Set(['well']));
  t.equal(pulses[39], 'hung');
  const failing = (): void => {
    throw new Error('the disk is full');
  };
  t.throws(() => consumer.atLength(failing), /full/);
  t.notOk(owner.isAtLength(), 'also where it fails');
});

t.test('pressure reaches the owner, the highest since it looked', async (t) => {
  const handle = createRing(16);
  const producer = new RingProducer(handle);
  const consumer = new RingConsumer(handle);
  consumer.attach(12);
  t.equal(producer.threadId(), 12);
  consumer.press(0.25);
  consumer.press(0.75);
  consumer.press(0.5);
  t.equal(producer.takePressure(), 0.75);
  t.equal(producer.takePressure(), 0);
});

t.test('a message whose turn ends three threads is put aside by the fourth', async (t) => {
  t.type(createShardProgram, 'function');
  const counters = new Counters();
  t.teardown(() => counters.pool.close(1_000));
  await counters.ask(0, 'a', 'add');
  for (let n = 0; n < 3; n++) {
    const died = counters.died();
    counters.tell(0, 'a', 'exit');
    await died;
  }
  t.match(await counters.ask(0, 'a', 'exit'), { code: 'actor.message_quarantined' });
  t.match(await counters.ask(0, 'a', 'add'), { message: { total: 2 } }, 'the actor goes on');
  t.equal(counters.deaths.length, 3);
  const died = counters.died();
  counters.tell(0, 'a', 'exit');
  await died;
  t.equal(counters.deaths.length, 4, 'a later one gets its three tries too');
});

t.test('a source waits from high pressure until it is low', async (t) => {
  const told = [0.5, 0.75, 0.5, 0.25, 0.2, 0.7, 1];
  const gate = new PressureGate(() => told.shift() ?? 0);
  const pressed = Array.from({ length: 7 }, () => gate.isPressed());
  t.same(pressed, [false, true, true, true, false, false, true]);
  t.equal(gate.waits, 2);
});

t.test('a turn is guilty after three deaths, once; no turn never is', async (t) => {
  const blame = new Blame();
  for (const mark of [5, 0, 7, 5, 0, 0]) blame.add(mark);
  t.same(blame.takeGuilty(), []);
  blame.add(5);
  t.same(blame.takeGuilty(), [5]);
  t.same(blame.takeGuilty(), []);
  for (let mark = 100; mark < 300; mark++) blame.add(mark);
  blame.add(7);
  blame.add(7);
  t.same(blame.takeGuilty(), [], 'the longest unseen were forgotten');
});

t.test('a new thread finds its ring empty', async (t) => {
  const counters = new Counters({ shardCount: 1 });
  await counters.ask(0, 'a', 'add');
  const died = counters.died();
  counters.pool.kill(0);
  const ring = counters.pool.ring(0);
  while (ring.claim() >= 0);
  t.equal(ring.depth(), ring.capacity);
  await died;
  t.equal(ring.depth(), 0);
  await counters.pool.close(1_000);
});
