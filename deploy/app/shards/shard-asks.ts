// Questions to the shards and their answers, each at most once; those to actors on the move wait.

import type { Address, Message, Reply } from '../../../engine/index.js';
import type { ActorLever, FromShard, ToShard } from '../../roles/shard-messages.js';
import { TakenDown } from './taken-down.js';

/** Questions that wait while their actor is moved; more are refused. */
const HELD_MAX = 10_000;

/** What became of a lever. */
export type Pulled = FromShard & { readonly kind: 'done' };

/** A shard's actors and counters. */
export type ShardTree = FromShard & { readonly kind: 'tree' };

/** How many of its actors a shard has in memory. */
export type ShardResidents = FromShard & { readonly kind: 'residents' };

/** What a shard has put aside. */
export type ShardQuarantine = FromShard & { readonly kind: 'quarantine' };

/** What reached nobody on a shard. */
export type ShardLetters = FromShard & { readonly kind: 'letters' };

/** How questions reach their shard. */
export interface AsksOptions {
  readonly shardOf: (address: Address) => number;
  /** False while a shard's thread is being replaced: it hears nothing. */
  readonly hears: (shard: number) => boolean;
  readonly post: (shard: number, message: ToShard) => void;
}

/** What a question is told whose actor is being moved, beyond the bound or its deadline. */
const MOVING: Reply = {
  kind: 'refused',
  code: 'shard.moving',
  text: 'expected an actor that is not being moved to another shard; nothing was done, try again',
};

const RESTARTING: Reply = {
  kind: 'refused',
  code: 'shard.restarting',
  text: 'the shard was restarted; try again',
};

/** An answer's waiting place. */
interface Waiting {
  readonly shard: number;
  /** The actor it is about; undefined for what concerns the whole shard. */
  readonly about: Address | undefined;
  readonly settle: (message: FromShard | undefined) => void;
}

/** The questions. */
export class ShardAsks {
  readonly #options: AsksOptions;
  readonly #waiting = new Map<number, Waiting>();
  readonly #down = new TakenDown();
  #nextId = 1;
  #moving: ReadonlySet<Address> = new Set();
  #held: (() => void)[] = [];
  #isClosed = false;

  constructor(options: AsksOptions) {
    this.#options = options;
  }

