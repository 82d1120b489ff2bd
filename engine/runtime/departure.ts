// How actors end: children first and last started first, each within a deadline; or only sleep.

import type { Address } from '../core/address.js';
import { LIMITS } from '../core/limits.js';
import type { Cell } from './cell.js';
import { envelopeOf, refused } from './envelope.js';
import { inTurn } from './in-turn.js';
import type { Kernel } from './kernel.js';
import { STOPPING } from './kinds.js';

/** What departing actors need of the rest. */
export interface DepartureOptions {
  readonly tellTerminated: (address: Address, watcher: Address) => void;
  readonly orphan: (address: Address) => void;
}

/** Ends actors. */
export class Departure {
  readonly #kernel: Kernel;
  readonly #options: DepartureOptions;
  /** Stopped actors that are remembered, the longest stopped first. */
  readonly #stopped = new Set<Address>();
  /** What waits for the end of an actor that is stopping. */
  readonly #onStopped = new Map<Cell, (() => void)[]>();
  /** True from the call of `shutdown`: nothing starts any more. */
  isShuttingDown = false;

  constructor(kernel: Kernel, options: DepartureOptions) {
    this.#kernel = kernel;
    this.#options = options;
  }

  /** Stops an actor after its children; at once when nothing of them waits for a commit. */
  stop(cell: Cell, then: () => void = () => {}): void {
    if (cell.status === 'stopped') {
      then();
      return;
    }
    const waiting = this.#onStopped.get(cell);
    if (waiting !== undefined) {
      // Of a restart and a stop the later one counts.
      cell.isWantedBack = false;
      waiting.push(then);
      return;
    }
    this.#onStopped.set(cell, [then]);
    const canSpeak = cell.status === 'running' || cell.status === 'suspended';
    cell.status = 'stopping';
    this.#stopAll(this.#childrenOf(cell), () => this.#lastTurn(cell, canSpeak));
  }

