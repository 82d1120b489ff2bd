// Poisonous messages: put aside with the state they met and why, and the actor goes on.

import t from 'tap';
import type { Message } from '../core/address.js';
import type { Behaviour } from '../core/behaviour.js';
import { LIMITS } from '../core/limits.js';
import { World } from '../testkit/world.js';

interface Told extends Message {
  readonly kind: 'add' | 'poison' | 'row' | 'show';
  readonly value?: number;
}

interface Sum {
  total: number;
  rows: number[];
}

const lane = { lane: 'command', overflow: 'reject' } as const;

/** Whether a poison still works, so that a message may be cured. */
const poison = { isActive: true };

const summing: Behaviour<Sum, Told, { readonly kind: 'added'; readonly value: number }> = {
  kind: 'sum',
  version: 1,
  lanes: { add: lane, poison: lane, show: lane, row: { lane: 'data', overflow: 'drop_oldest' } },
  initial: () => ({ total: 0, rows: [] }),
  receive(state, message, turn) {
    if (message.kind === 'row') {
      state.rows.push(message.value!);
      if (message.value === 13) throw new Error('a bad row');
    }
    if (message.kind === 'add') turn.persist({ kind: 'added', value: message.value! });
    if (message.kind === 'poison' && poison.isActive) {
      state.total = Number.NaN;
      throw new Error('poisoned');
    }
    turn.reply({ kind: 'shown', total: state.total, rows: [...state.rows] } as Message);
  },
  evolve(state, event) {
    state.total += event.value;
  },
  encode: ({ total, rows }) => ({ total, rows: [...rows] }),
  decode: (encoded) => structuredClone(encoded as Sum),
};

const add = (value: number): Told => ({ kind: 'add', value });
const row = (value: number): Told => ({ kind: 'row', value });

t.beforeEach(() => {
  poison.isActive = true;
});

t.test('the third failure puts a message aside, and those behind it are handled', async (t) => {
  const world = new World([summing]);
  world.ask('sum/a', add(7));
  const poisoned = world.ask('sum/a', { kind: 'poison' });
  const behind = world.ask('sum/a', add(1));
  world.pass(1_000_000);
  t.match(poisoned, [{ code: 'actor.message_quarantined' }]);
  t.match(behind, [{ message: { total: 8 } }]);
  const [item] = world.system.quarantined('sum/a');
  t.match(item, {
    address: 'sum/a',
    state: { total: 7 },
    envelope: { message: { kind: 'poison' } },
  });
  t.equal(item?.failures.length, 3);
  t.match(item?.failures[0], /poisoned/);
  t.equal(world.system.counters.quarantined, 1);
  t.same(world.system.quarantined('sum/b'), []);
});

t.test('a message that fails once is tried again in its place', async (t) => {
  const world = new World([summing]);
  const first = world.ask('sum/a', { kind: 'poison' });
  const second = world.ask('sum/a', add(1));
  world.run();
  poison.isActive = false;
  world.pass(10_000);
  t.match(first, [{ message: { total: 0 } }], 'before the one behind it');
  t.match(second, [{ message: { total: 1 } }]);
  t.same(world.system.quarantined(), []);
});

t.test('what was put aside can be tried again or thrown away', async (t) => {
  const world = new World([summing]);
  world.tell('sum/a', { kind: 'poison' });
  world.tell('sum/a', { kind: 'poison' });
  world.pass(1_000_000);
  const [first, second] = world.system.quarantined();
  t.equal(world.system.replayQuarantined(first!.id), true);
  poison.isActive = false;
  world.pass(1_000_000);
  t.equal(world.system.quarantined().length, 1);
  t.equal(world.system.discardQuarantined(second!.id), true);
  t.equal(world.system.discardQuarantined(second!.id), false);
  t.equal(world.system.replayQuarantined(99), false);
  t.equal(world.system.counters.quarantined, 2);
});

