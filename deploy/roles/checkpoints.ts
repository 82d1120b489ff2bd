// What an actor is rebuilt from while its shard runs: a state at a close, what it was told since.

import type { Address, Message, Recovered, Snapshot } from '../../engine/index.js';
import type { PlacedEvent } from './recall.js';

/**
 * Messages told since the oldest checkpoint beyond which those that stay away must be brought
 * forward: with the 100 or so of a session less than the points whose records are kept, for a told
 * point refers to its record.
 */
const TOLD_MAX = 300;

/**
 * Messages told since the oldest checkpoint that make new ones due at the next close: to tell an
 * actor this many again costs less than a millisecond, to copy all of them out at every close costs
 * a running market more.
 */
const TOLD_DUE = 200;

interface Checkpoint extends Snapshot {
  readonly step: number;
}

/** What was told as of a step. */
export interface Told {
  readonly step: number;
  readonly message: Message;
}

/** Checkpoints of a shard's actors. */
export class Checkpoints {
  readonly #checkpoints = new Map<Address, Checkpoint>();
  /** Steps up to which actors have missed what they were told. */
  readonly #forfeited = new Map<Address, number>();
  /** Who hears what is told to all. */
  readonly #hearers: readonly Address[];
  /** Who is told on its own: it hears nothing else. */
  readonly #other: Address;
  readonly #toldDue: number;
  #told: Told[] = [];
  #toldOther: Told[] = [];

  constructor(hearers: readonly Address[], other: Address, toldDue = TOLD_DUE) {
    this.#toldDue = toldDue;
    this.#hearers = hearers;
    this.#other = other;
  }

  /** Remembers actors as of a step; those that are not running keep what they had. */
  keep(actors: Iterable<readonly [Address, Snapshot]>, step: number): void {
    for (const [address, snapshot] of actors) {
      this.#checkpoints.set(address, { ...snapshot, step });
    }
    this.trim();
  }

  /** Takes over an actor, as of a step. */
  put(address: Address, snapshot: Snapshot, step: number): void {
    this.#checkpoints.set(address, { ...snapshot, step });
  }

  /** Forgets an actor. */
  remove(address: Address): void {
    this.#checkpoints.delete(address);
  }

  /** An actor as of the step it was kept at; undefined where it never was. */
  get(address: Address): Snapshot | undefined {
    return this.#checkpoints.get(address);
  }

  /** Whether enough was told since the oldest checkpoint for new ones to be worth their while. */
  get isDue(): boolean {
    return this.#told.length >= this.#toldDue;
  }

  /** Whether so much was told since the oldest checkpoint that it must be brought forward. */
  get isLong(): boolean {
    return this.#told.length > TOLD_MAX;
  }

  /** Drops what every checkpoint holds. */
  trim(): void {
    // One that was never there when all were kept still needs everything.
    let oldest = Number.POSITIVE_INFINITY;
    for (const hearer of this.#hearers) oldest = Math.min(oldest, this.stepOf(hearer));
    this.#told = after(this.#told, oldest);
    this.#toldOther = after(this.#toldOther, this.stepOf(this.#other));
  }

  /** Notes a message that every hearer was told as of a step. */
  told(step: number, message: Message): void {
    this.#told.push({ step, message });
  }

  /** Notes a message that the other one was told as of a step. */
  toldOther(step: number, message: Message): void {
    this.#toldOther.push({ step, message });
  }

  /** Events that the checkpoint of an actor holds. */
  sequenceOf(address: Address): number {
    return this.#checkpoints.get(address)?.sequence ?? 0;
  }

  /** State of an actor, with the events and those messages of `told` that came since then. */
  recovered(
    address: Address,
    events: readonly PlacedEvent[],
    told: readonly Told[] = address === this.#other ? this.#toldOther : this.#told,
  ): Recovered {
    const checkpoint = this.#checkpoints.get(address);
    const step = this.stepOf(address);
    const since = told.filter((one) => one.step > step);
    return {
      ...(checkpoint === undefined ? {} : { snapshot: checkpoint }),
      ...pastOf(events, since),
    };
  }

  /**
   * Lets an actor miss what it was told up to a step, for it can't be brought forward; returns how
   * many messages that are.
   */
  forfeit(address: Address, step: number): number {
    const before = this.stepOf(address);
    const missed = this.#told.filter((one) => one.step > before && one.step <= step).length;
    this.#forfeited.set(address, step);
    this.trim();
    return missed;
  }

  /** Step that an actor was kept at, or has missed everything up to; -1 where it never was. */
  stepOf(address: Address): number {
    const kept = this.#checkpoints.get(address)?.step ?? -1;
    return Math.max(kept, this.#forfeited.get(address) ?? -1);
  }
}

/** Events with what was told between them, as an actor recovers from them. */
function pastOf(
  events: readonly PlacedEvent[],
  told: readonly Told[],
): Pick<Recovered, 'events' | 'messages'> {
  let after = 0;
  return {
    events: events.map(({ event }) => event),
    messages: told.map(({ step, message }) => {
      // Steps never fall, of either.
      while (after < events.length && events[after]!.step < step) after++;
      return { message, after };
    }),
  };
}

function after(told: readonly Told[], step: number): Told[] {
  return told.filter((one) => one.step > step);
}
