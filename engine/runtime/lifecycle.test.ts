// Stopping, deadlines, holding, dead letters: how actors end and what becomes of their mail.

import t from 'tap';
import type { Address, Message } from '../core/address.js';
import type { Behaviour } from '../core/behaviour.js';
import { LIMITS } from '../core/limits.js';
import { World } from '../testkit/world.js';

interface Told extends Message {
  readonly kind: 'note' | 'spawn' | 'show' | 'stopping';
  readonly child?: Address;
}

const lane = { lane: 'command', overflow: 'reject' } as const;

/** Notes what it is told, durably; says goodbye with an event of its own. */
function noter(kind: string): Behaviour<{ notes: number }, Told, { readonly kind: 'noted' }> {
  return {
    kind,
    version: 1,
    lanes: { note: lane, spawn: lane, show: lane, stopping: { ...lane, lane: 'system' } },
    initial: () => ({ notes: 0 }),
    receive(state, message, turn) {
      if (message.kind === 'spawn') turn.spawn({ address: message.child! }, { shutdownUs: 1_000 });
      if (message.kind === 'note') turn.persist({ kind: 'noted' });
      if (message.kind === 'stopping') turn.publish('goodbye', { kind: turn.self });
      turn.reply({ kind: 'shown', notes: state.notes } as Message);
    },
    evolve(state) {
      state.notes++;
    },
    encode: (state) => ({ ...state }),
    decode: (encoded) => ({ ...(encoded as { notes: number }) }),
  };
}

function tree(): World {
  const world = new World([noter('note')]);
  const spawn = (parent: Address, child: Address): void =>
    world.tell(parent, { kind: 'spawn', child } as Told);
  spawn('note/root', 'note/a');
  spawn('note/root', 'note/b');
  world.run();
  spawn('note/a', 'note/a1');
  world.tell('note/last', { kind: 'show' });
  world.run();
  return world;
}

t.test('a shutdown goes from the last started to the first, children before parents', async (t) => {
  const world = tree();
  let isDone = false;
  world.system.shutdown(10_000, () => {
    isDone = true;
  });
  t.ok(isDone);
  const order = ['note/last', 'note/b', 'note/a1', 'note/a', 'note/root'];
  t.same(
    world.published,
    order.map((address) => `goodbye ${address}`),
  );
  t.match(world.ask('note/new', { kind: 'show' }), [{ code: 'system.shutting_down' }]);
  t.equal(world.system.counters.stopsForced, 0);
});

t.test('a shutdown waits for commits, and no longer than the deadline', async (t) => {
  const world = tree();
  world.holdsCommits = true;
  const noted = world.ask('note/b', { kind: 'note' });
  const lost = world.ask('note/a1', { kind: 'note' });
  world.run();
  let isDone = false;
  world.system.shutdown(1_000_000, () => {
    isDone = true;
  });
  t.equal(world.stateOf('note/b'), 'stopping');
  t.equal(world.stateOf('note/a1'), 'running', 'it is not its turn yet');
  t.match(world.ask('note/b', { kind: 'show' }), [{ code: 'actor.stopping' }]);
  world.commits.shift()?.();
  t.match(noted, [{ message: { notes: 1 } }], 'the effects of the commit left');
  t.equal(world.stateOf('note/b'), 'stopped');
  t.equal(world.stateOf('note/a1'), 'stopping');
  world.pass(1_000);
  t.match(lost, [{ code: 'actor.stop_forced' }]);
  t.equal(world.system.counters.stopsForced, 1);
  t.ok(isDone);
});

t.test('the deadline of the whole cuts what is left', async (t) => {
  const world = tree();
  world.holdsCommits = true;
  world.ask('note/root', { kind: 'note' });
  world.run();
  let isDone = false;
  world.system.shutdown(2_000, () => {
    isDone = true;
  });
  world.pass(1_999);
  t.notOk(isDone);
  world.pass(1);
  t.ok(isDone);
  t.ok(world.system.tree().every(({ state }) => state === 'stopped'));
});

t.test('twenty thousand actors shut down without overflowing the stack', async (t) => {
  const world = new World([noter('note')]);
  for (let n = 0; n < 20_000; n++) world.system.start(`note/${n}`);
  let isDone = false;
  world.system.shutdown(10_000, () => {
    isDone = true;
  });
  t.ok(isDone);
  t.equal(world.published[0], 'goodbye note/19999');
  t.ok(world.system.tree().length <= LIMITS.stoppedKept, 'stopped ones are forgotten in time');
});

t.test('mail of a stopped actor is refused, counted by reason and kept in samples', async (t) => {
  const world = tree();
  const waiting = world.ask('note/b', { kind: 'show' });
  t.equal(world.system.stop('note/b'), true);
  t.match(waiting, [{ code: 'actor.stopped' }]);
  for (let n = 0; n < 100; n++) world.tell('note/b', { kind: 'note' });
  world.tell('note/root', { kind: 'odd' });
  t.equal(world.system.deadLetterCounts().get('actor.stopped note'), 100);
  t.equal(world.system.counters.deadLetters, 102);
  t.equal(world.system.deadLetters({ code: 'actor.stopped', kind: 'note' }).length, 20);
  t.match(
    world.system.deadLetters({ to: 'note/root' }),
    [{ code: 'actor.unknown_message', envelope: { message: { kind: 'odd' } } }],
    'a flood of one reason leaves the others',
  );
});

t.test('a message kind named like a property of objects is unknown like any other', async (t) => {
  const world = tree();
  for (const kind of ['constructor', '__proto__', 'toString']) {
    t.match(world.ask('note/root', { kind }), [{ code: 'actor.unknown_message' }], kind);
  }
});

t.test('a held actor keeps its mail and goes on with it', async (t) => {
  const world = tree();
  t.equal(world.system.suspend('note/b'), true);
  t.equal(world.system.suspend('note/b'), false);
  const shown = world.ask('note/b', { kind: 'show' });
  world.run();
  t.same(shown, []);
  t.equal(world.system.resume('note/b'), true);
  world.run();
  t.equal(shown.length, 1);
  t.equal(world.system.resume('note/none'), false);
});

t.test('a child that was stopped can be started again by its supervisor', async (t) => {
  const world = tree();
  world.system.stop('note/a');
  t.equal(world.stateOf('note/a1'), 'stopped', 'its children went with it');
  world.tell('note/root', { kind: 'spawn', child: 'note/a' } as Told);
  world.run();
  t.equal(world.stateOf('note/a'), 'running');
});
