// Open asks: each gets one reply, refusal or time-out, whichever comes first.

import type { Address } from '../core/address.js';
import { LIMITS } from '../core/limits.js';
import type { Cell } from './cell.js';
import { type Effect, isDuration } from './effect.js';
import { type Envelope, type Reply, refused } from './envelope.js';
import type { Kernel } from './kernel.js';
import { unfitFault } from './unfit.js';

/** Whom the late answer of an ask from outside would have been for. */
const OUTSIDE: Address = 'outside/asker';

/** An ask that waits. */
interface OpenAsk {
  readonly answer: (reply: Reply) => void;
  /** Units: monotonic microseconds. */
  readonly untilUs: number;
}

/** The asks of one system that wait for their answer. */
export class Asks {
  readonly #kernel: Kernel;
  readonly #open = new Map<number, OpenAsk>();
  /** Open asks of each actor that has any. */
  readonly #openOf = new Map<Address, number>();
  #next = 1;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** Opens an ask; 0 when it is refused, which `answer` has been told. */
  open(deadlineUs: number, answer: (reply: Reply) => void): number {
    const { counters, timers, ports } = this.#kernel;
    if (!isDuration(deadlineUs)) {
      counters.rejected++;
      const text = `expected a deadline of microseconds from now, was ${deadlineUs}`;
      answer(refused('ask.bad_deadline', text));
      return 0;
    }
    if (this.#open.size >= LIMITS.asksOpen) {
      counters.rejected++;
      answer(refused('ask.too_many', `expected fewer than ${LIMITS.asksOpen} open asks`));
      return 0;
    }
    const ask = this.#next++;
    const untilUs = ports.monotonicUs() + deadlineUs;
    this.#open.set(ask, { answer, untilUs });
    timers.set(`ask ${ask}`, untilUs, () => {
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

  /** How long the asker of a message still waits; 0 where nobody does. Units: microseconds. */
  leftUs({ ask }: Envelope): number {
    const open = this.#open.get(ask);
    return open === undefined ? 0 : Math.max(0, open.untilUs - this.#kernel.ports.monotonicUs());
  }

  /** Gives the ask of a message its answer; one that comes too late is a dead letter. */
  answered(envelope: Envelope, reply: Reply): void {
    const open = this.#open.get(envelope.ask);
    if (open === undefined) {
      this.#late(envelope, reply);
      return;
    }
    this.#open.delete(envelope.ask);
    this.#kernel.timers.cancel(`ask ${envelope.ask}`);
    try {
      open.answer(reply);
    } catch (error) {
      const { code, message } = unfitFault(error, `the answer of ${envelope.to}`);
      this.#kernel.counters.failures++;
      open.answer(refused(code, message));
    }
  }

  /** Lets whoever waits for a message to be handled know that it was, unless it was answered. */
  handled(envelope: Envelope): void {
    if (this.#open.has(envelope.ask)) {
      this.answered(envelope, { kind: 'replied', message: { kind: 'handled' } });
    }
  }

  #late({ to, from, cause }: Envelope, reply: Reply): void {
    // Its own deadline told the asker as much.
    if (reply.kind === 'timed_out') return;
    const message = reply.kind === 'replied' ? reply.message : { kind: reply.kind };
    const asker = from === '' ? OUTSIDE : from;
    const letter = { to: asker, from: to, message, ask: 0, cause, commandKey: '' };
    this.#kernel.dead(letter, 'ask.late', `expected the answer of ${to} while ${asker} waited`);
  }
}
