// Asks of actors: one answer each, from any thread, and no more of them than answers fit.

import t from 'tap';
import type { Address, Message } from '../core/address.js';
import type { Behaviour } from '../core/behaviour.js';
import { LIMITS } from '../core/limits.js';
import type { Turn } from '../core/turn.js';
import { World } from '../testkit/world.js';
import type { Reply } from './envelope.js';

interface Ask extends Message {
  readonly kind: 'ask' | 'show' | 'mute';
  readonly to?: Address;
  readonly count?: number;
  readonly isDurable?: boolean;
}

type Told = Ask | { readonly kind: 'answered' | 'unanswered'; readonly reply?: Reply };

interface State {
  readonly codes: string[];
}

const lane = { lane: 'command', overflow: 'reject' } as const;
const system = { lane: 'system', overflow: 'reject' } as const;

/** Asks whom it is told to, and notes what it hears. */
const asking: Behaviour<State, Told, { readonly kind: 'asked' }> = {
  kind: 'asking',
  version: 1,
  lanes: { ask: lane, show: lane, mute: lane, answered: system, unanswered: system },
  initial: () => ({ codes: [] }),
  receive(state, message, turn) {
    switch (message.kind) {
      case 'ask': {
        if (message.isDurable === true) turn.persist({ kind: 'asked' });
        if (message.to !== undefined) askOne(turn, message.to, 'show');
        // So many actors that none is asked more than its lane holds.
        for (let n = 0; n < (message.count ?? 0); n++) askOne(turn, `asking/${n >> 9}`, 'mute');
        break;
      }
      case 'show':
        turn.reply({ kind: `shown by ${turn.self}` });
        break;
      case 'mute':
        break;
      case 'answered':
      case 'unanswered':
        state.codes.push(codeOf(message));
        break;
    }
  },
  evolve() {},
  encode: (state) => ({ ...state }),
  decode: (encoded) => ({ ...(encoded as State) }),
};

function askOne(turn: Turn, address: Address, kind: 'show' | 'mute'): void {
  turn.ask({ address }, { kind }, { tag: 'q', deadlineUs: 1_000 });
}

function codeOf({ kind, reply }: Told & { readonly reply?: Reply }): string {
  if (reply?.kind === 'refused') return reply.code;
  return reply?.kind === 'replied' ? reply.message.kind : kind;
}

const heardBy = (world: World, address: Address): readonly string[] =>
  (world.system.peek(address) as State).codes;

t.test('an ask of another thread’s actor leaves, and answers nobody but its asker', async (t) => {
  const here = new World([asking]);
  const there = new World([asking]);
  here.far.add('asking/there');
  // Both have an open ask of number 1.
  const own = there.ask('asking/own', { kind: 'mute' });
  there.run();
  here.tell('asking/a', { kind: 'ask', to: 'asking/there' } as Ask);
  here.run();
  const [envelope] = here.outbound;
  t.match(envelope, { to: 'asking/there', from: 'asking/a', message: { kind: 'show' } });
  t.throws(() => there.system.border.deliver(envelope!), /system.delivers_what_was_told/);
  const replies: Reply[] = [];
  there.system.border.takeAsk(envelope!, 1_000, (reply) => replies.push(reply));
  there.run();
  t.same(own, [], 'a stranger’s answer');
  t.match(replies, [{ message: { kind: 'shown by asking/there' } }]);
  here.system.border.answered(envelope!, replies[0]!);
  here.run();
  t.same(heardBy(here, 'asking/a'), ['shown by asking/there']);
});

t.test('an answer that comes after the deadline is a dead letter, also from outside', async (t) => {
  const world = new World([asking]);
  const asked = world.ask('asking/b', { kind: 'show' }, { deadlineUs: 1_000 });
  world.system.suspend('asking/b');
  world.pass(1_001);
  t.same(asked, [{ kind: 'timed_out' }]);
  world.system.resume('asking/b');
  world.run();
  t.same([...world.system.deadLetterCounts()], [['ask.late shown by asking/b', 1]]);
  t.match(world.system.deadLetters(), [{ envelope: { to: 'outside/asker', from: 'asking/b' } }]);
});

const many = (count: number, isDurable = false): Ask => ({ kind: 'ask', count, isDurable }) as Ask;

t.test('every ask of an actor ends, also when it asks more than it may', async (t) => {
  const world = new World([asking]);
  world.tell('asking/a', many(9_000));
  world.run();
  const refused = 9_000 - LIMITS.asksOfOne;
  t.same(heardBy(world, 'asking/a'), new Array(refused).fill('ask.too_many'));
  world.tell('asking/a', many(9_000));
  world.run();
  t.match(world.system.tree()[0], { lastFailure: /turn.asks_within_bound/ }, 'nothing is lost');
  world.system.stop('asking/a');
  world.pass(2_000);
  t.equal(world.system.counters.timedOut, LIMITS.asksOfOne);
});

t.test('all answers of an actor find their place at once', async (t) => {
  const world = new World([asking]);
  world.tell('asking/a', many(LIMITS.asksOfOne));
  world.pass(2_000);
  const heard = heardBy(world, 'asking/a');
  t.equal(heard.length, LIMITS.asksOfOne);
  t.same([...new Set(heard)], ['unanswered']);
  t.equal(world.system.counters.rejected, 0);
});

t.test('asks that wait for a commit count as well', async (t) => {
  const world = new World([asking]);
  world.holdsCommits = true;
  world.tell('asking/a', many(LIMITS.asksOfOne, true));
  world.run();
  world.tell('asking/a', many(9_000));
  world.run();
  t.match(world.system.tree()[0], { lastFailure: /turn.asks_within_bound/ });
  for (const commit of world.commits.splice(0)) commit();
  world.run();
  t.equal(world.system.counters.rejected, 0);
});
