// Commands with a key: applied once, answered every time, also after a restart.

import t from 'tap';
import type { Address, Message } from '../core/address.js';
import type { Behaviour } from '../core/behaviour.js';
import { Fault } from '../core/fault.js';
import { LIMITS } from '../core/limits.js';
import { World } from '../testkit/world.js';

interface Told extends Message {
  readonly kind: 'add' | 'look' | 'no' | 'no_after_adding' | 'forward' | 'forward_once';
}

const lane = { lane: 'command', overflow: 'reject' } as const;

const adding: Behaviour<{ total: number }, Told, { readonly kind: 'added' }> = {
  kind: 'adding',
  version: 1,
  lanes: {
    add: lane,
    look: lane,
    no: lane,
    no_after_adding: lane,
    forward: lane,
    forward_once: lane,
  },
  initial: () => ({ total: 0 }),
  receive(state, message, turn) {
    const other = { address: 'adding/other' as Address };
    if (message.kind === 'no_after_adding') turn.persist({ kind: 'added' });
    if (message.kind === 'no' || message.kind === 'no_after_adding') {
      turn.refuse({ kind: 'refusal', code: 'test.no', text: 'no' });
      return;
    }
    if (message.kind === 'forward') {
      turn.tell(other, { kind: 'add' });
      return;
    }
    if (message.kind === 'forward_once') {
      for (let n = 0; n < 3; n++) {
        turn.ask(other, { kind: 'add' }, { tag: 't', deadlineUs: 1_000, key: 'once' });
      }
      return;
    }
    if (message.kind === 'add') turn.persist({ kind: 'added' });
    turn.reply({ kind: 'total', total: state.total } as Message);
  },
  evolve(state) {
    state.total++;
  },
  encode: (state) => ({ ...state }),
  decode: (encoded) => ({ ...(encoded as { total: number }) }),
};

t.test('a repeated command is answered as the first was, and applied once', async (t) => {
  const world = new World([adding]);
  const first = world.ask('adding/a', { kind: 'add' }, { key: 'k1' });
  world.ask('adding/a', { kind: 'add' }, { key: 'k2' });
  const again = world.ask('adding/a', { kind: 'add' }, { key: 'k1' });
  const look = world.ask('adding/a', { kind: 'look' });
  world.run();
  t.match(first, [{ message: { total: 1 } }]);
  t.same(again, first);
  t.match(look, [{ message: { total: 2 } }]);
  t.equal(world.system.counters.repeatedCommands, 1);
});

t.test('keys survive restarts and snapshots', async (t) => {
  const world = new World([adding]);
  world.ask('adding/a', { kind: 'add' }, { key: 'k1' });
  world.run();
  world.system.restart('adding/a');
  const restarted = world.ask('adding/a', { kind: 'add' }, { key: 'k1' });
  world.run();
  t.match(restarted, [{ message: { total: 1 } }], 'out of the journal');
  for (const [address, snapshot] of world.system.states.encodeAll(new Set(['adding']))) {
    world.snapshots.set(address, structuredClone(snapshot));
  }
  const later = new World([adding]);
  for (const [address, snapshot] of world.snapshots) later.snapshots.set(address, snapshot);
  const replaced = later.ask('adding/a', { kind: 'add' }, { key: 'k1' });
  later.run();
  t.match(replaced, [{ message: { total: 1 } }], 'out of a snapshot, on another thread');
  t.equal(later.records.length, 0);
});

t.test('a command that was refused is refused again, though it left events', async (t) => {
  const world = new World([adding]);
  const no = { key: 'k' };
  const first = world.ask('adding/a', { kind: 'no_after_adding' }, no);
  const again = world.ask('adding/a', { kind: 'no_after_adding' }, no);
  world.run();
  t.match(first, [{ kind: 'refused', code: 'test.no', text: 'no' }]);
  t.same(again, first);
  world.system.restart('adding/a');
  const restarted = world.ask('adding/a', { kind: 'no_after_adding' }, no);
  world.run();
  t.same(restarted, first, 'out of the journal');
  for (const [address, snapshot] of world.system.states.encodeAll(new Set(['adding']))) {
    world.snapshots.set(address, structuredClone(snapshot));
  }
  world.system.restart('adding/a');
  const later = world.ask('adding/a', { kind: 'no_after_adding' }, no);
  world.run();
  t.same(later, first, 'out of a snapshot');
  t.same(world.system.peek('adding/a'), { total: 1 });
});