  /** Asks an actor; what is held back waits no longer than the deadline, which counts from here. */
  async ask(to: Address, message: Message, deadlineUs = 5_000_000): Promise<Reply> {
    const askedMs = performance.now();
    if (this.#moving.has(to) && !(await this.#passes(deadlineUs / 1000))) return MOVING;
    const leftUs = Math.max(1, deadlineUs - Math.round((performance.now() - askedMs) * 1000));
    const answer = await this.exchange(
      this.#options.shardOf(to),
      (id) => ({ kind: 'ask', id, to, message, deadlineUs: leftUs }),
      to,
    );
    return answer?.kind === 'answer' ? answer.reply : RESTARTING;
  }

  /** Pulls a lever on an actor; undefined when its shard was replaced meanwhile. */
  async lever(lever: ActorLever, address: Address): Promise<Pulled | undefined> {
    if (this.#moving.has(address) && !(await this.#passes())) return undefined;
    const shard = this.#options.shardOf(address);
    const pulled = await this.pull(shard, (id) => ({ kind: 'lever', id, lever, address }), address);
    if (pulled?.ok === true) this.#down.pulled(lever, address);
    return pulled;
  }

  /** What of a shard operators have stopped or hold. */
  downOn(shard: number): ReadonlyMap<Address, 'stop' | 'suspend'> {
    return this.#down.on(shard, this.#options.shardOf);
  }

  /** Replays or discards a message that a shard has put aside. */
  putAside(kind: 'replay' | 'discard', shard: number, item: number): Promise<Pulled | undefined> {
    return this.pull(shard, (id) => ({ kind, id, item }));
  }

  /** Profiles a shard's thread into a file; not `ok` without a failure: one is under way. */
  profile(shard: number, seconds: number, file: string): Promise<Pulled | undefined> {
    return this.pull(shard, (id) => ({ kind: 'profile', id, seconds, file }));
  }

  /** Actors and counters of one shard; undefined while it is being replaced. */
  async tree(shard: number): Promise<ShardTree | undefined> {
    const answer = await this.exchange(shard, (id) => ({ kind: 'tree', id }));
    return answer?.kind === 'tree' ? answer : undefined;
  }

  /** Actors that a shard has in memory; undefined while it is being replaced. */
  async residents(shard: number): Promise<ShardResidents | undefined> {
    const answer = await this.exchange(shard, (id) => ({ kind: 'residents', id }));
    return answer?.kind === 'residents' ? answer : undefined;
  }

  /** Messages that a shard has put aside; undefined while it is being replaced. */
  async quarantine(shard: number, address?: Address): Promise<ShardQuarantine | undefined> {
    const answer = await this.exchange(shard, (id) => ({ kind: 'quarantine', id, address }));
    return answer?.kind === 'quarantine' ? answer : undefined;
  }

  /** Messages of a shard that reached nobody; undefined while it is being replaced. */
  async letters(shard: number): Promise<ShardLetters | undefined> {
    const answer = await this.exchange(shard, (id) => ({ kind: 'letters', id }));
    return answer?.kind === 'letters' ? answer : undefined;
  }

  /** Encoded states of one shard's actors, of all that are opened unless some are named. */
  async fingerprint(
    shard: number,
    addresses?: readonly Address[],
  ): Promise<readonly (readonly [Address, string])[]> {
    const answer = await this.exchange(shard, (id) => ({ kind: 'fingerprint', id, addresses }));
    return answer?.kind === 'fingerprint' ? answer.actors : [];
  }

  /** Asks a shard for something that is done or not. */
  async pull(
    shard: number,
    make: (id: number) => ToShard,
    about?: Address,
  ): Promise<Pulled | undefined> {
    const answer = await this.exchange(shard, make, about);
    return answer?.kind === 'done' ? answer : undefined;
  }

  /** Asks a shard; undefined where its thread is lost before it answers. */
  exchange(
    shard: number,
    make: (id: number) => ToShard,
    about?: Address,
  ): Promise<FromShard | undefined> {
    // A thread being rebuilt hears nothing: the caller is told at once and may try again.
    if (this.#isClosed || !this.#options.hears(shard)) return Promise.resolve(undefined);
    const id = this.#nextId++;
    return new Promise((resolve) => {
      // Of what its link can't take nothing waits: whoever asks is told.
      this.#options.post(shard, make(id));
      this.#waiting.set(id, { shard, about, settle: resolve });
    });
  }

  /** Gives an answer to whoever asked. */
  answered(id: number, message: FromShard): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    waiting?.settle(message);
  }

  /** A shard's thread is gone: nothing that it was asked is answered any more. */
  lost(shard: number): void {
    for (const [id, waiting] of this.#waiting) {
      if (waiting.shard !== shard) continue;
      this.#waiting.delete(id);
      waiting.settle(undefined);
    }
  }

  /** Lets what is asked of some actors wait from now on, until `release`. */
  hold(addresses: ReadonlySet<Address>): void {
    this.#moving = addresses;
  }

  /** Whether an actor that is held has still to answer what it was asked before. */
  get hasHeldUnderWay(): boolean {
    for (const { about } of this.#waiting.values()) {
      if (about !== undefined && this.#moving.has(about)) return true;
    }
    return false;
  }

  /** Sends on what waited, to wherever its actors are now. */
  release(): void {
    this.#moving = new Set();
    for (const pass of this.#held.splice(0)) pass();
  }

  /** Answers everything with nothing. */
  close(): void {
    this.#isClosed = true;
    this.release();
    for (const { settle } of this.#waiting.values()) settle(undefined);
    this.#waiting.clear();
  }

  /** Waits for the end of a move; false where it takes longer than that, or too many wait. */
  #passes(waitMs = Number.POSITIVE_INFINITY): Promise<boolean> {
    if (this.#held.length >= HELD_MAX) return Promise.resolve(false);
    return new Promise((resolve) => {
      let timer: NodeJS.Timeout | undefined;
      const pass = (): void => {
        clearTimeout(timer);
        resolve(true);
      };
      this.#held.push(pass);
      if (waitMs === Number.POSITIVE_INFINITY) return;
      timer = setTimeout(() => {
        this.#held = this.#held.filter((held) => held !== pass);
        resolve(false);
      }, waitMs);
    });
  }
}
