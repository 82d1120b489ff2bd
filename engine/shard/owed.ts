// What shards must be told although their links are full: it waits in order until there is room.

import { Fault } from '../core/fault.js';
import { LIMITS } from '../core/limits.js';

/** Wait before a full link is tried again: its shard empties it in a few. Units: milliseconds. */
const RETRY_MS = 10;

/** How messages are posted, and when what waits is tried again. */
export interface OwedOptions<Told> {
  /** Errors: `shard.link_full`, with nothing sent. */
  readonly post: (shard: number, message: Told) => void;
  /** Calls `retry` a little later; by default in 10 ms. */
  readonly later?: (retry: () => void) => void;
}

/** The ways to all shards, with what waits for room on them. */
export class Owed<Told> {
  readonly #options: OwedOptions<Told>;
  readonly #lines = new Map<number, Told[]>();
  #isPlanned = false;

  constructor(options: OwedOptions<Told>) {
    this.#options = options;
  }

  /** Posts a message behind what waits; false, with nothing sent, while the link is full. */
  post(shard: number, message: Told): boolean {
    return this.#flush(shard) && this.#tryPost(shard, message);
  }

  /** Posts a message, now or once there is room; false when `LIMITS.routesOwed` wait already. */
  owe(shard: number, message: Told): boolean {
    if (this.post(shard, message)) return true;
    const line = this.#lines.get(shard) ?? [];
    if (line.length >= LIMITS.routesOwed) return false;
    line.push(message);
    this.#lines.set(shard, line);
    this.#plan();
    return true;
  }

  /** Forgets what a thread that is gone was to be told. */
  forget(shard: number): void {
    this.#lines.delete(shard);
  }

  #plan(): void {
    if (this.#isPlanned) return;
    this.#isPlanned = true;
    const { later = soon } = this.#options;
    later(() => {
      this.#isPlanned = false;
      for (const shard of [...this.#lines.keys()]) this.#flush(shard);
      if (this.#lines.size > 0) this.#plan();
    });
  }

  /** Posts what waits for a shard, in order; false when some of it still does. */
  #flush(shard: number): boolean {
    const line = this.#lines.get(shard);
    if (line === undefined) return true;
    let posted = 0;
    while (posted < line.length && this.#tryPost(shard, line[posted]!)) posted++;
    line.splice(0, posted);
    if (line.length > 0) return false;
    this.#lines.delete(shard);
    return true;
  }

  #tryPost(shard: number, message: Told): boolean {
    try {
      this.#options.post(shard, message);
      return true;
    } catch (error) {
      if (error instanceof Fault && error.code === 'shard.link_full') return false;
      throw error;
    }
  }
}

function soon(retry: () => void): void {
  setTimeout(retry, RETRY_MS).unref();
}
