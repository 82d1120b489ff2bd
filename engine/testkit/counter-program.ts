// A shard program made for tests: counters that can break a thread, and couriers that ask others'.

import process from 'node:process';
import type { Address, Message } from '../core/address.js';
import type { Behaviour } from '../core/behaviour.js';
import type { Reply } from '../runtime/envelope.js';
import type { AnyBehaviour } from '../runtime/kinds.js';
import { ActorSystem, type Record } from '../runtime/system.js';
import type { CreateShardProgram, ShardContext } from '../shard/program.js';
import { type RoutedToOwner, type RoutedToShard, takeRouted } from '../shard/routed.js';
import { courier, isCourier, shardOfCourier } from './couriers.js';

/** What a counter understands: two useful messages and four ways to break a thread. */
export interface CounterMessage extends Message {
  readonly kind: 'add' | 'show' | 'hang' | 'exhaust' | 'exit';
}

/** Owner to shard; `break` fails outside of any turn. */
export type ToCounters =
  | { readonly kind: 'ask'; readonly id: number; readonly to: Address; readonly message: Message }
  | RoutedToShard
  | { readonly kind: 'committed'; readonly ticket: number }
  | { readonly kind: 'break' };

/** Shard to owner. */
export type FromCounters =
  | { readonly kind: 'answer'; readonly id: number; readonly reply: Reply }
  | { readonly kind: 'append'; readonly ticket: number; readonly records: readonly Record[] }
  | RoutedToOwner;

/** What a shard is started with: its actors' past. */
export interface CounterConfig {
  readonly events: ReadonlyMap<Address, readonly Message[]>;
}

const lane = { lane: 'command', overflow: 'reject' } as const;

const counter: Behaviour<{ total: number }, CounterMessage, { readonly kind: 'added' }> = {
  kind: 'counter',
  version: 1,
  lanes: { add: lane, show: lane, hang: lane, exhaust: lane, exit: lane },
  initial: () => ({ total: 0 }),
  receive(state, message, turn) {
    switch (message.kind) {
      case 'add':
        turn.persist({ kind: 'added' });
        turn.reply({ kind: 'shown', total: state.total } as Message);
        break;
      case 'show':
        turn.reply({ kind: 'shown', total: state.total } as Message);
        break;
      case 'hang':
        for (;;) state.total = Math.abs(state.total);
      case 'exhaust': {
        const hoard: number[][] = [];
        for (;;) hoard.push(new Array(100_000).fill(hoard.length));
      }
      case 'exit':
        process.exit(3);
    }
  },
  evolve(state) {
    state.total++;
  },
  encode: (state) => ({ ...state }),
  decode: (encoded) => ({ ...(encoded as { total: number }) }),
};

function counterSystem(config: CounterConfig, context: ShardContext) {
  const post = (message: FromCounters): void => context.post(message);
  const commits = new Map<number, () => void>();
  let nextTicket = 1;
  // A system holds behaviours of any state.
  const system = new ActorSystem(
    [counter, courier] as unknown as AnyBehaviour[],
    {
      nowUs: () => 0,
      monotonicUs: context.monotonicUs,
      isLocal: (address) => !isCourier(address) || shardOfCourier(address) === context.shard,
      append(records, done) {
        const ticket = nextTicket++;
        commits.set(ticket, done);
        post({ kind: 'append', ticket, records });
      },
      recover: (address, done) => done({ events: config.events.get(address) ?? [] }),
      outbound: (envelope, deadlineUs) => post({ kind: 'outbound', envelope, deadlineUs }),
      watching: (other, watcher, said) => post({ kind: said, other, watcher }),
      publish() {},
    },
    { suspicion: context.suspicion },
  );
  return { system, commits, post };
}

/** Entry point that the worker loads. */
export const createShardProgram: CreateShardProgram = (config, context) => {
  // The test that owns the pool builds it with this type.
  const { system, commits, post } = counterSystem(config as CounterConfig, context);
  return {
    onFrames: (_ring, count) => count,
    onMessage(message) {
      const told = message as ToCounters;
      switch (told.kind) {
        case 'break':
          throw new Error('broken as asked');
        case 'committed':
          commits.get(told.ticket)?.();
          commits.delete(told.ticket);
          break;
        case 'ask':
          system.ask({ address: told.to }, told.message, { deadlineUs: 60_000_000 }, (reply) =>
            post({ kind: 'answer', id: told.id, reply }),
          );
          break;
        default:
          takeRouted(system, told, post);
          break;
      }
    },
    step: () => system.step(100),
    dueMs: () => (system.hasWork ? 0 : system.dueInUs() / 1000),
    isHeld: () => false,
    takePressure: () => system.takePressure(),
  };
};
