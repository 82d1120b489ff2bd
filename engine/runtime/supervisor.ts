// What follows a failure: which actors come back, when, and who gives up.

import type { Address } from '../core/address.js';
import { Fault } from '../core/fault.js';
import { nextRandom } from '../core/random.js';
import { backoffDelayUs, type Directive, type SupervisorPolicy } from '../core/supervision.js';
import type { Cell } from './cell.js';
import { type Envelope, RETOLD, refused } from './envelope.js';
import { codeOf, textOf } from './failure.js';
import { inTurn } from './in-turn.js';
import type { Kernel, TurnFailure } from './kernel.js';

/** Carries out the directives of supervision. */
export class Supervisor {
  readonly #kernel: Kernel;
  readonly #rootPolicy: SupervisorPolicy;

  constructor(kernel: Kernel, rootPolicy: SupervisorPolicy) {
    this.#kernel = kernel;
    this.#rootPolicy = rootPolicy;
  }

  /** Deals with a failed turn as the actor's supervisor says. */
  fail(cell: Cell, failure: TurnFailure): void {
    this.#kernel.counters.failures++;
    cell.lastFailure = textOf(failure.error);
    // An actor that fails while it ends has nothing to come back for.
    if (cell.status === 'stopping') return;
    switch (this.#directiveFor(cell, codeOf(failure.error))) {
      case 'resume':
        this.#refuse(cell, failure);
        if (failure.hasPersisted) this.#bringBack([cell]);
        break;
      case 'restart':
        this.#restart(cell, failure);
        break;
      case 'stop':
        this.#refuse(cell, failure);
        this.#kernel.stop(cell);
        break;
      case 'escalate':
        this.#refuse(cell, failure);
        this.#escalate(cell);
        break;
    }
  }

  /** Restarts an actor whose recovery failed on a message told again, which counts as a try. */
  failRetold(cell: Cell, envelope: Envelope, error: unknown): void {
    this.#kernel.counters.failures++;
    cell.lastFailure = textOf(error);
    this.#restart(cell, { envelope, error, hasPersisted: false });
  }

  /** Brings back a permanent child that has ended itself. */
  exited(cell: Cell): void {
    cell.lastFailure = 'ended itself, and is permanent';
    this.#restart(cell, { envelope: undefined, error: undefined, hasPersisted: false });
  }

  /** Brings an actor back now, or once it has ended if it is stopping, with a clean record. */
  restartNow(cell: Cell): void {
    if (cell.status === 'stopping') {
      this.#kernel.stop(cell, () => this.#returnStopped(cell));
      cell.isWantedBack = true;
      return;
    }
    cell.restartTimesUs = [];
    cell.isHeld = false;
    cell.stopCode = 'actor.stopped';
    this.#kernel.residents.touch(cell);
    this.#bringBack([cell]);
  }

  #returnStopped(cell: Cell): void {
    const { isWantedBack, address } = cell;
    cell.isWantedBack = false;
    const isEnding = this.#kernel.barOf(address)?.code === 'system.shutting_down';
    if (!isWantedBack || isEnding || this.#parentOf(cell)?.status === 'stopping') return;
    this.restartNow(cell);
  }

