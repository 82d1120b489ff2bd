// The parts of the simulated world: time, chance, disk, network, shrinking, nodes.

import t from 'tap';
import type { Fault } from '../core/fault.js';
import type { StoredRecord } from '../journal/record.js';
import type { Record } from '../runtime/ports.js';
import { Agenda } from './agenda.js';
import { Chance } from './chance.js';
import { SimDisk } from './disk.js';
import { FAULT_KINDS, faultAt } from './faults.js';
import { SimNetwork } from './network.js';
import { SimNode } from './node.js';
import { shrink } from './shrink.js';
import { Simulation } from './simulation.js';

function runAll(agenda: Agenda): void {
  for (let next = agenda.take(); next !== undefined; next = agenda.take()) next.run();
}

function record(address: 'a/1' | 'b/1', sequence: number): Record {
  return { address, sequence, event: { kind: 'counted' }, cause: 'test', timeUs: 0 };
}

t.test('happenings come by time, then in the order they were asked for', async (t) => {
  const agenda = new Agenda();
  const seen: string[] = [];
  agenda.after(5, 'c', () => seen.push(`c ${agenda.nowUs}`));
  agenda.after(1, 'a', () => {
    seen.push(`a ${agenda.nowUs}`);
    agenda.after(4, 'd', () => seen.push(`d ${agenda.nowUs}`));
  });
  agenda.after(1, 'b', () => seen.push(`b ${agenda.nowUs}`));
  runAll(agenda);
  t.same(seen, ['a 1', 'b 1', 'c 5', 'd 5']);
});

t.test('chance is the same for the same seed and name, and stays in its bounds', async (t) => {
  const draw = (name: string): number[] => {
    const chance = new Chance(7, name);
    return Array.from({ length: 200 }, () => chance.between(3, 6));
  };
  t.same(draw('one'), draw('one'));
  t.notSame(draw('one'), draw('two'));
  t.same([...new Set(draw('one'))].sort(), [3, 4, 5, 6]);
});

t.test('appends that meet share a commit, and a wrong sequence is refused alone', async (t) => {
  const agenda = new Agenda();
  const durable: StoredRecord[] = [];
  const disk = new SimDisk(agenda, new Chance(1, 'disk'), (records) => durable.push(...records));
  const said: string[] = [];
  const say = (name: string) => (fault?: Fault) =>
    said.push(`${name} ${fault?.code ?? 'kept'} at ${disk.position}`);
  disk.append([record('a/1', 1)], say('first'));
  disk.append([record('a/1', 2), record('a/1', 3)], say('second'));
  disk.append([record('b/1', 2)], say('third'));
  disk.append([record('b/1', 1)], say('fourth'));
  t.same(said, [], 'nothing is kept at once');
  runAll(agenda);
  t.same(said, [
    'first kept at 1',
    'second kept at 4',
    'fourth kept at 4',
    'third journal.out_of_sequence at 4',
  ]);
  t.equal(disk.counters.commits, 2);
  t.same(durable, disk.recordsOf('a/1', 0).concat(disk.recordsOf('b/1', 0)));
});

t.test('a full disk refuses with a fault that may pass', async (t) => {
  const agenda = new Agenda();
  const disk = new SimDisk(agenda, new Chance(1, 'disk'));
  disk.isFull = true;
  let fault: Fault | undefined;
  disk.append([record('a/1', 1)], (given) => (fault = given));
  runAll(agenda);
  t.match(fault, { code: 'journal.disk_full', retryable: true });
  t.equal(disk.position, 0);
});

t.test('a torn commit is kept whole or not at all', async (t) => {
  const outcomes = new Set<number>();
  for (let seed = 0; seed < 300; seed++) {
    const agenda = new Agenda();
    const disk = new SimDisk(agenda, new Chance(seed, 'disk'));
    disk.append([record('a/1', 1)], () => {});
    runAll(agenda);
    const said: unknown[] = [];
    disk.append([record('a/1', 2), record('a/1', 3)], () => said.push('kept'));
    disk.crash();
    runAll(agenda);
    disk.recover();
    t.same(said, [], 'who waited for it is gone');
    outcomes.add(disk.position);
    t.equal(disk.recordsOf('a/1', 0).length, disk.position);
    disk.append([record('a/1', disk.position + 1)], () => said.push('kept'));
    runAll(agenda);
    t.same(said, ['kept'], 'the journal goes on behind what is whole');
  }
  t.same([...outcomes].sort(), [1, 3]);
});

