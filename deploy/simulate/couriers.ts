// Actors of every shard that pass clients' operations on to portfolios, here and on other shards.

import {
  type Address,
  type AnyBehaviour,
  kindOf,
  type Message,
  type Reply,
} from '../../engine/index.js';
import { isFinal, type Operation } from './operations.js';

/** Actor kind of couriers. */
const KIND = 'courier';

/** How long a courier waits for a portfolio. Units: microseconds. */
const DEADLINE_US = 2_000;

/** Answers that a courier remembers; its client has long had the older ones. */
const ANSWERS_MAX = 200;

/** A client's operation, for a courier to pass on. */
export interface Relay extends Message {
  readonly kind: 'relay';
  readonly operation: Operation;
}

/** What a courier knows of it. */
export interface Relayed extends Message {
  readonly kind: 'relayed';
  /** Undefined while there is no answer; whoever asks again has the operation passed on again. */
  readonly reply: Reply | undefined;
}

/** A word that goes before an operation: its numbers rise with every one that leaves a courier. */
export interface Noted extends Message {
  readonly from: Address;
  readonly note: number;
}

interface Answered extends Message {
  readonly kind: 'answered' | 'unanswered';
  readonly tag: string;
  readonly reply?: Reply;
}

/** What a courier has under way and has heard: no journal has it, and a restart forgets it. */
interface State {
  readonly underWay: Set<string>;
  readonly answers: Map<string, Reply>;
}

const command = { lane: 'command', overflow: 'reject' } as const;
const system = { lane: 'system', overflow: 'reject' } as const;

/** A shard's courier; `nextNote` gives the number of its next word. */
export function courierOf(nextNote: () => number): AnyBehaviour {
  const behaviour: Omit<AnyBehaviour, 'receive'> = {
    kind: KIND,
    version: 1,
    lanes: { relay: command, answered: system, unanswered: system },
    initial: (): State => ({ underWay: new Set(), answers: new Map() }),
    evolve() {},
    encode: () => undefined,
    decode: (): State => ({ underWay: new Set(), answers: new Map() }),
  };
  return {
    ...behaviour,
    receive(given, message, turn) {
      // The system hands a courier the state that it made, and messages of the kinds of its lanes.
      const state = given as State;
      if (message.kind !== 'relay') {
        hear(state, message as Answered);
        return;
      }
      const { operation } = message as Relay;
      const tag = String(operation.index);
      const reply = state.answers.get(tag);
      const relayed: Relayed = { kind: 'relayed', reply };
      turn.reply(relayed);
      if (reply !== undefined || state.underWay.has(tag)) return;
      state.underWay.add(tag);
      const to = { address: operation.to };
      const noted: Noted = { kind: 'show_portfolio', from: turn.self, note: nextNote() };
      turn.tell(to, noted);
      turn.ask(to, operation.message, { tag, deadlineUs: DEADLINE_US });
    },
  };
}

function hear({ underWay, answers }: State, { tag, reply }: Answered): void {
  underWay.delete(tag);
  if (reply === undefined || !isFinal(reply)) return;
  answers.set(tag, reply);
  if (answers.size <= ANSWERS_MAX) return;
  for (const oldest of answers.keys()) {
    answers.delete(oldest);
    break;
  }
}

/** What a client learns of an operation that it gave to a courier. */
export function relayedReply(told: Reply): Reply {
  if (told.kind !== 'replied') return told;
  // A courier replies nothing else.
  return (told.message as Relayed).reply ?? { kind: 'timed_out' };
}

/** Address of a shard's courier. */
export function courierOn(shard: number): Address {
  return `${KIND}/${shard}`;
}

/** Shard of a courier, or undefined for anybody else. */
export function shardOfCourier(address: Address): number | undefined {
  return kindOf(address) === KIND ? Number(address.slice(KIND.length + 1)) : undefined;
}

/** Listens to the words that reach portfolios: those of one courier come in their order. */
export class Notes {
  readonly #last = new Map<string, number>();
  #count = 0;
  /** The first that came too late. */
  problem: string | undefined;

  /** Number of the next word. */
  readonly next = (): number => ++this.#count;

  /** Behaviours of which those that hear words are listened to. */
  wrap(behaviours: readonly AnyBehaviour[]): AnyBehaviour[] {
    return behaviours.map((behaviour) => ({
      ...behaviour,
      receive: (state, message, turn) => {
        if ('note' in message) this.#hear(turn.self, message as Noted);
        behaviour.receive(state, message, turn);
      },
    }));
  }

  #hear(to: Address, { from, note }: Noted): void {
    const way = `${from} to ${to}`;
    const last = this.#last.get(way) ?? 0;
    // One that is tried again comes twice.
    if (note < last)
      this.problem ??= `expected word ${last} from ${way} to be the last, was ${note}`;
    this.#last.set(way, note);
  }
}
