// The owner's side of messages between actors of different threads: the way there, and the answer's.

import type { Address } from '../core/address.js';
import { refusal } from '../core/fault.js';
import { LIMITS } from '../core/limits.js';
import { type Envelope, type Reply, refused } from '../runtime/envelope.js';
import { Owed, type OwedOptions } from './owed.js';
import { RouteWatches } from './route-watches.js';
import type { RoutedToOwner, RoutedToShard } from './routed.js';

/** Number of the owner among those that ask: it is no shard. */
const OWNER = -1;

/** How messages reach their shards. */
export interface RoutesOptions extends OwedOptions<RoutedToShard> {
  readonly shardOf: (address: Address) => number;
  /** False while a shard's thread is being replaced: it is told nothing. */
  readonly hears: (shard: number) => boolean;
  /** Asks that may be on their way; by default `LIMITS.asksRouted`. */
  readonly asksMax?: number;
}

/** What became of messages between threads. */
export interface RoutesCounters {
  /** Asks sent on. */
  asked: number;
  /** Messages that could not be sent on; whoever sent them was told. */
  undelivered: number;
  /** Asks whose shard was lost before it answered; their askers were told. */
  lost: number;
  /** Answers whose asker was lost before they came; what a shard that takes nothing should know. */
  late: number;
  /** Ends of actors that a watcher of another thread, or of a lost one, has been told. */
  endsTold: number;
}

/** An ask that is on its way. */
interface Route {
  /** Shard of the asker, or `OWNER`. */
  readonly from: number;
  readonly to: number;
  /** The asker's own, but for the body of its message. */
  readonly envelope: Envelope;
}

/** A message that waits while its actor moves. */
interface Held {
  readonly from: number;
  readonly envelope: Envelope;
  readonly deadlineUs: number;
}

/**
 * Sends what actors of one shard tell and ask those of another, in order, and brings the answers
 * back. Each ask ends: its shard answers or times it out, or is lost; the asker has its own
 * deadline besides.
 */
export class Routes {
  readonly counters: RoutesCounters = { asked: 0, undelivered: 0, lost: 0, late: 0, endsTold: 0 };
  readonly #options: RoutesOptions;
  readonly #owed: Owed<RoutedToShard>;
  readonly #watches: RouteWatches;
  readonly #asks = new Map<number, Route>();
  #nextId = 1;
  #moving: ReadonlySet<Address> = new Set();
  #held: Held[] = [];

