// The bounded queues of one actor: system before command before data.

import type { Lane, LanePolicy } from '../core/behaviour.js';
import { LIMITS } from '../core/limits.js';
import type { Envelope } from './envelope.js';

/** What became of a message offered to a mailbox. */
export type Offered = 'queued' | 'conflated' | 'dropped_oldest' | 'rejected';

const LANES: readonly Lane[] = ['system', 'command', 'data'];

/** A first-in first-out queue over a growing array that gives its head back in bulk. */
class Queue {
  #items: (Envelope | undefined)[] = [];
  #head = 0;

  get length(): number {
    return this.#items.length - this.#head;
  }

  push(envelope: Envelope): void {
    this.#items.push(envelope);
  }

  shift(): Envelope | undefined {
    if (this.#head === this.#items.length) return undefined;
    const envelope = this.#items[this.#head];
    this.#items[this.#head++] = undefined;
    // Compacts once half is spent: the cost is one move an item.
    if (this.#head > 32 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return envelope;
  }

  /** Replaces the waiting message of the same kind, if there is one. */
  replace(envelope: Envelope): boolean {
    for (let index = this.#items.length - 1; index >= this.#head; index--) {
      if (this.#items[index]?.message.kind !== envelope.message.kind) continue;
      this.#items[index] = envelope;
      return true;
    }
    return false;
  }
}

/** One actor's mailbox. */
export class Mailbox {
  readonly #queues: readonly Queue[] = [new Queue(), new Queue(), new Queue()];

  /** Messages waiting in all lanes. */
  get length(): number {
    return this.#queues[0]!.length + this.#queues[1]!.length + this.#queues[2]!.length;
  }

  /** Adds a message under its kind's policy. */
  offer(envelope: Envelope, policy: LanePolicy): Offered {
    const queue = this.#queues[LANES.indexOf(policy.lane)]!;
    if (policy.overflow === 'conflate' && queue.replace(envelope)) return 'conflated';
    if (queue.length < LIMITS.laneCapacity) {
      queue.push(envelope);
      return 'queued';
    }
    if (policy.overflow !== 'drop_oldest') return 'rejected';
    queue.shift();
    queue.push(envelope);
    return 'dropped_oldest';
  }

  /** Takes the next message: the oldest of the first lane that has one. */
  take(): Envelope | undefined {
    for (const queue of this.#queues) {
      const envelope = queue.shift();
      if (envelope !== undefined) return envelope;
    }
    return undefined;
  }
}
