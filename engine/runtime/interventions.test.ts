// Levers that operators pull while commits and restarts are under way.

import t from 'tap';
import type { Address, Message } from '../core/address.js';
import type { Behaviour } from '../core/behaviour.js';
import { Fault } from '../core/fault.js';
import type { SupervisorPolicy } from '../core/supervision.js';
import { World } from '../testkit/world.js';

interface Told extends Message {
  readonly kind: 'note' | 'fail' | 'spawn';
  readonly child?: Address;
}

const lane = { lane: 'command', overflow: 'reject' } as const;

/** Notes what it is told, durably, and spawns whom it is told to. */
function noter(
  kind: string,
  supervision: Partial<SupervisorPolicy> = {},
): Behaviour<{ notes: number }, Told, { readonly kind: 'noted' }> {
  return {
    kind,
    version: 1,
    lanes: { note: lane, fail: lane, spawn: lane },
    supervision: { jitter: 0, attemptsMax: 1, ...supervision },
    initial: () => ({ notes: 0 }),
    receive(state, { kind, child }, turn) {
      if (kind === 'fail') throw new Fault('test.failed', 'as asked');
      if (kind === 'note') turn.persist({ kind: 'noted' });
      if (child !== undefined) turn.spawn({ address: child });
      turn.reply({ kind: 'shown', notes: state.notes } as Message);
    },
    evolve(state) {
      state.notes++;
    },
    encode: (state) => ({ ...state }),
    decode: (encoded) => ({ ...(encoded as { notes: number }) }),
  };
}

/** A family restarted as a whole: `child/b` has failed, and it waits for a commit of `child/a`. */
function waitingFamily(): World {
  const world = new World([noter('parent', { strategy: 'one_for_all' }), noter('child')]);
  for (const child of ['child/a', 'child/b'] as const) {
    world.tell('parent/p', { kind: 'spawn', child } as Told);
  }
  world.run();
  world.holdsCommits = true;
  world.tell('child/a', { kind: 'note' });
  world.run();
  world.tell('child/b', { kind: 'fail' });
  world.pass(1_000_000);
  return world;
}

function land(world: World, fault?: Fault): void {
  world.holdsCommits = false;
  for (const commit of world.commits.splice(0)) commit(fault);
  world.run();
}

const statesOf = (world: World): string[] =>
  (['child/a', 'child/b'] as const).map((address) => world.stateOf(address));

t.test('a restart that waits for a commit is not lost when a lever is pulled', async (t) => {
  const levers = {
    none: () => {},
    restart: (world: World) => world.system.restart('child/a'),
    stop: (world: World) => world.system.stop('child/a'),
  };
  for (const [lever, pull] of Object.entries(levers)) {
    for (const fault of [undefined, new Fault('journal.disk_full', 'full', { retryable: true })]) {
      const world = waitingFamily();
      t.same(statesOf(world), ['restarting', 'restarting']);
      pull(world);
      land(world, fault);
      const first = lever === 'stop' ? 'stopped' : 'running';
      t.same(statesOf(world), [first, 'running'], `${lever}, ${fault?.code ?? 'landed'}`);
    }
  }
});

t.test('a restart that waits for a commit goes on when its wait is cut short', async (t) => {
  const world = waitingFamily();
  world.system.stop('child/a');
  world.pass(60_000_000);
  t.same(statesOf(world), ['stopped', 'running']);
});

t.test('a restart of an actor that is stopping is not lost; the last lever counts', async (t) => {
  const stopping = (): World => {
    const world = new World([noter('child')]);
    world.holdsCommits = true;
    world.tell('child/a', { kind: 'note' });
    world.run();
    world.system.stop('child/a');
    t.equal(world.stateOf('child/a'), 'stopping');
    return world;
  };
  const again = stopping();
  again.system.restart('child/a');
  again.system.restart('child/a');
  land(again);
  t.equal(again.stateOf('child/a'), 'running');
  const shown = again.ask('child/a', { kind: 'note' });
  again.run();
  t.match(shown, [{ message: { notes: 2 } }], 'its commit landed before');
  const last = stopping();
  last.system.restart('child/a');
  last.system.stop('child/a');
  land(last);
  t.equal(last.stateOf('child/a'), 'stopped');
  const ending = stopping();
  ending.system.restart('child/a');
  ending.system.shutdown(1_000_000, () => {});
  land(ending);
  t.equal(ending.stateOf('child/a'), 'stopped', 'nothing comes back in a shutdown');
});

