// Actors made for tests that ask and watch each other across threads; parcels are taken once.

import { type Address, kindOf, type Message } from '../core/address.js';
import type { Behaviour } from '../core/behaviour.js';
import type { Reply } from '../runtime/envelope.js';

/** Actor kind of couriers. */
const COURIER = 'courier';

/** How long a courier waits for the other one. Units: microseconds. */
const DEADLINE_US = 2_000;

/** What couriers hear: wishes from outside, a parcel from another one, what became of others. */
export type CourierMessage =
  | {
      readonly kind: 'carry';
      readonly parcel: string;
      readonly to: Address;
      readonly deadlineUs?: number;
    }
  | { readonly kind: 'take'; readonly parcel: string }
  | { readonly kind: 'show' | 'end' }
  | { readonly kind: 'attend' | 'ignore'; readonly other: Address }
  | { readonly kind: 'terminated'; readonly address: Address }
  | { readonly kind: 'answered'; readonly tag: string; readonly reply: Reply }
  | { readonly kind: 'unanswered'; readonly tag: string };

/** What couriers journal. */
export type CourierEvent =
  | { readonly kind: 'taken'; readonly parcel: string }
  | { readonly kind: 'delivered'; readonly parcel: string }
  | { readonly kind: 'mourned'; readonly address: Address };

/** What a courier says of a parcel that it was to carry. */
export interface Carried extends Message {
  readonly kind: 'carried';
  readonly isDelivered: boolean;
  /** What the last try ended with: a code, or empty while it is under way. */
  readonly last: string;
}

/** A courier's state; what is under way is forgotten with its memory, and asked for again. */
export interface CourierState {
  readonly taken: string[];
  /** Ends of others that it was told of. */
  readonly mourned: Address[];
  readonly delivered: Set<string>;
  readonly underWay: Set<string>;
  readonly last: Map<string, string>;
}

const command = { lane: 'command', overflow: 'reject' } as const;
const system = { lane: 'system', overflow: 'reject' } as const;

/**
 * Carries parcels: asks the addressee to take one, with the parcel as the command's key, as often
 * as somebody asks it to and until it knows that it was taken.
 */
export const courier: Behaviour<CourierState, CourierMessage, CourierEvent> = {
  kind: COURIER,
  version: 1,
  lanes: {
    carry: command,
    take: command,
    show: command,
    end: command,
    attend: command,
    ignore: command,
    terminated: system,
    answered: system,
    unanswered: system,
  },
  initial: () => ({
    taken: [],
    mourned: [],
    delivered: new Set(),
    underWay: new Set(),
    last: new Map(),
  }),
  receive(state, message, turn) {
    switch (message.kind) {
      case 'carry': {
        const { parcel, to, deadlineUs = DEADLINE_US } = message;
        const isDelivered = state.delivered.has(parcel);
        if (!isDelivered && !state.underWay.has(parcel)) {
          state.underWay.add(parcel);
          const options = { tag: parcel, deadlineUs, key: parcel };
          turn.ask<CourierMessage>({ address: to }, { kind: 'take', parcel }, options);
        }
        const last = state.last.get(parcel) ?? '';
        const carried: Carried = { kind: 'carried', isDelivered, last };
        turn.reply(carried);
        break;
      }
      case 'take':
        turn.persist({ kind: 'taken', parcel: message.parcel });
        turn.reply({ kind: 'thanks' });
        break;
      case 'answered':
      case 'unanswered':
        state.underWay.delete(message.tag);
        state.last.set(message.tag, outcomeOf(message));
        if (outcomeOf(message) === 'thanks' && !state.delivered.has(message.tag)) {
          turn.persist({ kind: 'delivered', parcel: message.tag });
        }
        break;
      case 'show': {
        const shown: Message & Pick<CourierState, 'taken' | 'mourned'> = {
          kind: 'shown',
          taken: [...state.taken],
          mourned: [...state.mourned],
        };
        turn.reply(shown);
        break;
      }
      case 'attend':
        turn.watch({ address: message.other });
        turn.reply({ kind: 'thanks' });
        break;
      case 'ignore':
        turn.unwatch({ address: message.other });
        break;
      case 'terminated':
        turn.persist({ kind: 'mourned', address: message.address });
        break;
      case 'end':
        turn.stop();
        break;
    }
  },
  evolve(state, event) {
    if (event.kind === 'taken') state.taken.push(event.parcel);
    else if (event.kind === 'delivered') state.delivered.add(event.parcel);
    else state.mourned.push(event.address);
  },
  encode: ({ taken, mourned, delivered }) => ({ taken, mourned, delivered: [...delivered] }),
  decode(encoded) {
    // What `encode` wrote has this shape.
    const { taken, mourned, delivered } = encoded as Pick<CourierState, 'taken' | 'mourned'> & {
      delivered: string[];
    };
    return {
      taken: [...taken],
      mourned: [...mourned],
      delivered: new Set(delivered),
      underWay: new Set(),
      last: new Map(),
    };
  },
};

function outcomeOf(message: CourierMessage & { readonly kind: 'answered' | 'unanswered' }): string {
  if (message.kind === 'unanswered') return 'unanswered';
  const { reply } = message;
  if (reply.kind === 'refused') return reply.code;
  return reply.kind === 'replied' ? reply.message.kind : reply.kind;
}

/** Shard of a courier, which its address names: `courier/1-x` is on shard 1. */
export function shardOfCourier(address: Address): number {
  return Number.parseInt(address.slice(COURIER.length + 1), 10);
}

/** Whether an address is a courier's. */
export function isCourier(address: Address): boolean {
  return kindOf(address) === COURIER;
}
