// Actors that leave memory and come back: by themselves, by an operator, under a budget.

import t from 'tap';
import type { Address, Message } from '../core/address.js';
import type { Behaviour } from '../core/behaviour.js';
import { Fault } from '../core/fault.js';
import type { Snapshot, SystemPorts } from '../runtime/ports.js';
import { World } from '../testkit/world.js';

interface Told extends Message {
  readonly kind: 'add' | 'mark' | 'roll' | 'wake' | 'spawn';
}

interface Count {
  added: number;
  marks: number;
}

const lane = { lane: 'command', overflow: 'reject' } as const;

/** `add` is journaled, `mark` lives in the state alone: only a snapshot brings it back. */
const counting: Behaviour<Count, Told, { readonly kind: 'added' }> = {
  kind: 'count',
  version: 1,
  lanes: { add: lane, mark: lane, roll: lane, wake: lane, spawn: lane },
  initial: () => ({ added: 0, marks: 0 }),
  receive(state, message, turn) {
    if (message.kind === 'add') turn.persist({ kind: 'added' });
    if (message.kind === 'mark') state.marks++;
    if (message.kind === 'wake') turn.schedule('later', 1_000, { kind: 'mark' });
    if (message.kind === 'spawn') turn.spawn({ address: `${turn.self}-child` });
    const rolled = message.kind === 'roll' ? turn.random() : 0;
    turn.reply({ kind: 'shown', ...state, rolled } as Message);
  },
  evolve(state) {
    state.added++;
  },
  encode: (state) => ({ ...state }),
  decode: (encoded) => ({ ...(encoded as Count) }),
};

/** A world that keeps the snapshots of those that leave, when `saves` says so. */
function keepingWorld(residentsMax?: number) {
  const snapshots = new Map<Address, Snapshot>();
  const saves: ((fault?: Fault) => void)[] = [];
  const kept = { snapshots, saves, holds: false };
  const save: SystemPorts['save'] = (address, snapshot, done) => {
    const keep = (fault?: Fault): void => {
      if (fault === undefined) snapshots.set(address, structuredClone(snapshot));
      done(fault);
    };
    if (kept.holds) saves.push(keep);
    else keep();
  };
  const options = residentsMax === undefined ? {} : { residentsMax };
  const world = new World([counting], options, { save });
  for (const [address, snapshot] of snapshots) world.snapshots.set(address, snapshot);
  Object.defineProperty(world, 'snapshots', { value: snapshots });
  return { world, kept };
}

t.test('100,000 actors are addressable with 5,000 in memory', async (t) => {
  const { world } = keepingWorld(5_000);
  const addresses = 100_000;
  let most = 0;
  let shown = 0;
  const visitAll = (kind: Told['kind'], check: (reply: unknown) => void): void => {
    for (let n = 0; n < addresses; n++) {
      const to = { address: `count/${n}` as Address };
      world.system.ask<Told>(to, { kind }, { deadlineUs: 1_000_000 }, check);
      if (n % 500 !== 499) continue;
      world.run();
      most = Math.max(most, world.system.residents());
    }
  };
  visitAll('add', () => {});
  visitAll('mark', (reply) => {
    const { added, marks } = (reply as { message: Count }).message;
    if (added === 1 && marks === 1) shown++;
  });
  t.equal(shown, addresses, 'every one has what it was told, journaled or not');
  t.ok(most <= 5_000, `at most ${most} in memory`);
  t.equal(world.system.tree().length, 5_000);
  t.equal(world.system.counters.passivated, 2 * addresses - 5_000);
  t.equal(world.system.counters.revived, addresses);
});

t.test('the longest unused leave first, those with work or children stay', async (t) => {
  const { world } = keepingWorld(3);
  world.tell('count/parent', { kind: 'spawn' });
  world.run();
  for (const name of ['a', 'b', 'c'] as const) {
    world.tell(`count/${name}`, { kind: 'add' });
    world.run();
    world.tell('count/a', { kind: 'mark' });
    world.run();
  }
  const left = world.system.tree().map(({ address }) => address);
  t.same(left, ['count/parent', 'count/a', 'count/c']);
});

t.test('a child that left memory comes back as its supervisor’s', async (t) => {
  const { world } = keepingWorld();
  world.tell('count/p', { kind: 'spawn' });
  world.run();
  t.equal(world.system.passivate('count/p'), false, 'a supervisor stays');
  t.equal(world.system.passivate('count/p-child'), true);
  t.equal(world.stateOf('count/p-child'), 'gone');
  world.tell('count/p-child', { kind: 'mark' });
  world.run();
  const back = world.system.tree().find(({ address }) => address === 'count/p-child');
  t.equal(back?.parent, 'count/p');
});

t.test('beyond twice the budget nobody more comes in, and the asker is told', async (t) => {
  const { world } = keepingWorld(2);
  const replies = ['a', 'b', 'c', 'd', 'e'].map((name) =>
    world.ask(`count/${name}`, { kind: 'add' }),
  );
  t.match(replies[4], [{ code: 'system.full' }]);
  t.equal(world.system.takePressure(), 1, 'and sources see it');
  world.run();
  const again = world.ask('count/e', { kind: 'add' });
  world.run();
  t.match(again, [{ message: { added: 1 } }]);
});

t.test('state, chance and timers survive the absence', async (t) => {
  const rolls = (leaves: boolean): unknown[] => {
    const { world } = keepingWorld();
    const first = world.ask('count/a', { kind: 'roll' });
    world.tell('count/a', { kind: 'mark' });
    world.tell('count/a', { kind: 'wake' });
    world.run();
    if (leaves) t.equal(world.system.passivate('count/a'), true);
    world.pass(2_000);
    const second = world.ask('count/a', { kind: 'roll' });
    world.run();
    return [first, second];
  };
  const stayed = rolls(false);
  t.match(stayed[1], [{ message: { marks: 2 } }]);
  t.same(rolls(true), stayed);
});

t.test('a timer that was set before an absence ends with its actor', async (t) => {
  const { world } = keepingWorld();
  world.tell('count/a', { kind: 'wake' });
  world.run();
  t.equal(world.system.passivate('count/a'), true);
  world.tell('count/a', { kind: 'mark' });
  world.run();
  world.system.stop('count/a');
  world.system.restart('count/a');
  world.run();
  const { turns } = world.system.counters;
  world.pass(2_000);
  t.equal(world.system.counters.turns, turns, 'the new life has no timer of the old one');
});

t.test('a message while the snapshot is kept calls the actor back', async (t) => {
  const { world, kept } = keepingWorld();
  world.tell('count/a', { kind: 'mark' });
  world.run();
  kept.holds = true;
  world.system.passivate('count/a');
  t.equal(world.stateOf('count/a'), 'saving');
  const shown = world.ask('count/a', { kind: 'mark' });
  world.run();
  t.same(shown, [], 'it is not handled twice');
  kept.saves.shift()?.();
  world.run();
  t.match(shown, [{ message: { marks: 2 } }]);
  t.equal(world.system.counters.passivated, 0);
});

t.test('an actor whose snapshot cannot be kept stays', async (t) => {
  const { world, kept } = keepingWorld();
  world.tell('count/a', { kind: 'mark' });
  world.run();
  kept.holds = true;
  world.system.passivate('count/a');
  kept.saves.shift()?.(new Fault('store.failed', 'disk'));
  t.equal(world.stateOf('count/a'), 'running');
  const shown = world.ask('count/a', { kind: 'mark' });
  world.run();
  t.match(shown, [{ message: { marks: 2 } }]);
  t.match(world.system.tree()[0], { lastFailure: /store.failed/ });
});
