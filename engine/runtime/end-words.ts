// The word of an actor's end: told to one that watched it until that has handled it for good.

import type { Address } from '../core/address.js';
import type { Asks } from './asks.js';
import type { Envelope, Reply } from './envelope.js';
import type { Kernel } from './kernel.js';
import { TERMINATED } from './kinds.js';

/**
 * How long an actor may take to handle the word of another's end. One that an operator holds for
 * longer still has it in its mailbox. Units: microseconds.
 */
export const ENDED_US = 3_600_000_000;

/** First wait before a word that was refused is told again; doubles. Units: microseconds. */
const AGAIN_US = 10_000;
const AGAIN_US_MAX = 1_000_000;

/** Refusals that leave nothing to tell again: supervision has dealt with it, or nobody is there. */
const FINAL: readonly string[] = [
  'actor.message_quarantined',
  'actor.message_unfit',
  'actor.not_found',
  'actor.turn_failed',
  'system.shutting_down',
];

/** A word on its way to a watcher of this thread. */
interface Word {
  readonly envelope: Envelope;
  /** Units: monotonic microseconds. */
  readonly untilUs: number;
  readonly answer: (reply: Reply) => void;
  /** Wait before the next try. Units: microseconds. */
  againUs: number;
}

/** Tells watchers of ends. There are never more words than watches, which are bounded. */
export class EndWords {
  readonly #kernel: Kernel;
  readonly #asks: Asks;
  #count = 0;

  constructor(kernel: Kernel, asks: Asks) {
    this.#kernel = kernel;
    this.#asks = asks;
  }

  /**
   * Tells an actor that one of this thread has ended. The owner of the threads keeps the watch
   * until that was handled, for the successor of a thread that dies before.
   */
  tell(other: Address, watcher: Address): void {
    const { ports } = this.#kernel;
    const message = { kind: TERMINATED, address: other };
    const told = { to: watcher, from: other, message, ask: 0, cause: 'stop', commandKey: '' };
    if (!ports.isLocal(watcher)) {
      this.#kernel.deliver(told);
      return;
    }
    ports.watching(other, watcher, 'watch_ended');
    this.take(told, ENDED_US, () => ports.watching(other, watcher, 'watch_heard'));
  }

  /** Has a watcher of this thread handle such a word, and calls `answer` once when it has. */
  take(envelope: Envelope, deadlineUs: number, answer: (reply: Reply) => void): void {
    const untilUs = this.#kernel.ports.monotonicUs() + deadlineUs;
    this.#try({ envelope, untilUs, answer, againUs: AGAIN_US });
  }

  #try(word: Word): void {
    const leftUs = word.untilUs - this.#kernel.ports.monotonicUs();
    const ask = this.#asks.open(Math.max(0, leftUs), (reply) => this.#answered(word, reply));
    if (ask !== 0) this.#kernel.deliver({ ...word.envelope, ask });
  }

  /** What was not handled because of a disk, or for want of room, is told again a little later. */
  #answered(word: Word, reply: Reply): void {
    const { timers, ports, cells } = this.#kernel;
    const status = cells.get(word.envelope.to)?.status;
    const isGone = status === 'stopped' || status === 'stopping';
    if (reply.kind !== 'refused' || isGone || FINAL.includes(reply.code)) {
      word.answer(reply);
      return;
    }
    const dueUs = ports.monotonicUs() + word.againUs;
    word.againUs = Math.min(2 * word.againUs, AGAIN_US_MAX);
    timers.set(`end ${++this.#count}`, dueUs, () => this.#try(word));
  }
}