t.test('a repeat waits for the commit of the first, and shares its fate', async (t) => {
  const world = new World([adding]);
  world.holdsCommits = true;
  const first = world.ask('adding/a', { kind: 'add' }, { key: 'k' });
  const again = world.ask('adding/a', { kind: 'add' }, { key: 'k' });
  world.run();
  t.same([first, again], [[], []]);
  world.commits.shift()?.(new Fault('store.failed', 'disk'));
  t.match([first, again], [[{ code: 'store.failed' }], [{ code: 'actor.rebuilt' }]]);
  const retried = world.ask('adding/a', { kind: 'add' }, { key: 'k' });
  world.run();
  world.commits.shift()?.();
  t.match(retried, [{ message: { total: 1 } }], 'what was not applied may be tried again');
});

t.test('an ask that timed out and is sent again does not double', async (t) => {
  const world = new World([adding]);
  world.holdsCommits = true;
  const first = world.ask('adding/a', { kind: 'add' }, { key: 'k', deadlineUs: 1_000 });
  world.pass(1_000);
  t.match(first, [{ kind: 'timed_out' }]);
  const second = world.ask('adding/a', { kind: 'add' }, { key: 'k' });
  world.run();
  world.commits.shift()?.();
  t.match(second, [{ message: { total: 1 } }]);
  t.equal(world.records.filter(({ event }) => event.kind === 'added').length, 1);
});

t.test('a command that did nothing leaves no key; one that only told others does', async (t) => {
  const world = new World([adding]);
  world.ask('adding/a', { kind: 'no' }, { key: 'k' });
  world.ask('adding/a', { kind: 'add' }, { key: 'k' });
  for (let n = 0; n < 3; n++) world.ask('adding/a', { kind: 'forward' }, { key: 'f' });
  const silent = world.ask('adding/a', { kind: 'forward' }, { key: 'f' });
  world.run();
  const total = (address: Address): unknown => world.system.peek(address);
  t.same(total('adding/a'), { total: 1 });
  t.same(total('adding/other'), { total: 1 });
  t.match(silent, [{ message: { kind: 'already_done' } }]);
});

t.test('actors give keys to their own asks', async (t) => {
  const world = new World([adding]);
  world.ask('adding/a', { kind: 'forward_once' });
  world.run();
  t.same(world.system.peek('adding/other'), { total: 1 });
});

t.test('a key for another kind of message, or too long a key, is refused', async (t) => {
  const world = new World([adding]);
  world.ask('adding/a', { kind: 'add' }, { key: 'k' });
  const other = world.ask('adding/a', { kind: 'look' }, { key: 'k' });
  const long = world.ask('adding/a', { kind: 'add' }, { key: 'x'.repeat(201) });
  world.run();
  t.match(other, [{ code: 'command.key_reused' }]);
  t.match(long, [{ code: 'command.key_too_long' }]);
});

t.test('an actor remembers its latest keys, the bound of them', async (t) => {
  const world = new World([adding]);
  const add = (n: number) => world.ask('adding/a', { kind: 'add' }, { key: `k${n}` });
  for (let n = 0; n <= LIMITS.commandKeys; n++) {
    add(n);
    world.run();
  }
  const oldest = add(0);
  const newest = add(LIMITS.commandKeys);
  world.run();
  t.match(oldest, [{ message: { total: LIMITS.commandKeys + 2 } }], 'forgotten, applied again');
  t.match(newest, [{ message: { total: LIMITS.commandKeys + 1 } }], 'remembered');
});
