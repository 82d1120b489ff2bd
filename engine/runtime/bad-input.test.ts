// Bad input is refused with a stable code: it ends its own turn or message, and never the thread.

import t from 'tap';
import type { Address, Message, Ref } from '../core/address.js';
import type { Behaviour } from '../core/behaviour.js';
import type { ChildSpec } from '../core/supervision.js';
import type { Turn } from '../core/turn.js';
import { Log } from '../observe/log.js';
import { World } from '../testkit/world.js';
import { Suspicion } from './suspicion.js';

const WAYS = ['tell', 'ask', 'reply', 'publish', 'schedule'] as const;

interface Told extends Message {
  readonly kind: 'ask' | 'send' | 'show' | 'store';
  readonly to?: Address;
  readonly deadlineUs?: number;
  readonly message?: Message | undefined;
  readonly how?: (typeof WAYS)[number];
}

type Heard = Told | { readonly kind: 'answered'; readonly reply: { readonly code?: string } };

const ASK = { tag: 'x', deadlineUs: 1_000 };

const lane = { lane: 'command', overflow: 'reject' } as const;

/** Sends what it is told to, in every way that there is. */
const sender: Behaviour<{ codes: unknown[] }, Heard, Message> = {
  kind: 'sender',
  version: 1,
  lanes: { ask: lane, send: lane, show: lane, store: lane, answered: lane },
  supervision: { attemptsMax: 1 },
  initial: () => ({ codes: [] }),
  receive(state, told, turn) {
    if (told.kind === 'answered') {
      state.codes.push(told.reply.code);
      return;
    }
    const { to = 'sender/b', deadlineUs = 1_000, how } = told;
    // Behaviours are wrong in ways that types would not let them be.
    const message = told.message as Message;
    if (told.kind === 'ask') {
      turn.ask({ address: to }, { kind: 'show' }, { tag: 'x', deadlineUs });
    }
    if (told.kind === 'store') turn.persist(message);
    if (how === 'tell') turn.tell({ address: to }, message);
    if (how === 'ask') turn.ask({ address: to }, message, { tag: 'x', deadlineUs });
    if (how === 'reply') turn.reply(message);
    if (how === 'publish') turn.publish('topic', message);
    if (how === 'schedule') turn.schedule('x', 1, message);
    if (told.kind === 'show') turn.reply({ kind: 'shown' });
    turn.publish('done', { kind: told.kind });
  },
  evolve() {},
  encode: (state) => ({ ...state }),
  decode: () => ({ codes: [] }),
};

const send = (how: (typeof WAYS)[number], message?: Message, to: Address = 'sender/b'): Told => ({
  kind: 'send',
  how,
  message,
  to,
});

t.test('a deadline that is no time to wait fails its turn, or is refused', async (t) => {
  for (const deadlineUs of [Number.NaN, -1, Number.POSITIVE_INFINITY]) {
    const world = new World([sender]);
    world.tell('sender/a', { kind: 'ask', deadlineUs } as Told);
    world.run();
    t.match(world.system.tree()[0], { lastFailure: /turn.deadline_is_a_duration/ });
    const asked = world.ask('sender/b', { kind: 'show' }, { deadlineUs });
    t.match(asked, [{ code: 'ask.bad_deadline' }], `${deadlineUs}`);
    t.notOk(world.system.dueInUs() < 0, 'no timer is lost behind it');
  }
});

t.test('a turn that sends nothing for a message fails alone', async (t) => {
  for (const how of WAYS) {
    const world = new World([sender]);
    world.tell('sender/a', send(how));
    world.run();
    t.match(world.system.tree()[0], { lastFailure: /turn.message_has_a_kind/ }, how);
    t.same(world.published, []);
    t.match(world.ask('sender/b', { kind: 'show' }), []);
    world.run();
    t.same(world.published, ['done show'], 'the thread goes on');
  }
});

