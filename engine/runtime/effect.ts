// The effects a turn may ask for; collected in order, released only after its events are durable.

import type { Address, Addressed, Message, Ref } from '../core/address.js';
import { assert } from '../core/assert.js';
import type { Refusal } from '../core/fault.js';
import { LIMITS } from '../core/limits.js';
import { CHILD_RESTARTS, type ChildSpec, DEFAULT_CHILD } from '../core/supervision.js';
import type { AskOptions, Turn } from '../core/turn.js';
import { COMMAND_DONE } from './commands.js';

/** One request of a turn. */
export type Effect =
  | { readonly kind: 'tell'; readonly to: Address; readonly message: Message }
  | {
      readonly kind: 'ask';
      readonly to: Address;
      readonly message: Message;
      readonly options: AskOptions;
    }
  | { readonly kind: 'reply'; readonly message: Message }
  | { readonly kind: 'refuse'; readonly refusal: Refusal }
  | { readonly kind: 'publish'; readonly topic: string; readonly event: Message }
  | {
      readonly kind: 'schedule';
      readonly key: string;
      readonly delayUs: number;
      readonly message: Message;
    }
  | { readonly kind: 'cancel'; readonly key: string }
  | { readonly kind: 'spawn'; readonly child: Address; readonly spec: ChildSpec }
  | { readonly kind: 'stop'; readonly address: Address }
  | { readonly kind: 'watch' | 'unwatch'; readonly address: Address }
  | { readonly kind: 'passivate' };

/** How much more an actor may ask for. */
export interface TurnRoom {
  /** Asks whose answers have a place, with what it has asked before this turn. */
  asks(self: Address): number;
  timers(self: Address): number;
  hasTimer(self: Address, key: string): boolean;
}

/** Room not looked at yet in this turn. */
const UNKNOWN = -1;

/** What one turn collects: its events and its effects. */
export class TurnRecorder implements Turn {
  self: Address = 'none/none';
  nowUs = 0;
  cause = '';
  /** Events persisted in this turn, already folded into the state. */
  events: Message[] = [];
  effects: Effect[] = [];
  #evolve: (event: Message) => void = () => {};
  #random: () => number = () => 0;
  #answered = false;
  readonly #room: TurnRoom | undefined;
  #askRoom = UNKNOWN;
  #timerRoom = UNKNOWN;

  /** Without `room` nothing but the effects of a turn are bounded. */
  constructor(room?: TurnRoom) {
    this.#room = room;
  }

  /** Makes the recorder ready for a turn. */
  begin(
    self: Address,
    nowUs: number,
    cause: string,
    evolve: (event: Message) => void,
    random: () => number,
  ): void {
    this.self = self;
    this.nowUs = nowUs;
    this.cause = cause;
    // What an earlier turn collected may still be held by whoever waits for its commit.
    if (this.events.length > 0) this.events = [];
    if (this.effects.length > 0) this.effects = [];
    this.#evolve = evolve;
    this.#random = random;
    this.#answered = false;
    this.#askRoom = UNKNOWN;
    this.#timerRoom = UNKNOWN;
  }

  /** Empties the lists of a turn whose effects have all left, for the next turn to use. */
  // hot
  recycle(): void {
    // Setting the length to 0 would give the memory back, to be asked for again by the next turn.
    while (this.effects.length > 0) this.effects.pop();
  }

  /** Gives the lists away, to wait for a commit, and starts new ones. */
  handOver(): { readonly events: Message[]; readonly effects: readonly Effect[] } {
    const { events, effects } = this;
    this.events = [];
    this.effects = [];
    return { events, effects };
  }

  random(): number {
    return this.#random();
  }

  tell<M extends Message>(to: Ref<M>, message: M): void {
    assert(hasKind(message), 'turn.message_has_a_kind');
    this.#add({ kind: 'tell', to: addressOf(to), message });
  }

  ask<M extends Message>(to: Ref<M>, message: M, options: AskOptions): void {
    if (this.#room !== undefined) {
      if (this.#askRoom === UNKNOWN) this.#askRoom = Math.max(0, this.#room.asks(this.self));
      assert(this.#askRoom > 0, 'turn.asks_within_bound');
      this.#askRoom--;
    }
    assert(hasKind(message), 'turn.message_has_a_kind');
    assert(isDuration(options.deadlineUs), 'turn.deadline_is_a_duration');
    this.#add({ kind: 'ask', to: addressOf(to), message, options });
  }

  reply(message: Message): void {
    this.#answerOnce();
    assert(hasKind(message), 'turn.message_has_a_kind');
    this.#add({ kind: 'reply', message });
  }

  refuse(refusal: Refusal): void {
    this.#answerOnce();
    this.#add({ kind: 'refuse', refusal });
  }

  persist(event: Message): void {
    assert(event.kind !== COMMAND_DONE, 'turn.event_kind_is_not_reserved');
    this.#evolve(event);
    this.events.push(event);
    assert(this.events.length <= LIMITS.effectsPerTurn, 'turn.events_within_bound');
  }

  publish(topic: string, event: Message): void {
    assert(hasKind(event), 'turn.message_has_a_kind');
    this.#add({ kind: 'publish', topic, event });
  }

  schedule(key: string, delayUs: number, message: Message): void {
    assert(delayUs >= 0, 'turn.delay_not_negative');
    assert(hasKind(message), 'turn.message_has_a_kind');
    if (this.#room !== undefined && !this.#room.hasTimer(this.self, key)) {
      if (this.#timerRoom === UNKNOWN) this.#timerRoom = Math.max(0, this.#room.timers(this.self));
      assert(this.#timerRoom > 0, 'turn.timers_within_bound');
      this.#timerRoom--;
    }
    this.#add({ kind: 'schedule', key, delayUs, message });
  }

  cancel(key: string): void {
    this.#add({ kind: 'cancel', key });
  }

  spawn(child: Ref, spec?: Partial<ChildSpec>): void {
    const kept = spec === undefined ? DEFAULT_CHILD : { ...DEFAULT_CHILD, ...spec };
    assert(kept.shutdownUs >= 0, 'turn.shutdown_not_negative');
    assert(CHILD_RESTARTS.includes(kept.restart), 'turn.restart_is_known');
    this.#add({ kind: 'spawn', child: addressOf(child), spec: kept });
  }

  stop(child?: Ref): void {
    this.#add({ kind: 'stop', address: child === undefined ? this.self : addressOf(child) });
  }

  watch(other: Ref): void {
    this.#add({ kind: 'watch', address: addressOf(other) });
  }

  unwatch(other: Ref): void {
    this.#add({ kind: 'unwatch', address: addressOf(other) });
  }

  passivate(): void {
    this.#add({ kind: 'passivate' });
  }

  #answerOnce(): void {
    assert(!this.#answered, 'turn.answers_once');
    this.#answered = true;
  }

  #add(effect: Effect): void {
    assert(this.effects.length < LIMITS.effectsPerTurn, 'turn.effects_within_bound');
    this.effects.push(effect);
  }
}

/** The address of a handle, which data that was read may lack. */
// hot
function addressOf({ address }: Addressed): Address {
  assert(typeof address === 'string', 'turn.address_is_text');
  return address;
}

/** Whether a message is one: behaviours are compiled, but their data need not be. */
function hasKind(message: Message | undefined): boolean {
  return typeof message?.kind === 'string';
}

/** Whether a time is one to wait for. */
export function isDuration(us: number): boolean {
  return us >= 0 && us < Number.POSITIVE_INFINITY;
}
