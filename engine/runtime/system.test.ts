// The actor runtime: order, lanes, commits, failure, recovery, deadlines.

import t from 'tap';
import { type Message, ref } from '../core/address.js';
import { Fault } from '../core/fault.js';
import { LIMITS } from '../core/limits.js';
import { type Ask, total, world } from '../testkit/counter-world.js';
import type { Reply } from './envelope.js';
import type { Recovered } from './system.js';

t.test(
  'a command is answered only after its event is durable, later turns wait behind it',
  async (t) => {
    const w = world();
    w.holdsCommits = true;
    const added = w.ask({ kind: 'add', amount: 2 });
    const shown = w.ask({ kind: 'show' });
    w.run();
    t.same([added, shown, w.published], [[], [], []]);
    w.commits.shift()?.();
    t.equal(total(added), 2);
    t.equal(total(shown), 2);
    t.same(w.published, ['totals total']);
    t.match(w.records[0], { address: 'counter/one', sequence: 1, timeUs: 5 });
  },
);

t.test('a commit that fails is refused and leaves no trace', async (t) => {
  const w = world();
  w.holdsCommits = true;
  const added = w.ask({ kind: 'add', amount: 2 });
  w.run();
  w.commits.shift()?.(new Fault('store.commit_failed', 'disk'));
  t.match(added, [{ kind: 'refused', code: 'store.commit_failed' }]);
  w.holdsCommits = false;
  w.nowUs = 10_000;
  w.run();
  const shown = w.ask({ kind: 'show' });
  w.run();
  t.equal(total(shown), 0);
  t.same(w.published, []);
});

t.test(
  'a turn that throws releases nothing, and the actor comes back from its events',
  async (t) => {
    const w = world();
    w.ask({ kind: 'add', amount: 3 });
    w.run();
    const failed = w.ask({ kind: 'fail_after_add' });
    for (let n = 0; n < 4; n++) {
      w.run();
      w.nowUs += 2_000;
    }
    t.match(failed, [{ kind: 'refused', code: 'actor.message_quarantined' }]);
    w.nowUs += 5_000;
    w.run();
    const shown = w.ask({ kind: 'show' });
    w.run();
    t.equal(total(shown), 3, 'the half turn is gone');
    t.same(w.published, ['totals total']);
    t.equal(w.system.peek('counter/other'), undefined, 'nobody was told');
    t.equal(w.system.counters.failures, 3);
    t.match(w.system.tree()[0], { restarts: 3, lastFailure: /after the event/ });
  },
);

t.test('an actor that fails too often is stopped, and its messages are dead letters', async (t) => {
  const w = world();
  for (let n = 0; n < 6; n++) {
    w.ask({ kind: 'fail' });
    for (let tries = 0; tries < 4; tries++) {
      w.run();
      w.nowUs += 500_000;
    }
    w.run();
  }
  t.equal(w.system.tree()[0]?.state, 'stopped');
  const refused = w.ask({ kind: 'show' });
  t.match(refused, [{ kind: 'refused', code: 'actor.failed_too_often' }]);
  t.equal(w.system.deadLetters({ to: 'counter/one', kind: 'show' }).length, 1);
  t.equal(w.system.restart('counter/one'), true);
  const shown = w.ask({ kind: 'show' });
  w.run();
  t.equal(total(shown), 0);
});

t.test('commands go before data, and data of one kind is conflated', async (t) => {
  const w = world();
  for (const value of [1, 2, 3]) w.system.tell(ref<Ask>('counter', 'one'), { kind: 'feed', value });
  const shown = w.ask({ kind: 'show' });
  w.run();
  const after = w.ask({ kind: 'show' });
  w.run();
  t.match(shown, [{ message: { seen: ['show'] } }]);
  t.match(after, [{ message: { seen: ['show', 'feed 3', 'show'] } }]);
  t.equal(w.system.counters.conflated, 2);
});

