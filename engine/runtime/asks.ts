// Open asks: each gets one reply, refusal or time-out, whichever comes first.

import type { Address } from '../core/address.js';
import { LIMITS } from '../core/limits.js';
import type { Cell } from './cell.js';
import type { Effect } from './effect.js';
import { type Reply, refused } from './envelope.js';
import type { Kernel } from './kernel.js';

/** The asks of one system that wait for their answer. */
export class Asks {
  readonly #kernel: Kernel;
  readonly #open = new Map<number, (reply: Reply) => void>();
  /** Open asks of each actor that has any. */
  readonly #openOf = new Map<Address, number>();
  #next = 1;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** Opens an ask; 0 when there are too many, which `answer` has been told. */
  open(deadlineUs: number, answer: (reply: Reply) => void): number {
    const { counters, timers, ports } = this.#kernel;
    if (this.#open.size >= LIMITS.asksOpen) {
      counters.rejected++;
      answer(refused('ask.too_many', `expected fewer than ${LIMITS.asksOpen} open asks`));
      return 0;
    }
    const ask = this.#next++;
    this.#open.set(ask, answer);
    timers.set(`ask ${ask}`, ports.monotonicUs() + deadlineUs, () => {
      counters.timedOut++;
      this.#open.delete(ask);
      answer({ kind: 'timed_out' });
    });
    return ask;
  }

  /** Asks on behalf of an actor; the answer comes back as a message. */
  askFrom(cell: Cell, effect: Effect & { readonly kind: 'ask' }, cause: string): void {
    const { tag, deadlineUs, key = '' } = effect.options;
    const self = cell.address;
    this.#count(self, 1);
    const answer = (reply: Reply): void => {
      this.#count(self, -1);
      const message =
        reply.kind === 'timed_out' ? { kind: 'unanswered', tag } : { kind: 'answered', tag, reply };
      const from = effect.to;
      this.#kernel.deliver({ to: self, from, message, ask: 0, cause, commandKey: '' });
    };
    if (this.openOf(self) > LIMITS.asksOfOne) {
      this.#kernel.counters.rejected++;
      answer(refused('ask.too_many', `expected at most ${LIMITS.asksOfOne} open asks of ${self}`));
      return;
    }
    const ask = this.open(deadlineUs, answer);
    if (ask === 0) return;
    const { to, message } = effect;
    this.#kernel.deliver({ to, from: self, message, ask, cause, commandKey: key });
  }

  /** Open asks of an actor. */
  openOf(address: Address): number {
    return this.#openOf.get(address) ?? 0;
  }

  #count(address: Address, more: number): void {
    const count = this.openOf(address) + more;
    if (count === 0) this.#openOf.delete(address);
    else this.#openOf.set(address, count);
  }

  /** Gives an ask its answer; one that has timed out or been answered is let be. */
  answered(ask: number, reply: Reply): void {
    const answer = this.#open.get(ask);
    if (answer === undefined) return;
    this.#open.delete(ask);
    this.#kernel.timers.cancel(`ask ${ask}`);
    answer(reply);
  }
}
