// Actors' states copied out of a running thread: one that can't be costs its own snapshot, no more.

import { Fault } from '../core/fault.js';
import { hashText } from '../shard/placement.js';
import type { Cell } from './cell.js';
import type { Kernel } from './kernel.js';
import type { Snapshot } from './ports.js';
import { snapshotOf } from './recovery.js';
import type { Suspicion } from './suspicion.js';

/** With an actor's hash the mark of its encoding, which no turn of it has. */
const ENCODING = hashText('state encoded');

/** Copies states out. */
export class Encoding {
  readonly #kernel: Pick<Kernel, 'counters' | 'ports'>;
  readonly #suspicion: Suspicion | undefined;

  constructor(kernel: Pick<Kernel, 'counters' | 'ports'>, suspicion: Suspicion | undefined) {
    this.#kernel = kernel;
    this.#suspicion = suspicion;
  }

  /**
   * The snapshot of an actor; undefined where its behaviour can't make one, or where that has ended
   * the thread too often. It goes on as it is, and its failure is counted, told and shown: fault
   * `actor.state_unfit`. The mark of the last one stays until `clear`: of thousands in a row each
   * is another, so that nobody takes a long pass for a hung thread.
   */
  snapshotOf(cell: Cell): Snapshot | undefined {
    if (this.#suspicion?.blame((cell.hash ^ ENCODING) | 0) === true) {
      this.#failed(cell, new Error('it has ended the thread each time'));
      return undefined;
    }
    try {
      return snapshotOf(cell);
    } catch (error) {
      this.#failed(cell, error);
      return undefined;
    }
  }

  /** No state is being copied. */
  clear(): void {
    this.#suspicion?.clear();
  }

  #failed(cell: Cell, error: unknown): void {
    const { counters, ports } = this.#kernel;
    counters.failures++;
    counters.unencoded++;
    const why = error instanceof Error ? error.message : String(error);
    const text = `expected the state of ${cell.address} to be encoded, was: ${why}`;
    const { code, message } = new Fault('actor.state_unfit', text);
    const stack = error instanceof Error ? (error.stack ?? '') : '';
    cell.lastFailure = `${code}: ${message}\n${stack}`;
    if (ports.log?.isOn('warn', 'actors') === true) {
      ports.log.say('warn', 'actors', `${code}: ${message}; its last good state is kept`);
    }
  }
}
