// Asks of actors: one answer each, from its own thread, and no more of them than answers fit.

import t from 'tap';
import type { Address, Message } from '../core/address.js';
import type { Behaviour } from '../core/behaviour.js';
import { World } from '../testkit/world.js';
import type { Reply } from './envelope.js';

interface Ask extends Message {
  readonly kind: 'ask' | 'show' | 'mute';
  readonly to?: Address;
  readonly count?: number;
}

type Told = Ask | { readonly kind: 'answered' | 'unanswered'; readonly reply?: Reply };

interface State {
  readonly codes: string[];
}

const lane = { lane: 'command', overflow: 'reject' } as const;
const system = { lane: 'system', overflow: 'reject' } as const;

/** Asks whom it is told to, and notes what it hears. */
const asking: Behaviour<State, Told, never> = {
  kind: 'asking',
  version: 1,
  lanes: { ask: lane, show: lane, mute: lane, answered: system, unanswered: system },
  initial: () => ({ codes: [] }),
  receive(state, message, turn) {
    switch (message.kind) {
      case 'ask': {
        const to = { address: message.to! };
        const kind = message.count === undefined ? 'show' : 'mute';
        for (let n = 0; n < (message.count ?? 1); n++) {
          turn.ask(to, { kind }, { tag: 'q', deadlineUs: 1_000 });
        }
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

function codeOf({ kind, reply }: Told & { readonly reply?: Reply }): string {
  if (reply?.kind === 'refused') return reply.code;
  return reply?.kind === 'replied' ? reply.message.kind : kind;
}

const heardBy = (world: World, address: Address): readonly string[] =>
  (world.system.peek(address) as State).codes;

t.test('an ask of another thread’s actor is refused, and answers nobody there', async (t) => {
  const here = new World([asking]);
  const there = new World([asking]);
  here.far.add('asking/there');
  // Both have an open ask of number 1.
  const own = there.ask('asking/own', { kind: 'mute' });
  there.run();
  here.tell('asking/a', { kind: 'ask', to: 'asking/there' } as Ask);
  here.run();
  for (const envelope of here.outbound) there.system.deliver(envelope);
  there.run();
  t.same(own, [], 'a stranger’s answer');
  t.same(heardBy(here, 'asking/a'), ['actor.elsewhere']);
  t.match(here.ask('asking/there', { kind: 'show' }), [{ code: 'actor.elsewhere' }]);
});
