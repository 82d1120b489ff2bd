// A counter that does whatever a turn may, in a world whose commits wait where a test wants it.

import { type Message, ref } from '../core/address.js';
import type { Behaviour } from '../core/behaviour.js';
import type { Fault } from '../core/fault.js';
import type { Envelope, Reply } from '../runtime/envelope.js';
import type { AnyBehaviour } from '../runtime/kinds.js';
import { ActorSystem, type Record, type SystemPorts } from '../runtime/system.js';

/** What the counter understands. */
export type Ask =
  | { readonly kind: 'add'; readonly amount: number }
  | { readonly kind: 'show' }
  | { readonly kind: 'fail' }
  | { readonly kind: 'fail_after_add' }
  | { readonly kind: 'feed'; readonly value: number }
  | {
      readonly kind:
        | 'stop_other'
        | 'watch_other'
        | 'spawn_child'
        | 'rest'
        | 'ask_other'
        | 'wake'
        | 'roll';
    }
  | { readonly kind: 'terminated'; readonly address: string }
  | { readonly kind: 'answered' | 'unanswered'; readonly tag: string };

interface State {
  total: number;
  readonly seen: string[];
}

const other = ref<Ask>('counter', 'other');
const lane = { lane: 'command', overflow: 'reject' } as const;

const counter: Behaviour<State, Ask, { kind: 'added'; amount: number }> = {
  kind: 'counter',
  version: 1,
  lanes: {
    add: lane,
    show: lane,
    fail: lane,
    fail_after_add: lane,
    stop_other: lane,
    watch_other: lane,
    spawn_child: lane,
    rest: lane,
    ask_other: lane,
    wake: lane,
    roll: lane,
    feed: { lane: 'data', overflow: 'conflate' },
    terminated: { lane: 'system', overflow: 'reject' },
    answered: { lane: 'system', overflow: 'reject' },
    unanswered: { lane: 'system', overflow: 'reject' },
  },
  initial: () => ({ total: 0, seen: [] }),
  receive(state, message, turn) {
    state.seen.push(message.kind === 'feed' ? `feed ${message.value}` : message.kind);
    switch (message.kind) {
      case 'add':
        turn.persist({ kind: 'added', amount: message.amount });
        turn.reply({ kind: 'total', total: state.total } as Message);
        turn.publish('totals', { kind: 'total' });
        break;
      case 'show':
        turn.reply({ kind: 'total', total: state.total, seen: [...state.seen] } as Message);
        break;
      case 'fail':
        turn.publish('totals', { kind: 'never' });
        throw new Error('as asked');
      case 'fail_after_add':
        turn.persist({ kind: 'added', amount: 1000 });
        turn.publish('totals', { kind: 'never' });
        turn.tell(other, { kind: 'add', amount: 1 });
        turn.reply({ kind: 'total', total: state.total } as Message);
        throw new Error('after the event');
      case 'stop_other':
        turn.stop({ address: other.address });
        break;
      case 'watch_other':
        turn.watch({ address: other.address });
        break;
      case 'spawn_child':
        turn.spawn(ref<Message>('counter', 'child'));
        break;
      case 'rest':
        turn.passivate();
        break;
      case 'ask_other':
        turn.ask(other, { kind: 'show' }, { tag: 'q', deadlineUs: 1_000 });
        turn.ask(
          ref<Ask>('counter', 'mute'),
          { kind: 'feed', value: 1 },
          { tag: 'mute', deadlineUs: 1_000 },
        );
        turn.tell(ref<Ask>('counter', 'far'), { kind: 'show' });
        break;
      case 'wake':
        turn.schedule('later', 500, { kind: 'feed', value: 7 } as Message);
        turn.schedule('never', 500, { kind: 'feed', value: 8 } as Message);
        turn.cancel('never');
        break;
      case 'roll':
        turn.reply({ kind: 'rolled', value: turn.random() } as Message);
        break;
    }
  },
  evolve(state, event) {
    state.total += event.amount;
  },
  encode: (state) => ({ ...state }),
  decode: (encoded) => ({ ...(encoded as State), seen: [] }),
};

/** One system of counters, its disk and clock in the test's hand. */
export interface World {
  readonly system: ActorSystem;
  readonly records: Record[];
  readonly published: string[];
  readonly outbound: Envelope[];
  readonly commits: ((fault?: Fault) => void)[];
  nowUs: number;
  holdsCommits: boolean;
  run(): void;
  ask(message: Ask, key?: string): Reply[];
}

/** Makes such a world; events come back as `recover` says, by default all that were kept. */
export function world(recover?: SystemPorts['recover']): World {
  const records: Record[] = [];
  const made: World = {
    records,
    published: [],
    outbound: [],
    commits: [],
    nowUs: 0,
    holdsCommits: false,
    system: undefined as never,
    run() {
      for (let pass = 0; pass < 50; pass++) made.system.step(100);
    },
    ask(message, key = 'one') {
      const replies: Reply[] = [];
      made.system.ask(ref<Ask>('counter', key), message, { deadlineUs: 10_000 }, (reply) =>
        replies.push(reply),
      );
      return replies;
    },
  };
  const ports: SystemPorts = {
    nowUs: () => 5,
    monotonicUs: () => made.nowUs,
    append(batch, done) {
      const commit = (fault?: Fault): void => {
        if (fault === undefined) records.push(...batch);
        done(fault);
      };
      if (made.holdsCommits) made.commits.push(commit);
      else commit();
    },
    recover:
      recover ??
      ((address, done) =>
        done({ events: records.filter((r) => r.address === address).map((r) => r.event) })),
    watching() {},
    outbound: (envelope) => made.outbound.push(envelope),
    isLocal: (address) => address !== 'counter/far',
    publish: (topic, event) => made.published.push(`${topic} ${event.kind}`),
  };
  const system = new ActorSystem([counter as unknown as AnyBehaviour], ports);
  return Object.assign(made, { system });
}

/** The total that a counter has replied, or what came instead. */
export const total = (replies: Reply[]): unknown =>
  replies[0]?.kind === 'replied'
    ? (replies[0].message as unknown as { total: number }).total
    : replies;