t.test('a torn snapshot is passed over for the one before', async (t) => {
  const agenda = new Agenda();
  const disk = new SimDisk(agenda, new Chance(1, 'disk'));
  disk.save('x', 'the first', () => {});
  runAll(agenda);
  disk.save('x', 'the second', () => {});
  disk.crash();
  disk.recover();
  t.equal(disk.snapshot('x'), 'the first');
  t.equal(disk.counters.damagedSnapshots, 1);
});

t.test('a kept link keeps order and loses nothing, an open one does neither', async (t) => {
  const agenda = new Agenda();
  const network = new SimNetwork(agenda, new Chance(3, 'network'));
  Object.assign(network.weather, {
    delayUs: 500,
    dropShare: 0.2,
    duplicateShare: 0.2,
    reorderShare: 0.2,
  });
  const kept: number[] = [];
  const open: number[] = [];
  const sent = Array.from({ length: 200 }, (_, index) => index);
  for (const index of sent) {
    network.send('kept', 'kept', () => kept.push(index));
    network.send('open', 'open', () => open.push(index));
  }
  runAll(agenda);
  t.same(kept, sent);
  const { dropped, duplicated, reordered } = network.counters;
  t.ok(dropped > 0 && duplicated > 0 && reordered > 0);
  t.equal(open.length, 200 + duplicated - dropped);
  t.notSame(
    open,
    open.toSorted((a, b) => a - b),
  );
});

t.test('shrinking keeps what is needed, and stops at its bound', async (t) => {
  const items = Array.from({ length: 100 }, (_, index) => index);
  let runs = 0;
  const fails = async (kept: readonly number[]): Promise<boolean> => {
    runs++;
    return kept.includes(13) && kept.includes(77);
  };
  t.same(await shrink(items, fails), [13, 77]);
  t.ok(runs < 200, `${runs} runs`);
  t.same(await shrink(items, async () => true), []);
  runs = 0;
  await shrink(items, fails, 5);
  t.equal(runs, 5);
});

t.test('a node hangs, jumps in time, and its inbox dies with it', async (t) => {
  const agenda = new Agenda();
  const node = new SimNode(agenda, 0);
  const seen: string[] = [];
  node.start(() => ({
    onMessage: (message) => seen.push(`${String(message)} at ${agenda.nowUs}`),
    step() {},
    dueInUs: () => Number.POSITIVE_INFINITY,
  }));
  node.hang(1_000);
  node.receive('one');
  runAll(agenda);
  t.same(seen, ['one at 1000']);
  const before = node.monotonicUs();
  node.jump(5_000);
  t.equal(node.monotonicUs(), before + 5_000);
  node.receive('two');
  node.stop();
  runAll(agenda);
  t.equal(seen.length, 1);
  t.notOk(node.isRunning);
});

t.test('a plan of faults is the same for its seed and knows every kind', async (t) => {
  const plan = (seed: number) => Array.from({ length: 300 }, (_, index) => faultAt(seed, index, 3));
  t.same(plan(5), plan(5));
  t.notSame(plan(5), plan(6));
  t.same(new Set(plan(5).map(({ kind }) => kind)), new Set(FAULT_KINDS));
});

t.test('a judge is asked after every step, and a step that throws is a failure', async (t) => {
  const run = (judge: (step: number) => string | undefined, onBegin: (s: Simulation) => void) => {
    const simulation = new Simulation({
      seed: 1,
      nodeCount: 1,
      onCommitted: () => {},
      faults: new Set(),
      judges: [{ name: 'a judge', afterStep: judge, atRest: () => undefined }],
      world: {
        begin: onBegin,
        onPost() {},
        onNodeDied() {},
        onProcessLost() {},
        onProcessBack() {},
        onActorFault() {},
        slowConsumers() {},
        settle: () => undefined,
        rest() {},
      },
    });
    return simulation.run(10);
  };
  t.equal(
    await run(
      () => undefined,
      () => {},
    ),
    undefined,
  );
  t.match(
    await run(
      (step) => (step === 4 ? 'no' : undefined),
      () => {},
    ),
    { judge: 'a judge', step: 4, text: 'no' },
  );
  const failure = await run(
    () => undefined,
    (simulation) =>
      simulation.later(1, 'broken', () => {
        throw new Error('as told');
      }),
  );
  t.match(failure, { judge: 'no step throws', text: /broken: Error: as told/ });
});
