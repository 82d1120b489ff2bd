// Carries out the effects of finished turns.

import { type Address, kindOf } from '../core/address.js';
import { type Refusal, refusal } from '../core/fault.js';
import { LIMITS } from '../core/limits.js';
import type { Asks } from './asks.js';
import type { Cell } from './cell.js';
import type { Effect } from './effect.js';
import type { EndWords } from './end-words.js';
import { type Envelope, refused } from './envelope.js';
import type { Kernel } from './kernel.js';
import { unfitFault } from './unfit.js';

/** Turns effects into deeds. */
export class Performer {
  readonly #kernel: Kernel;
  readonly #asks: Asks;
  readonly #ends: EndWords;

  constructor(kernel: Kernel, asks: Asks, ends: EndWords) {
    this.#kernel = kernel;
    this.#asks = asks;
    this.#ends = ends;
  }

  /** Carries out one effect of a turn that handled `envelope`. */
  // hot
  perform(cell: Cell, envelope: Envelope, effect: Effect): void {
    if (effect.kind === 'tell') {
      const origin = cell.origins.of(cell.address, 0, envelope.cause, '');
      this.#kernel.deliverOf(effect.to, effect.message, origin);
    } else this.#performRare(cell, envelope, effect);
  }

  #performRare(
    cell: Cell,
    envelope: Envelope,
    effect: Exclude<Effect, { readonly kind: 'tell' }>,
  ): void {
    const kernel = this.#kernel;
    switch (effect.kind) {
      case 'ask':
        this.#asks.askFrom(cell, effect, envelope.cause);
        break;
      case 'reply':
        kernel.answer(envelope, { kind: 'replied', message: effect.message });
        break;
      case 'refuse':
        kernel.answer(envelope, refused(effect.refusal.code, effect.refusal.text));
        break;
      case 'publish':
        this.#publish(cell, effect, envelope.cause);
        break;
      case 'schedule':
        this.#schedule(cell, effect);
        break;
      case 'cancel':
        kernel.actorTimers.cancel(cell.address, effect.key);
        break;
      case 'spawn':
        this.#spawn(cell, effect, envelope.cause);
        break;
      case 'stop':
        this.#stop(cell, effect.address);
        break;
      case 'watch':
        this.watch(effect.address, cell.address);
        break;
      case 'unwatch':
        this.unwatch(effect.address, cell.address);
        break;
      case 'passivate':
        if (cell.isIdle) kernel.passivate(cell);
        break;
    }
  }

  #publish(
    { address }: Cell,
    { topic, event }: Effect & { readonly kind: 'publish' },
    cause: string,
  ): void {
    try {
      this.#kernel.ports.publish(topic, event, address);
    } catch (error) {
      const { code, message } = unfitFault(error, `${event.kind} of ${address}`);
      const letter = { to: address, from: address, message: event, ask: 0, cause, commandKey: '' };
      this.#kernel.dead(letter, code, message);
    }
  }

  /** Has `watcher` told when `other` ends: at once when it has ended. */
  watch(other: Address, watcher: Address): void {
    this.#kernel.ports.watching(other, watcher, 'watch');
    this.watched(other, watcher);
  }

  /** Notes that an actor of this thread is watched; of one that has moved its new thread knows. */
  watched(other: Address, watcher: Address): void {
    const { ports, cells, kinds, watches } = this.#kernel;
    if (!ports.isLocal(other)) return;
    const isKnown = kinds.has(kindOf(other));
    if (!isKnown || cells.get(other)?.status === 'stopped') this.#ends.tell(other, watcher);
    else if (!watches.add(other, watcher)) {
      ports.watching(other, watcher, 'unwatch');
      const text = `expected at most ${LIMITS.watchersOfOne} actors to watch ${other}`;
      const message = { kind: 'watch' };
      const request = { to: other, from: watcher, message, ask: 0, cause: 'watch', commandKey: '' };
      this.#kernel.dead(request, 'watch.too_many', `${text}; ${watcher} does not`);
    }
  }

  /** Takes a watch back. */
  unwatch(other: Address, watcher: Address): void {
    this.#kernel.ports.watching(other, watcher, 'unwatch');
    this.#kernel.watches.remove(other, watcher);
  }

  #schedule(cell: Cell, effect: Effect & { readonly kind: 'schedule' }): void {
    const { actorTimers, ports } = this.#kernel;
    const { address } = cell;
    const { key, message } = effect;
    const told = { to: address, from: address, message, ask: 0, cause: 'timer', commandKey: '' };
    const dueUs = ports.monotonicUs() + effect.delayUs;
    if (actorTimers.set(address, key, dueUs, () => this.#kernel.deliver(told))) return;
    // The turn is over and durable: what it can't have any more is counted, not thrown.
    const text = `expected fewer pending timers than ${LIMITS.timersOfOne} of ${address}`;
    const all = `and ${LIMITS.timersPending} of all actors`;
    this.#kernel.dead(told, 'timers.too_many', `${text} ${all}; ${key} was not set`);
  }

  /** Starts a child, unless it is there; one that may not come in is a dead letter. */
  #spawn(cell: Cell, { child, spec }: Effect & { readonly kind: 'spawn' }, cause: string): void {
    const { address } = cell;
    const known = this.#kernel.cells.get(child);
    if (known !== undefined && known.status !== 'stopped') return;
    const no = this.#barOfChild(cell, child);
    if (no === undefined) {
      this.#kernel.start(child, address, spec);
      return;
    }
    const message = { kind: 'spawn' };
    const to = child;
    this.#kernel.dead(
      { to, from: address, message, ask: 0, cause, commandKey: '' },
      no.code,
      no.text,
    );
  }

  #barOfChild({ address, status }: Cell, child: Address): Refusal | undefined {
    // Its children have ended before it: a new one would be nobody's.
    if (status === 'stopping') {
      const text = `expected ${address} to spawn ${child} before it was stopped`;
      return refusal('actor.stopping', text);
    }
    if (!this.#kernel.ports.isLocal(child)) {
      const text = `expected ${address} to spawn a child of its own thread, was ${child}`;
      return refusal('actor.elsewhere', text);
    }
    return this.#kernel.barOf(child);
  }

  #stop(cell: Cell, address: Address): void {
    const kernel = this.#kernel;
    if (address === cell.address && cell.parent !== '' && cell.spec.restart === 'permanent') {
      kernel.exited(cell);
      return;
    }
    const other = kernel.cells.get(address);
    if (other !== undefined) kernel.stop(other);
  }
}