t.test('a message counts once against the intensity, however often it was tried', async (t) => {
  const world = new World([summing], { supervision: { intensity: 5 } });
  for (let n = 0; n < 4; n++) {
    world.tell('sum/a', { kind: 'poison' });
    world.pass(100_000);
  }
  t.equal(world.stateOf('sum/a'), 'running');
  t.equal(world.system.quarantined().length, 4);
  for (let n = 0; n < 2; n++) {
    world.tell('sum/a', { kind: 'poison' });
    world.pass(100_000);
  }
  t.equal(world.stateOf('sum/a'), 'stopped', 'but an actor that fails on everything is stopped');
});

t.test('the quarantine is bounded and counts what it lets go', async (t) => {
  const world = new World([summing], { supervision: { intensity: 1_000, attemptsMax: 1 } });
  for (let n = 0; n < LIMITS.quarantineKept + 3; n++) {
    world.tell('sum/a', { kind: 'poison' });
    world.pass(1_000_000);
  }
  t.equal(world.system.quarantined().length, LIMITS.quarantineKept);
  t.equal(world.system.counters.quarantined, LIMITS.quarantineKept + 3);
  t.equal(world.system.quarantineDropped(), 3);
});

t.test('replayed messages come first, each once, without the one put aside', async (t) => {
  const world = new World([summing]);
  const messages = [row(1), row(13), row(2)];
  world.replay.set('sum/a', messages);
  world.system.start('sum/a');
  world.pass(1_000_000);
  const shown = world.ask('sum/a', { kind: 'show' });
  world.run();
  t.match(shown, [{ message: { rows: [1, 2] } }]);
  t.match(world.system.quarantined('sum/a'), [{ envelope: { message: row(13) } }]);
});

t.test('a replayed message of a kind nobody understands is a dead letter', async (t) => {
  const world = new World([summing]);
  world.replay.set('sum/a', [{ kind: 'odd' }, row(1)]);
  world.system.start('sum/a');
  world.run();
  t.match(world.system.peek('sum/a'), { rows: [1] });
  t.equal(world.system.deadLetters({ kind: 'odd' }).length, 1);
});

t.test('one actor’s poison is replayed to another', async (t) => {
  const world = new World([summing]);
  const shared = row(13);
  world.tell('sum/a', shared);
  world.pass(1_000_000);
  t.equal(world.system.quarantined('sum/a').length, 1);
  world.replay.set('sum/b', [shared]);
  world.system.start('sum/b');
  world.pass(1_000_000);
  t.equal(world.system.quarantined('sum/b').length, 1, 'it was tried there too');
});

t.test('a failing message from the mailbox is tried in its replayed place', async (t) => {
  const world = new World([summing]);
  const messages = [row(1), row(13), row(2)];
  world.system.start('sum/a');
  world.run();
  world.replay.set('sum/a', messages);
  for (const message of messages) world.tell('sum/a', message);
  world.run();
  t.equal(world.stateOf('sum/a'), 'restarting');
  world.pass(1_000_000);
  const shown = world.ask('sum/a', { kind: 'show' });
  world.run();
  t.match(shown, [{ message: { rows: [1, 2] } }], 'what still waited was not replayed as well');
});

t.test('messages told again come between the events they came between', async (t) => {
  const messages = [
    { message: row(1), after: 0 },
    { message: row(2), after: 1 },
  ];
  const totals: number[] = [];
  const noting = {
    ...summing,
    receive(state: Sum, message: Told) {
      totals.push(state.total);
      state.rows.push(message.value!);
    },
  };
  const events = [3, 4].map((value) => ({ kind: 'added', value }) as Message);
  const world = new World([noting], {}, { recover: (_a, done) => done({ events, messages }) });
  world.system.start('sum/a');
  t.same(totals, [0, 3]);
  t.match(world.system.peek('sum/a'), { total: 7, rows: [1, 2] });
  t.equal(world.system.isRunning('sum/a'), true);
  t.equal(world.system.states.recall('sum/a', { kind: 'added', value: 5 } as Message), true);
  t.match(world.system.peek('sum/a'), { total: 12 });
  t.equal(world.system.states.recall('sum/none', { kind: 'added' }), false);
});