  /** Stops every actor, the last started first; after `deadlineUs` those that are left are cut. */
  shutdown(deadlineUs: number, done: () => void): void {
    this.isShuttingDown = true;
    const { timers, ports, cells } = this.#kernel;
    const everyone = [...cells.values()];
    timers.set('shutdown', ports.monotonicUs() + deadlineUs, () => {
      for (const cell of everyone.toReversed()) this.force(cell);
    });
    const roots = everyone.filter(({ parent }) => parent === '');
    this.#stopAll(roots, () => {
      timers.cancel('shutdown');
      done();
    });
  }

  /** Ends an actor without waiting for its commits, which may still land. */
  force(cell: Cell): void {
    if (cell.status === 'stopped') return;
    this.#kernel.counters.stopsForced++;
    cell.status = 'stopping';
    for (const child of this.#childrenOf(cell).reverse()) this.force(child);
    for (const { envelope } of cell.waiting) {
      const text = `expected ${cell.address} to finish within its deadline; ask what was applied`;
      this.#kernel.answer(envelope, refused('actor.stop_forced', text));
    }
    this.#finish(cell);
  }

  /** Takes an idle actor out of memory, its snapshot kept where there is a place for it. */
  passivate(cell: Cell): void {
    const { ports, residents, counters } = this.#kernel;
    residents.remove(cell);
    if (ports.save === undefined) {
      this.#leave(cell);
      return;
    }
    const snapshot = this.#kernel.encode(cell);
    if (snapshot === undefined) {
      // It stays.
      residents.touch(cell);
      return;
    }
    cell.status = 'saving';
    const { incarnation } = cell;
    ports.save(cell.address, snapshot, (fault) => {
      if (cell.status !== 'saving' || cell.incarnation !== incarnation) return;
      if (fault === undefined && cell.mailbox.length === 0) {
        this.#leave(cell);
        return;
      }
      if (fault !== undefined) {
        counters.failures++;
        cell.lastFailure = `${fault.code}: ${fault.message}`;
      }
      cell.status = 'running';
      residents.touch(cell);
      this.#kernel.enqueue(cell);
    });
  }

  #leave(cell: Cell): void {
    this.#kernel.counters.passivated++;
    cell.incarnation++;
    cell.status = 'stopped';
    this.#kernel.cells.delete(cell.address);
  }

  #childrenOf(cell: Cell): Cell[] {
    const children: Cell[] = [];
    for (const address of cell.children?.keys() ?? []) {
      const child = this.#kernel.cells.get(address);
      if (child !== undefined) children.push(child);
    }
    return children;
  }

  /** Stops actors from the last to the first, each after the one before has ended. */
  #stopAll(cells: readonly Cell[], done: () => void): void {
    inTurn(cells.toReversed(), (cell, next) => this.stop(cell, next), done);
  }

  /** Lets an actor that declares it say goodbye, then waits for its commits. */
  #lastTurn(cell: Cell, canSpeak: boolean): void {
    if (cell.status !== 'stopping') return;
    const { kind } = cell;
    if (canSpeak && kind.waits.get(STOPPING) !== undefined) {
      const origin = { from: '', ask: 0, cause: 'stop', commandKey: '' } as const;
      this.#kernel.runTurn(cell, { kind: STOPPING }, origin);
    }
    if (cell.waiting.length === 0) {
      this.#finish(cell);
      return;
    }
    // Its deadline runs from here: its children have had their own.
    const { timers, ports } = this.#kernel;
    const dueUs = ports.monotonicUs() + cell.spec.shutdownUs;
    timers.set(stopTimer(cell), dueUs, () => this.force(cell));
    cell.whenSettled(() => this.#finish(cell));
  }

  #finish(cell: Cell): void {
    if (cell.status === 'stopped') return;
    const { timers, actorTimers, residents, watches, cells } = this.#kernel;
    cell.status = 'stopped';
    cell.state = undefined;
    cell.commands = undefined;
    cell.isHeld = false;
    cell.waiting = [];
    cell.incarnation++;
    residents.remove(cell);
    timers.cancel(stopTimer(cell));
    actorTimers.end(cell.address);
    this.#buryMail(cell);
    this.#options.orphan(cell.address);
    cells.get(cell.parent as Address)?.children?.delete(cell.address);
    this.#remember(cell.address);
    for (const watcher of watches.end(cell.address)) {
      this.#options.tellTerminated(cell.address, watcher);
    }
    const { onSettled, onRebuilt } = cell;
    cell.onSettled = undefined;
    cell.onRebuilt = undefined;
    onSettled?.();
    onRebuilt?.();
    const waiting = this.#onStopped.get(cell) ?? [];
    this.#onStopped.delete(cell);
    for (const then of waiting) then();
  }

  #buryMail(cell: Cell): void {
    const text = `expected ${cell.address} to be running, was stopped`;
    const unfinished = cell.suspect === undefined ? [] : [cell.suspect.envelope];
    cell.suspect = undefined;
    for (const envelope of [...unfinished, ...cell.urgent]) {
      this.#kernel.dead(envelope, cell.stopCode, text);
    }
    cell.urgent = [];
    for (;;) {
      const message = this.#kernel.takeMail(cell);
      if (message === undefined) break;
      const envelope = envelopeOf(cell.address, message, cell.mailbox.takenOrigin);
      this.#kernel.dead(envelope, cell.stopCode, text);
    }
  }

  /** Remembers that an actor was stopped, so that its next message does not start it. */
  #remember(address: Address): void {
    this.#stopped.delete(address);
    this.#stopped.add(address);
    if (this.#stopped.size <= LIMITS.stoppedKept) return;
    for (const oldest of this.#stopped) {
      this.#stopped.delete(oldest);
      if (this.#kernel.cells.get(oldest)?.status === 'stopped') this.#kernel.cells.delete(oldest);
      break;
    }
  }
}

function stopTimer(cell: Cell): string {
  return `stop ${cell.address}`;
}
