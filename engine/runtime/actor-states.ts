// What actors have come to, for snapshots and recoveries of their thread.

import { type Address, kindOf, type Message } from '../core/address.js';
import type { Hub } from './hub.js';
import type { Recovered, Snapshot } from './ports.js';
import { foldStored } from './recovery.js';

/** The states of a system's actors. */
export class ActorStates {
  readonly #hub: Hub;

  constructor(hub: Hub) {
    this.#hub = hub;
  }

  /**
   * Snapshots of all running actors of the given kinds, for a snapshot of the thread, but of those
   * whose state can't be encoded: see `Encoding`.
   */
  encodeAll(kinds: ReadonlySet<string>): Map<Address, Snapshot> {
    const states = new Map<Address, Snapshot>();
    for (const cell of this.#hub.cells.values()) {
      if (cell.status !== 'running' || !kinds.has(kindOf(cell.address))) continue;
      const snapshot = this.#hub.encoding.snapshotOf(cell);
      if (snapshot !== undefined) states.set(cell.address, snapshot);
    }
    this.#hub.encoding.clear();
    return states;
  }

  /**
   * Snapshot of one actor; undefined where it does not run, or its state can't be encoded. Whoever
   * takes many in a row ends them by `encoded`.
   */
  encode(address: Address): Snapshot | undefined {
    const cell = this.#hub.cells.get(address);
    return cell?.status === 'running' ? this.#hub.encoding.snapshotOf(cell) : undefined;
  }

  /** No more states are encoded in this pass. */
  encoded(): void {
    this.#hub.encoding.clear();
  }

  /**
   * Folds the next journaled event into a running actor whose thread goes through its inputs
   * again; false when it does not run: then its own recovery brings the event. One that can't read
   * it is stopped, alone, with its code.
   */
  recall(address: Address, event: Message): boolean {
    const cell = this.#hub.cells.get(address);
    if (cell?.status !== 'running') return false;
    try {
      foldStored(cell, event);
      return true;
    } catch (error) {
      this.#hub.arrival.unreadable(cell, error);
      return false;
    }
  }

  /**
   * The snapshot that an actor which is held, stopped or away would have after its past; it stays
   * as it is. Errors: what its behaviour throws.
   */
  foldAside(address: Address, recovered: Recovered): Snapshot {
    return this.#hub.arrival.foldAside(address, recovered);
  }
}