  #parentOf(cell: Cell): Cell | undefined {
    return cell.parent === '' ? undefined : this.#kernel.cells.get(cell.parent);
  }

  #policyFor(cell: Cell): SupervisorPolicy {
    return this.#parentOf(cell)?.kind.supervision ?? this.#rootPolicy;
  }

  #directiveFor(cell: Cell, code: string): Directive {
    const { directive, directives } = this.#policyFor(cell);
    return Object.hasOwn(directives, code) ? directives[code]! : directive;
  }

  /** Tells the asker that its message was not applied, and won't be tried again. */
  #refuse(cell: Cell, { envelope }: TurnFailure): void {
    if (envelope === undefined) return;
    if (cell.suspect?.envelope.message === envelope.message) cell.suspect = undefined;
    const kind = envelope.message.kind;
    const text = `the turn of ${cell.address} failed on ${kind}; nothing was applied`;
    this.#kernel.answer(envelope, refused('actor.turn_failed', text));
  }

  #restart(cell: Cell, failure: TurnFailure): void {
    if (cell.spec.restart === 'temporary') {
      this.#refuse(cell, failure);
      this.#kernel.stop(cell);
      return;
    }
    const policy = this.#policyFor(cell);
    const isQuarantined = this.#suspect(cell, failure, policy);
    const parent = this.#parentOf(cell);
    const keeper = parent ?? cell;
    const now = this.#kernel.ports.monotonicUs();
    const times = keeper.restartTimesUs.filter((time) => now - time < policy.periodUs);
    // A message that was put aside counts once: the actor itself may be well.
    if (isQuarantined) times.length = Math.max(0, times.length - (policy.attemptsMax - 1));
    times.push(now);
    keeper.restartTimesUs = times;
    if (times.length > policy.intensity) {
      this.#giveUp(cell, parent);
      return;
    }
    const group = this.#group(cell, parent, policy);
    const returning = this.#halt(group);
    const delayUs = backoffDelayUs(policy, times.length, nextRandom(cell.seed));
    this.#kernel.timers.set(`restart ${cell.address}`, now + delayUs, () => {
      this.#restore(returning);
    });
  }

  /** Counts a try of the failed message; true when it was the last, and is put aside. */
  #suspect(cell: Cell, failure: TurnFailure, policy: SupervisorPolicy): boolean {
    const { envelope, error } = failure;
    if (envelope === undefined) return false;
    if (cell.suspect?.envelope.message !== envelope.message) {
      // Another message's tries are not lost with its place: it goes on in the urgent ones.
      const other = cell.suspect?.envelope;
      if (other !== undefined && other.cause !== RETOLD && !cell.urgent.includes(other)) {
        cell.urgent.unshift(other);
      }
      cell.suspect = { envelope, failures: [] };
    }
    const { failures } = cell.suspect;
    failures.push(textOf(error));
    if (failures.length < policy.attemptsMax) return false;
    cell.suspect = undefined;
    const { counters, quarantine, ports } = this.#kernel;
    counters.quarantined++;
    cell.quarantining = quarantine.add(envelope, failures, ports.nowUs());
    const kind = envelope.message.kind;
    const text = `${cell.address} failed ${failures.length} times on ${kind}; nothing was applied`;
    this.#kernel.answer(envelope, refused('actor.message_quarantined', text));
    return true;
  }

  #giveUp(cell: Cell, parent: Cell | undefined): void {
    if (parent === undefined) {
      cell.stopCode = 'actor.failed_too_often';
      this.#kernel.stop(cell);
    } else this.#escalate(cell);
  }

  /** Makes a child's failure its supervisor's own. */
  #escalate(cell: Cell): void {
    const { counters, ports } = this.#kernel;
    counters.escalated++;
    const parent = this.#parentOf(cell);
    if (parent === undefined) {
      cell.stopCode = 'actor.escalated';
      this.#kernel.stop(cell);
      ports.escalated?.(cell.address, cell.lastFailure);
      return;
    }
    const returning = this.#halt([cell]);
    const text = `expected ${parent.address} to handle the failures of ${cell.address}`;
    const error = new Fault('supervision.escalated', `${text}: ${cell.lastFailure}`);
    this.fail(parent, { envelope: undefined, error, hasPersisted: false });
    // A supervisor that goes on as it is takes its child back.
    if (parent.status === 'running' || parent.status === 'suspended') this.#restore(returning);
  }

  /** Actors that a failure restarts, in the order they were started. */
  #group(cell: Cell, parent: Cell | undefined, policy: SupervisorPolicy): Cell[] {
    if (parent === undefined || policy.strategy === 'one_for_one') return [cell];
    const siblings = this.#present(parent.children?.keys() ?? []);
    if (policy.strategy === 'one_for_all') return siblings;
    return siblings.slice(siblings.indexOf(cell));
  }

  #present(addresses: Iterable<Address>): Cell[] {
    const cells: Cell[] = [];
    for (const address of addresses) {
      const cell = this.#kernel.cells.get(address);
      if (cell !== undefined && cell.status !== 'stopped') cells.push(cell);
    }
    return cells;
  }

  /** Actors with their children below them, supervisors first. */
  #withChildren(cells: readonly Cell[]): Cell[] {
    return cells.flatMap((cell) => [
      cell,
      ...this.#withChildren(this.#present(cell.children?.keys() ?? [])),
    ]);
  }

  /** Holds actors and their children, the last started first; gives those that will return. */
  #halt(group: readonly Cell[]): Cell[] {
    const all = this.#withChildren(group);
    for (const cell of all.toReversed()) {
      if (cell.spec.restart === 'temporary') this.#kernel.stop(cell);
      else if (cell.status !== 'stopping') cell.status = 'restarting';
    }
    return all.filter(({ status }) => status === 'restarting');
  }

  #bringBack(group: readonly Cell[]): void {
    for (const cell of group) if (cell.status === 'stopped') cell.status = 'restarting';
    this.#restore(this.#halt(group));
  }

  /** Rebuilds halted actors, each after the one before it runs. */
  #restore(halted: readonly Cell[]): void {
    inTurn(halted, (cell, next) => {
      // Somebody else has brought it back or stopped it meanwhile.
      if (cell.status !== 'restarting') {
        next();
        return;
      }
      cell.restarts++;
      this.#kernel.counters.restarts++;
      this.#rebuildSettled(cell, next);
    });
  }

  /** Rebuilds an actor once its commits have landed: only then the journal has all of its past. */
  #rebuildSettled(cell: Cell, then: () => void): void {
    if (cell.waiting.length === 0) this.#kernel.rebuild(cell, then);
    else {
      cell.whenSettled(() => {
        if (cell.status === 'restarting') this.#kernel.rebuild(cell, then);
        // Another restart that waited for the same commit has begun to bring it back.
        else if (cell.status === 'recovering') cell.whenRebuilt(then);
        else then();
      });
    }
  }
}
