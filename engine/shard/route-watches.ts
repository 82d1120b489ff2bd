// Who watches whom, as the owner of all threads knows it: a watch outlasts the threads it lies in.

import type { Address } from '../core/address.js';
import { LIMITS } from '../core/limits.js';
import { ENDED_US } from '../runtime/end-words.js';
import type { Envelope } from '../runtime/envelope.js';
import { TERMINATED } from '../runtime/kinds.js';

/** Owner to shard: who watches one of its actors, or does so no more. */
export interface WatchWord {
  readonly kind: 'watched' | 'unwatched';
  readonly other: Address;
  readonly watcher: Address;
}

/** The owner's ways to its shards, as watches need them. */
export interface WatchWays {
  readonly shardOf: (actor: Address) => number;
  /** False while a shard's thread is being replaced, or an actor of it is on the move. */
  readonly isReached: (shard: number, actor: Address) => boolean;
  readonly post: (shard: number, message: WatchWord) => void;
  /** Sends a word that `heard` is called for once it was handled, unless its thread is lost. */
  readonly tellEnd: (shard: number, envelope: Envelope, deadlineUs: number) => void;
  readonly refuse: (shard: number, envelope: Envelope, code: string, text: string) => void;
}

/** One actor that wants to know of the end of another. */
interface Watch {
  readonly other: Address;
  readonly watcher: Address;
  /** Whether the other has ended, and the watcher has still to handle the word of it. */
  hasEnded: boolean;
}

/** All watches between actors of one owner's threads. */
export class RouteWatches {
  readonly #ways: WatchWays;
  readonly #watches = new Map<string, Watch>();
  /** Shards whose threads have died for good. */
  readonly #gone = new Set<number>();

  constructor(ways: WatchWays) {
    this.#ways = ways;
  }

  /** How many there are; at most `LIMITS.watchesRouted`. */
  get count(): number {
    return this.#watches.size;
  }

  /** An actor of a shard watches another; its own shard knows of those that it has itself. */
  watch(from: number, other: Address, watcher: Address): void {
    const name = nameOf(other, watcher);
    const known = this.#watches.get(name);
    if (known === undefined && this.#watches.size >= LIMITS.watchesRouted) {
      this.#refuse(from, other, watcher);
      return;
    }
    const watch = known ?? { other, watcher, hasEnded: false };
    watch.hasEnded = false;
    this.#watches.set(name, watch);
    if (this.#ways.shardOf(other) !== from) this.#place(watch);
  }

  /** An actor of a shard does not watch another any more. */
  unwatch(from: number, other: Address, watcher: Address): void {
    this.#watches.delete(nameOf(other, watcher));
    const { shardOf, isReached, post } = this.#ways;
    const shard = shardOf(other);
    if (shard === from || this.#gone.has(shard) || !isReached(shard, other)) return;
    post(shard, { kind: 'unwatched', other, watcher });
  }

  /** Takes over word of an actor's end, so that no lost thread takes it along; false for other. */
  takesWord({ from, to, message }: Envelope): boolean {
    if (message.kind !== TERMINATED || from === '') return false;
    const watch = this.#watches.get(nameOf(from, to));
    if (watch === undefined) return false;
    this.#tellEnd(watch);
    return true;
  }

  /** An actor has ended in its watcher's thread, which tells it unless it dies before. */
  ended(other: Address, watcher: Address): void {
    const watch = this.#watches.get(nameOf(other, watcher));
    if (watch !== undefined) watch.hasEnded = true;
  }

  /** A watcher has handled the word of an end; it may watch anew since. */
  heard(other: Address, watcher: Address): void {
    const name = nameOf(other, watcher);
    if (this.#watches.get(name)?.hasEnded === true) this.#watches.delete(name);
  }

  /** A shard's next thread hears: it learns who watches its actors, and they of ends meanwhile. */
  back(shard: number): void {
    this.#renew((actor) => this.#ways.shardOf(actor) === shard);
  }

  /** Actors have been moved: their watches are where they are. */
  moved(actors: ReadonlySet<Address>): void {
    this.#renew((actor) => actors.has(actor));
  }

  /** A shard's thread is gone and has no successor: its actors have ended. */
  gone(shard: number): void {
    this.#gone.add(shard);
    for (const watch of this.#watches.values()) {
      if (this.#ways.shardOf(watch.other) === shard) this.#tellEnd(watch);
    }
  }

  /** Tells the shards of some actors again what these watch and who watches them. */
  #renew(isOf: (actor: Address) => boolean): void {
    for (const watch of this.#watches.values()) {
      if (watch.hasEnded) {
        if (isOf(watch.watcher)) this.#tellEnd(watch);
      } else if (isOf(watch.other)) this.#place(watch);
    }
  }

  /** Lets the shard of a watched actor know; where it can't hear now, it is told once it does. */
  #place(watch: Watch): void {
    const { shardOf, isReached, post } = this.#ways;
    const { other, watcher } = watch;
    const shard = shardOf(other);
    if (this.#gone.has(shard)) this.#tellEnd(watch);
    else if (isReached(shard, other)) post(shard, { kind: 'watched', other, watcher });
  }

  /**
   * Has a watcher handle the word of an end: only that ends the watch. One that can't be reached,
   * or whose thread dies on it, is told again when its thread is back.
   */
  #tellEnd(watch: Watch): void {
    watch.hasEnded = true;
    const { other, watcher } = watch;
    const { shardOf, isReached, tellEnd } = this.#ways;
    const shard = shardOf(watcher);
    if (this.#gone.has(shard) || !isReached(shard, watcher)) return;
    const message = { kind: TERMINATED, address: other };
    tellEnd(shard, { ...between(other, watcher), message, cause: 'stop' }, ENDED_US);
  }

  #refuse(shard: number, other: Address, watcher: Address): void {
    const envelope = { ...between(watcher, other), message: { kind: 'watch' }, cause: 'watch' };
    const text = `expected at most ${LIMITS.watchesRouted} watches between all threads`;
    this.#ways.refuse(shard, envelope, 'watch.too_many', `${text}; ${watcher} does not`);
  }
}

function nameOf(other: Address, watcher: Address): string {
  return `${other} ${watcher}`;
}

function between(from: Address, to: Address): Pick<Envelope, 'to' | 'from' | 'ask' | 'commandKey'> {
  return { to, from, ask: 0, commandKey: '' };
}
