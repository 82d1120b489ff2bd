// Two shards of counters and couriers with their owner, made for tests: its journal is in memory.

import type { Address, Message } from '../core/address.js';
import type { Fault } from '../core/fault.js';
import type { Reply } from '../runtime/envelope.js';
import { ShardPool, type ShardPoolOptions } from '../shard/pool.js';
import { Routes } from '../shard/routes.js';
import type { CounterConfig, CounterMessage, FromCounters, ToCounters } from './counter-program.js';
import { shardOfCourier } from './couriers.js';

/** The shards and what their owner knows. */
export class Counters {
  readonly events = new Map<Address, Message[]>();
  readonly deaths: { readonly shard: number; readonly fault: Fault }[] = [];
  readonly pool: ShardPool;
  /** What couriers of the two shards ask each other. */
  readonly routes = new Routes({
    shardOf: shardOfCourier,
    hears: () => true,
    post: (shard, message) => this.pool.post(shard, message),
  });
  readonly #waiting = new Map<number, (reply: Reply) => void>();
  readonly #onDeath: (() => void)[] = [];
  #nextId = 1;

  /** Starts the shards. */
  constructor(options: Partial<ShardPoolOptions> = {}) {
    this.pool = new ShardPool({
      shardCount: 2,
      ringCapacity: 16,
      programUrl: new URL('./counter-program.js', import.meta.url).href,
      configFor: (): CounterConfig => ({ events: this.events }),
      onMessages: (shard, _generation, messages) => {
        // The counter program posts nothing else.
        for (const message of messages as readonly FromCounters[]) this.#hear(shard, message);
      },
      onDied: (shard, fault) => {
        this.deaths.push({ shard, fault });
        this.routes.lost(shard);
        this.pool.replace(shard);
        this.routes.back(shard);
        for (const told of this.#onDeath.splice(0)) told();
      },
      ...options,
    });
  }

  /** Posts to a shard. */
  post(shard: number, message: ToCounters): void {
    this.pool.post(shard, message);
  }

  /** Asks a counter and waits for nothing. */
  tell(shard: number, key: string, kind: CounterMessage['kind']): void {
    this.post(shard, { kind: 'ask', id: 0, to: `counter/${key}`, message: { kind } });
  }

  /** Asks a counter; the promise stays open where its thread is lost first. */
  ask(shard: number, key: string, kind: CounterMessage['kind']): Promise<Reply> {
    return this.askActor(shard, `counter/${key}`, { kind });
  }

  /** Asks an actor of a shard; the promise stays open where its thread is lost first. */
  askActor(shard: number, to: Address, message: Message): Promise<Reply> {
    const id = this.#nextId++;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.post(shard, { kind: 'ask', id, to, message });
    });
  }

  /** Resolves at the next death of a thread. */
  died(): Promise<void> {
    return new Promise((resolve) => {
      this.#onDeath.push(resolve);
    });
  }

  #hear(shard: number, message: FromCounters): void {
    switch (message.kind) {
      case 'answer':
        this.#waiting.get(message.id)?.(message.reply);
        break;
      case 'append':
        for (const { address, event } of message.records) {
          this.events.set(address, [...(this.events.get(address) ?? []), event]);
        }
        this.post(shard, { kind: 'committed', ticket: message.ticket });
        break;
      default:
        this.routes.handle(shard, message);
        break;
    }
  }
}
