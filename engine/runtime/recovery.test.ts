// Coming back: events and messages in their old order, events recalled, events taken back.

import t from 'tap';
import { type Message, ref } from '../core/address.js';
import type { Behaviour } from '../core/behaviour.js';
import { Fault } from '../core/fault.js';
import type { Reply } from './envelope.js';
import type { AnyBehaviour } from './kinds.js';
import { ActorSystem, type Record, type Recovered } from './system.js';

type Told = { readonly kind: 'add' | 'note' | 'show' | 'break'; readonly name: string };

const lane = { lane: 'command', overflow: 'reject' } as const;

/** Writes down all it meets: events in capitals, messages as they are. */
const diary: Behaviour<string[], Told, { kind: 'added'; name: string }> = {
  kind: 'diary',
  version: 1,
  lanes: { add: lane, note: lane, show: lane, break: lane },
  initial: () => [],
  receive(state, { kind, name }, turn) {
    if (kind === 'break') throw new Error('as asked');
    if (kind === 'show') turn.reply({ kind: 'shown', pages: [...state] } as Message);
    else if (kind === 'add') {
      turn.persist({ kind: 'added', name });
      turn.reply({ kind: 'added' });
    } else {
      state.push(name);
      turn.publish('notes', { kind: 'noted' });
    }
  },
  evolve(state, { name }) {
    state.push(name.toUpperCase());
  },
  encode: (state) => [...state],
  decode: (encoded) => [...(encoded as string[])],
};

const one = ref<Told>('diary', 'one');
const added = (name: string) => ({ kind: 'added', name }) as Message;
const again = (kind: Told['kind'], name: string, after: number) => ({
  message: { kind, name } as Message,
  after,
});

/** A system whose commits and recoveries are done by hand. */
function world() {
  const appends: { records: readonly Record[]; done: (fault?: Fault) => void }[] = [];
  const published: string[] = [];
  let recovered: Recovered = { events: [] };
  let nowUs = 0;
  const system = new ActorSystem([diary as unknown as AnyBehaviour], {
    nowUs: () => nowUs,
    monotonicUs: () => nowUs,
    isLocal: () => true,
    append: (records, done) => appends.push({ records, done }),
    recover: (_address, done) => done(recovered),
    outbound() {},
    watching() {},
    publish: (topic) => published.push(topic),
  });
  return {
    system,
    appends,
    published,
    comesBackAs: (next: Recovered): void => {
      recovered = next;
    },
    pass: (us: number): void => {
      nowUs += us;
      system.step(100);
    },
    ask(kind: Told['kind'], name = ''): Promise<Reply> {
      const reply = new Promise<Reply>((resolve) => {
        system.ask(one, { kind, name }, { deadlineUs: 1e9 }, resolve);
      });
      system.step(100);
      return reply;
    },
  };
}

t.test('a rebuilt actor meets events and messages in the order they had', async (t) => {
  const { system, ask, comesBackAs, published } = world();
  system.start(one.address);
  comesBackAs({
    snapshot: { state: ['kept'], version: 1, sequence: 7 },
    events: [added('a'), added('b'), added('c')],
    messages: [again('note', 'first', 0), again('note', 'second', 2)],
  });
  t.ok(system.restart(one.address));
  t.match(await ask('show'), { message: { pages: ['kept', 'first', 'A', 'B', 'second', 'C'] } });
  t.same(published, [], 'what left before does not leave again');
});

t.test('a message that breaks the recovery is tried again later, then put aside', async (t) => {
  const { system, comesBackAs, pass } = world();
  system.start(one.address);
  comesBackAs({ events: [], messages: [again('break', '', 0)] });
  system.restart(one.address);
  t.notOk(system.isRunning(one.address));
  for (let tries = 0; tries < 20; tries++) pass(1_100_000);
  t.ok(system.isRunning(one.address));
  t.match(system.quarantined(), [{ envelope: { message: { kind: 'break' } } }]);
  system.stop(one.address);
  t.notOk(system.states.recall(one.address, added('late')), 'its own recovery brings its events');
  comesBackAs({ events: [added('late')] });
  system.restart(one.address);
  t.ok(system.isRunning(one.address));
});

t.test('a message that fails once while it is told again leaves nothing twice', async (t) => {
  const { system, comesBackAs, pass, ask, published } = world();
  let looks = 0;
  const fragile = {
    kind: 'note',
    get name() {
      if (looks++ === 0) throw new Error('once');
      return 'first';
    },
  };
  system.start(one.address);
  comesBackAs({
    events: [],
    messages: [{ message: fragile, after: 0 }, again('note', 'second', 0)],
  });
  system.restart(one.address);
  t.notOk(system.isRunning(one.address));
  pass(1_100_000);
  t.match(await ask('show'), { message: { pages: ['first', 'second'] } });
  t.same(published, [], 'what left before does not leave again');
});

t.test('a message told again may not persist anything', async (t) => {
  const { system, comesBackAs } = world();
  system.start(one.address);
  comesBackAs({ events: [], messages: [again('add', 'x', 0)] });
  system.restart(one.address);
  t.match(system.tree(), [{ lastFailure: /retold_message_persists_nothing/ }]);
});

t.test('a recalled event is folded, and the next one follows it', async (t) => {
  const { system, ask, appends } = world();
  system.start(one.address);
  t.ok(system.states.recall(one.address, added('old')));
  const reply = ask('add', 'new');
  t.match(appends, [{ records: [{ sequence: 2 }] }]);
  appends[0]?.done();
  t.match(await reply, { message: { kind: 'added' } });
  t.match(await ask('show'), { message: { pages: ['OLD', 'NEW'] } });
});

t.test(
  'what a full disk refuses is taken back, told to all, and counts as no failure',
  async (t) => {
    const { system, ask, appends } = world();
    system.start(one.address);
    for (let times = 0; times < 20; times++) {
      const replies = [ask('add', 'first'), ask('add', 'second')];
      const full = new Fault('journal.disk_full', 'expected room', { retryable: true });
      for (const { done } of appends.splice(0)) done(full);
      t.match(await Promise.all(replies), [
        { kind: 'refused', code: 'journal.disk_full' },
        { kind: 'refused', code: 'actor.rebuilt' },
      ]);
    }
    t.match(await ask('show'), { message: { pages: [] } });
    t.equal(system.counters.failures, 0);
    t.ok(system.isRunning(one.address));
  },
);