  constructor(options: RoutesOptions) {
    this.#options = options;
    this.#owed = new Owed(options);
    const { shardOf, hears } = options;
    this.#watches = new RouteWatches({
      shardOf,
      isReached: (shard, actor) => hears(shard) && !this.#moving.has(actor),
      post: (shard, message) => this.#mustPost(shard, message),
      refuse: (from, envelope, code, text) => this.#refuse({ from, envelope }, code, text),
      tellEnd: (to, envelope, deadlineUs) => {
        const id = this.#nextId++;
        const told = this.#mustPost(to, { kind: 'deliver', id, envelope, deadlineUs });
        if (told) this.#asks.set(id, { from: OWNER, to, envelope });
      },
    });
  }

  /** Takes in what a shard posted. */
  handle(from: number, said: RoutedToOwner): void {
    switch (said.kind) {
      case 'outbound':
        this.#send({ from, ...said });
        break;
      case 'watch':
        this.#watches.watch(from, said.other, said.watcher);
        break;
      case 'unwatch':
        this.#watches.unwatch(from, said.other, said.watcher);
        break;
      case 'watch_ended':
        this.#watches.ended(said.other, said.watcher);
        break;
      case 'watch_heard':
        this.#watches.heard(said.other, said.watcher);
        break;
      case 'route_answer':
        this.#answered(said.id, said.reply);
        break;
    }
  }

  /** Asks that are on their way. */
  get underWay(): number {
    return this.#asks.size;
  }

  /** Actors watched, by each watcher. */
  get watches(): number {
    return this.#watches.count;
  }

  /** A shard's thread is gone, and all it had posted was handled. */
  lost(shard: number): void {
    this.#owed.forget(shard);
    // The next thread numbers its asks anew: an answer to an old one would find a stranger.
    this.#held = this.#held.filter(({ from, envelope }) => from !== shard || envelope.ask === 0);
    for (const [id, { from, to, envelope }] of this.#asks) {
      if (from !== shard && to !== shard) continue;
      this.#asks.delete(id);
      // The owner tells the next thread.
      if (from === shard || from === OWNER) continue;
      this.counters.lost++;
      const text = `expected the thread of ${envelope.to} to answer before it was lost`;
      this.#answer(from, envelope, refused('shard.lost', `${text}; ask again with the same key`));
    }
  }

  /** A shard's next thread hears: it learns who watches its actors, and they of ends meanwhile. */
  back(shard: number): void {
    this.#watches.back(shard);
  }

  /** A shard's thread is gone and has no successor: its actors have ended, which watchers learn. */
  gone(shard: number): void {
    this.lost(shard);
    this.#watches.gone(shard);
  }

  /** Lets what is sent to some actors wait from now on, until `release`. */
  hold(addresses: ReadonlySet<Address>): void {
    this.#moving = addresses;
  }

  /** Sends on what waited, to wherever its actors are now. */
  release(): void {
    const moved = this.#moving;
    this.#moving = new Set();
    this.#watches.moved(moved);
    for (const held of this.#held.splice(0)) this.#send(held);
  }

  /** Whether an actor that is held has still to answer what it was asked before. */
  get hasHeldUnderWay(): boolean {
    for (const { envelope } of this.#asks.values()) if (this.#moving.has(envelope.to)) return true;
    return false;
  }

  #send(message: Held): void {
    const { from, envelope } = message;
    const { to } = envelope;
    if (this.#watches.takesWord(envelope)) return;
    if (this.#moving.has(to)) {
      if (this.#held.length < LIMITS.messagesHeld) this.#held.push(message);
      else this.#refuse(message, 'shard.link_full', `expected ${to} to have moved; try again`);
      return;
    }
    const shard = this.#options.shardOf(to);
    if (shard === from) {
      this.#refuse(
        message,
        'actor.elsewhere',
        `expected an actor at ${to}, shard ${shard} has none`,
      );
    } else if (!this.#options.hears(shard)) {
      this.#refuse(message, 'shard.lost', `shard ${shard} of ${to} is being replaced; try again`);
    } else if (envelope.ask === 0) {
      const told: RoutedToShard = { kind: 'deliver', id: 0, envelope, deadlineUs: 0 };
      if (!this.#owed.post(shard, told)) this.#refuseFull(message, shard);
    } else this.#ask(message, shard);
  }

  #ask(message: Held, to: number): void {
    const { from, envelope, deadlineUs } = message;
    const { asksMax = LIMITS.asksRouted } = this.#options;
    if (this.#asks.size >= asksMax) {
      this.#refuse(message, 'ask.too_many', `expected fewer than ${asksMax} asks between threads`);
      return;
    }
    const id = this.#nextId++;
    if (!this.#owed.post(to, { kind: 'deliver', id, envelope, deadlineUs })) {
      this.#refuseFull(message, to);
      return;
    }
    this.counters.asked++;
    const { kind } = envelope.message;
    this.#asks.set(id, { from, to, envelope: { ...envelope, message: { kind } } });
  }

  #answered(id: number, reply: Reply): void {
    const route = this.#asks.get(id);
    if (route === undefined) {
      this.counters.late++;
      return;
    }
    this.#asks.delete(id);
    if (route.from === OWNER) {
      this.counters.endsTold++;
      const { from, to } = route.envelope;
      if (from !== '') this.#watches.heard(from, to);
    } else this.#answer(route.from, route.envelope, reply);
  }

  #answer(shard: number, envelope: Envelope, reply: Reply): void {
    this.#mustPost(shard, { kind: 'routed_answer', envelope, reply });
  }

  #refuse({ from, envelope }: Pick<Held, 'from' | 'envelope'>, code: string, text: string): void {
    this.counters.undelivered++;
    this.#mustPost(from, { kind: 'undelivered', envelope, refusal: refusal(code, text) });
  }

  #refuseFull(message: Held, shard: number): void {
    const text = `expected shard ${shard} to take its messages; slow down and try again`;
    this.#refuse(message, 'shard.link_full', text);
  }

  /**
   * Posts what nobody would send again, now or once there is room. Where too much waits already, an
   * asker's own deadline ends its ask, and watches are told anew to the shard's next thread.
   */
  #mustPost(shard: number, message: RoutedToShard): boolean {
    if (this.#owed.owe(shard, message)) return true;
    this.counters.late++;
    return false;
  }
}