t.test('an address that is none, or a child kept in an unknown way, fails its turn', async (t) => {
  // Addresses come out of data that was read, where types hold nothing.
  const nobody = { address: undefined } as unknown as Ref;
  const often = { restart: 'often' } as unknown as ChildSpec;
  const cases: readonly [string, (turn: Turn) => void][] = [
    ['turn.address_is_text', (turn) => turn.tell(nobody, { kind: 'show' })],
    ['turn.address_is_text', (turn) => turn.ask(nobody, { kind: 'show' }, ASK)],
    ['turn.address_is_text', (turn) => turn.spawn(nobody)],
    ['turn.address_is_text', (turn) => turn.stop(nobody)],
    ['turn.address_is_text', (turn) => turn.watch(nobody)],
    ['turn.address_is_text', (turn) => turn.unwatch(nobody)],
    ['turn.restart_is_known', (turn) => turn.spawn({ address: 'sender/b' }, often)],
  ];
  for (const [code, act] of cases) {
    const world = new World([
      { ...sender, receive: (_state: unknown, _told: unknown, turn: Turn) => act(turn) },
    ]);
    world.tell('sender/a', { kind: 'show' });
    world.run();
    t.match(world.system.tree(), [{ state: 'restarting', lastFailure: new RegExp(code) }], code);
  }
});

t.test('a message without the key it is conflated by is refused, and ends nobody', async (t) => {
  const keys: readonly (() => unknown)[] = [
    () => undefined,
    () => ({}),
    () => {
      throw new Error('no key');
    },
  ];
  for (const conflateBy of keys) {
    const show = { lane: 'data', overflow: 'conflate', conflateBy };
    const world = new World([{ ...sender, lanes: { ...sender.lanes, show } }]);
    t.match(world.ask('sender/b', { kind: 'show' }), [{ code: 'mailbox.no_key' }]);
    world.tell('sender/a', send('tell', { kind: 'show' }));
    world.run();
    t.same([...world.system.deadLetterCounts()], [['mailbox.no_key show', 2]]);
    t.same(world.published, ['done send'], 'whoever told it goes on');
  }
});

t.test('a state that cannot be encoded stays in memory, and ends nobody', async (t) => {
  const encode = (): never => {
    throw new Error('not now');
  };
  const world = new World(
    [{ ...sender, encode }],
    { residentsMax: 1 },
    { save: (_address, _snapshot, done) => done() },
  );
  world.tell('sender/a', { kind: 'show' });
  world.tell('sender/b', { kind: 'show' });
  world.run();
  t.equal(world.stateOf('sender/a'), 'running');
  t.equal(world.stateOf('sender/b'), 'running');
  t.match(world.system.tree()[0], { lastFailure: /^actor.state_unfit: .* not now\n/ });
  world.tell('sender/a', send('tell'));
  world.pass(1_000_000);
  t.match(world.system.quarantined(), [{ state: /not now/ }], 'what it met can not be shown');
  t.equal(world.stateOf('sender/a'), 'running', 'and it goes on');
});

/** Encodes all but what one address has come to. */
function allBut(left: Address): Behaviour<{ key: string; codes: unknown[] }, Heard, Message> {
  return {
    ...sender,
    initial: (key) => ({ key, codes: [] }),
    encode: (state) => {
      if (`sender/${state.key}` === left) throw new Error('not this one');
      return { ...state };
    },
    decode: () => ({ key: '', codes: [] }),
  };
}

t.test('a state that cannot be encoded is left out of the snapshot of its thread', async (t) => {
  const lines: string[] = [];
  const log = new Log(
    ['actors'],
    () => 0,
    ({ text }) => lines.push(text),
  );
  const world = new World([allBut('sender/b')], {}, { log });
  const addresses = ['sender/a', 'sender/b', 'sender/c'] as const;
  for (const address of addresses) world.tell(address, { kind: 'show' });
  world.run();
  const { states } = world.system;
  t.same([...states.encodeAll(new Set(['sender'])).keys()], ['sender/a', 'sender/c']);
  t.same(
    addresses.map((address) => states.encode(address) !== undefined),
    [true, false, true],
  );
  t.match(world.system.counters, { failures: 2, unencoded: 2 });
  t.match(lines, [/actor.state_unfit: .* sender\/b to be encoded, was: not this one/, /not this/]);
  const [, seen] = world.system.tree();
  t.match(seen, { state: 'running', lastFailure: /^actor.state_unfit: / });
  t.match(world.ask('sender/b', { kind: 'show' }), []);
  world.run();
  t.equal(world.published.length, 4, 'it goes on');
});