t.test('an actor that is held stays held when a commit of it fails', async (t) => {
  const world = new World([noter('child')]);
  world.holdsCommits = true;
  world.tell('child/a', { kind: 'note' });
  world.run();
  t.equal(world.system.suspend('child/a'), true);
  land(world, new Fault('journal.disk_full', 'full', { retryable: true }));
  const shown = world.ask('child/a', { kind: 'note' });
  world.run();
  t.equal(world.stateOf('child/a'), 'suspended');
  t.same(shown, []);
  t.equal(world.system.resume('child/a'), true);
  world.run();
  t.match(shown, [{ message: { notes: 1 } }]);
});

t.test('an actor that is held stays held through a restart of its siblings', async (t) => {
  const world = new World([noter('parent', { strategy: 'one_for_all' }), noter('child')]);
  for (const child of ['child/a', 'child/b'] as const) {
    world.tell('parent/p', { kind: 'spawn', child } as Told);
  }
  world.run();
  world.system.suspend('child/a');
  world.tell('child/b', { kind: 'fail' });
  world.run();
  t.same(statesOf(world), ['restarting', 'restarting']);
  world.pass(1_000_000);
  t.same(statesOf(world), ['suspended', 'running']);
  t.equal(world.system.restart('child/a'), true, 'whoever restarts it wants it to run');
  t.same(statesOf(world), ['running', 'running']);
  t.equal(world.system.resume('child/a'), false);
});

t.test('one that is rebuilt can be held meanwhile, and is when it is back', async (t) => {
  const world = new World([noter('parent', { strategy: 'one_for_all' }), noter('child')]);
  for (const child of ['child/a', 'child/b'] as const) {
    world.tell('parent/p', { kind: 'spawn', child } as Told);
  }
  world.run();
  world.tell('child/b', { kind: 'fail' });
  world.run();
  t.equal(world.system.suspend('child/a'), true);
  t.equal(world.system.suspend('child/a'), false, 'it is held already');
  t.same(statesOf(world), ['restarting', 'restarting']);
  world.pass(1_000_000);
  t.same(statesOf(world), ['suspended', 'running']);
});

t.test('one that is let go while it is rebuilt runs when it is back', async (t) => {
  const world = new World([noter('parent', { strategy: 'one_for_all' }), noter('child')]);
  for (const child of ['child/a', 'child/b'] as const) {
    world.tell('parent/p', { kind: 'spawn', child } as Told);
  }
  world.run();
  world.system.suspend('child/a');
  world.tell('child/b', { kind: 'fail' });
  world.run();
  t.equal(world.system.resume('child/a'), true);
  world.pass(1_000_000);
  t.same(statesOf(world), ['running', 'running']);
});

t.test('nothing starts once a shutdown or a stop has begun, not by a spawn either', async (t) => {
  for (const end of ['shutdown', 'stop'] as const) {
    const world = new World([noter('parent'), noter('child')]);
    world.holdsCommits = true;
    world.system.start('parent/first');
    world.tell('parent/p', { kind: 'note', child: 'child/late' } as Told);
    world.run();
    let isDone = false;
    const done = (): void => {
      isDone = true;
    };
    if (end === 'stop') world.system.stop('parent/p', done);
    else {
      world.system.shutdown(10_000_000, done);
      t.equal(world.stateOf('parent/first'), 'running', 'it stops after those that came later');
      world.tell('parent/first', { kind: 'spawn', child: 'child/other' } as Told);
      world.run();
      t.equal(world.stateOf('child/other'), 'gone');
      t.match(world.ask('child/new', { kind: 'show' }), [{ code: 'system.shutting_down' }]);
    }
    land(world);
    t.ok(isDone, end);
    t.equal(world.stateOf('child/late'), 'gone');
    t.equal(world.system.deadLetterCounts().get('actor.stopping spawn'), 1);
  }
});

t.test(
  'a child of another thread or of an unknown kind is not started, and is counted',
  async (t) => {
    const world = new World([noter('parent'), noter('child')]);
    world.far.add('child/far');
    for (const child of ['child/far', 'nothing/x', 'child/near'] as const) {
      world.tell('parent/p', { kind: 'spawn', child } as Told);
    }
    world.run();
    t.equal(world.stateOf('child/far'), 'gone');
    t.equal(world.stateOf('child/near'), 'running');
    t.same(
      [...world.system.deadLetterCounts()],
      [
        ['actor.elsewhere spawn', 1],
        ['actor.not_found spawn', 1],
      ],
    );
  },
);
