// Actors made for tests that ask each other across threads: each parcel is taken exactly once.

import { type Address, kindOf, type Message } from '../core/address.js';
import type { Behaviour } from '../core/behaviour.js';
import type { Reply } from '../runtime/envelope.js';

/** Actor kind of couriers. */
const COURIER = 'courier';

/** How long a courier waits for the other one. Units: microseconds. */
const DEADLINE_US = 2_000;

/** What couriers hear: a wish from outside, a parcel from another one, and what became of it. */
export type CourierMessage =
  | {
      readonly kind: 'carry';
      readonly parcel: string;
      readonly to: Address;
      readonly deadlineUs?: number;
    }
  | { readonly kind: 'take'; readonly parcel: string }
  | { readonly kind: 'show' }
  | { readonly kind: 'answered'; readonly tag: string; readonly reply: Reply }
  | { readonly kind: 'unanswered'; readonly tag: string };

/** What couriers journal. */
export type CourierEvent =
  | { readonly kind: 'taken'; readonly parcel: string }
  | { readonly kind: 'delivered'; readonly parcel: string };

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
  lanes: { carry: command, take: command, show: command, answered: system, unanswered: system },
  initial: () => ({ taken: [], delivered: new Set(), underWay: new Set(), last: new Map() }),
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
        const shown: Message & { readonly taken: readonly string[] } = {
          kind: 'shown',
          taken: [...state.taken],
        };
        turn.reply(shown);
        break;
      }
    }
  },
  evolve(state, event) {
    if (event.kind === 'taken') state.taken.push(event.parcel);
    else state.delivered.add(event.parcel);
  },
  encode: ({ taken, delivered }) => ({ taken, delivered: [...delivered] }),
  decode(encoded) {
    // What `encode` wrote has this shape.
    const { taken, delivered } = encoded as { taken: string[]; delivered: string[] };
    return {
      taken: [...taken],
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