t.test('each encoding has a mark of its own, and one that ends threads is passed by', async (t) => {
  const word = new Int32Array(1);
  const marks: number[] = [];
  const behaviour: typeof sender = {
    ...sender,
    encode: (state) => {
      marks.push(word[0]!);
      return { ...state };
    },
  };
  const encodedBy = (guilty: readonly number[]): readonly Address[] => {
    const world = new World([behaviour], { suspicion: new Suspicion(word, guilty) });
    for (const key of ['a', 'b', 'c']) world.tell(`sender/${key}`, { kind: 'show' });
    world.run();
    return [...world.system.states.encodeAll(new Set(['sender'])).keys()];
  };
  t.same(encodedBy([]), ['sender/a', 'sender/b', 'sender/c']);
  t.equal(new Set(marks).size, 3);
  t.notOk(marks.includes(0));
  t.equal(word[0], 0, 'afterwards none is under way');
  t.same(encodedBy([marks[1]!]), ['sender/a', 'sender/c']);
});

t.test('behaviours that contradict themselves or each other are refused', async (t) => {
  const odd = (policy: object) => [{ ...sender, lanes: { ...sender.lanes, show: policy } }];
  const key = { conflateBy: () => 1 };
  const cases: readonly [string, readonly unknown[]][] = [
    ['behaviour.kind_twice', [sender, sender]],
    ['behaviour.bad_lane', odd({ ...lane, lane: 'slow' })],
    ['behaviour.bad_lane', odd({ ...lane, overflow: 'wait' })],
    ['behaviour.bad_lane', odd({ ...lane, ...key })],
  ];
  for (const [code, behaviours] of cases) t.throws(() => new World(behaviours), { code }, code);
});

/** Stands for the way to another thread: what has no form as bytes cannot leave. */
function crossing<T>(use: (value: T) => void): (value: T) => void {
  return (value) => use(structuredClone(value));
}

const UNFIT = { kind: 'show', call: () => 1 } as Message;

t.test('what cannot cross to another thread is a dead letter, and its turn goes on', async (t) => {
  for (const how of ['tell', 'ask', 'publish'] as const) {
    const published: string[] = [];
    const publish = crossing<Message>(({ kind }) => published.push(kind));
    const world = new World(
      [sender],
      {},
      { outbound: crossing(() => {}), publish: (_topic, event) => publish(event) },
    );
    world.far.add('sender/far');
    world.tell('sender/a', send(how, UNFIT, 'sender/far'));
    world.run();
    t.same([...world.system.deadLetterCounts()], [['actor.message_unfit show', 1]], how);
    t.same(published, ['send'], 'its other effects leave');
    const { codes } = world.system.peek('sender/a') as { codes: unknown[] };
    t.same(codes, how === 'ask' ? ['actor.message_unfit'] : []);
  }
});

t.test('an answer that cannot cross is refused in its place', async (t) => {
  const world = new World([sender]);
  const replies: unknown[] = [];
  world.system.ask(
    { address: 'sender/a' },
    send('reply', UNFIT),
    { deadlineUs: 1_000 },
    crossing((reply) => replies.push(reply)),
  );
  world.run();
  t.match(replies, [{ kind: 'refused', code: 'actor.message_unfit' }]);
  t.same(world.published, ['done send']);
});

t.test('events that cannot cross are refused, and none is applied', async (t) => {
  const append = crossing<unknown>(() => {});
  const world = new World([sender], {}, { append: (records) => append(records) });
  const asked = world.ask('sender/a', { kind: 'store', message: UNFIT } as Told);
  world.run();
  t.match(asked, [{ kind: 'refused', code: 'actor.message_unfit' }]);
  t.same(world.published, []);
  t.equal(world.stateOf('sender/a'), 'running');
});