t.test('a full lane refuses and says so', async (t) => {
  const w = world();
  for (let n = 0; n < LIMITS.laneCapacity; n++) w.ask({ kind: 'show' });
  t.match(w.ask({ kind: 'show' }), [{ kind: 'refused', code: 'mailbox.full' }]);
  t.equal(w.system.counters.rejected, 1);
});

t.test('an unknown message or kind is refused', async (t) => {
  const w = world();
  const odd = { kind: 'odd' } as unknown as Ask;
  t.match(w.ask(odd), [{ kind: 'refused', code: 'actor.unknown_message' }]);
  const replies: Reply[] = [];
  w.system.ask(ref<Ask>('nobody', 'x'), { kind: 'show' }, { deadlineUs: 1 }, (r) =>
    replies.push(r),
  );
  t.match(replies, [{ code: 'actor.not_found' }]);
  t.throws(() => w.system.start('nobody/x'), { code: 'system.knows_the_kind' });
});

t.test('an ask that nobody answers times out; an answer too late is dropped', async (t) => {
  let finish: (recovered: Recovered) => void = () => {};
  const w = world((_address, done) => {
    finish = done;
  });
  const replies = w.ask({ kind: 'show' });
  w.run();
  t.equal(w.system.dueInUs(), 10_000);
  w.nowUs = 10_001;
  w.run();
  t.match(replies, [{ kind: 'timed_out' }]);
  finish({ events: [] });
  w.run();
  t.equal(w.system.counters.turns, 1, 'it is handled all the same');
  t.equal(replies.length, 1);
});

t.test('messages wait while an actor recovers', async (t) => {
  let finish: (recovered: Recovered) => void = () => {};
  const w = world((_address, done) => {
    finish = done;
  });
  const shown = w.ask({ kind: 'show' });
  w.run();
  t.same(shown, []);
  finish({
    snapshot: { state: { total: 40 }, version: 1, sequence: 9 },
    events: [{ kind: 'added', amount: 2 } as Message],
  });
  w.run();
  t.equal(total(shown), 42);
  w.ask({ kind: 'add', amount: 1 });
  w.run();
  t.equal(w.records[0]?.sequence, 11);
});

t.test('actors ask, watch, spawn, stop, rest and set timers', async (t) => {
  const w = world();
  for (const kind of ['spawn_child', 'watch_other', 'ask_other', 'wake'] as const) {
    w.system.start('counter/other');
    w.ask({ kind });
    w.run();
  }
  t.match(w.outbound, [{ to: 'counter/far', message: { kind: 'show' } }]);
  w.nowUs = 1_500;
  w.ask({ kind: 'stop_other' });
  w.run();
  const shown = w.ask({ kind: 'show' });
  w.run();
  const { seen } = (shown[0] as { message: { seen: string[] } } & Reply).message;
  for (const kind of ['answered', 'unanswered', 'terminated', 'feed 7'])
    t.ok(seen.includes(kind), kind);
  t.notOk(seen.includes('feed 8'));
  t.ok(w.system.tree().some((actor) => actor.address === 'counter/child'));
  w.ask({ kind: 'show' }, 'two');
  w.ask({ kind: 'rest' }, 'two');
  w.run();
  t.notOk(w.system.tree().some(({ address }) => address === 'counter/two'));
  const back = w.ask({ kind: 'show' }, 'two');
  w.run();
  t.match(back, [{ message: { seen: ['show'] } }]);
  t.equal(w.system.stop('counter/nobody'), false);
});

t.test('chance is the same for the same address', async (t) => {
  const roll = (): unknown => {
    const w = world();
    const replies = w.ask({ kind: 'roll' });
    w.run();
    return replies[0];
  };
  t.same(roll(), roll());
});

t.test('states can be encoded and looked at', async (t) => {
  const w = world();
  w.ask({ kind: 'add', amount: 4 });
  w.run();
  const states = w.system.states.encodeAll(new Set(['counter']));
  t.match(states.get('counter/one'), { sequence: 1, state: { total: 4 } });
  t.match(w.system.peek('counter/one'), { total: 4 });
  t.equal(w.system.hasWork, false);
});
