// The journal of the simulated host as the parts of its owner see it: over the disk that lies.

import type { Address, Journal, Simulation, StoredRecord } from '../../engine/index.js';

type Kept = Pick<Journal, 'append' | 'events' | 'recordsOf' | 'sequenceOf'>;

/** One life's view of the disk: what was asked for in a life that is lost never ends. */
export class SimJournal implements Kept {
  readonly #disk: Simulation['disk'];
  readonly #append: Simulation['disk']['append'];
  readonly #stirred: () => void;

  /** `stirred` is told of promises that have ended. */
  constructor(disk: Simulation['disk'], append: Simulation['disk']['append'], stirred: () => void) {
    this.#disk = disk;
    this.#append = append;
    this.#stirred = stirred;
  }

  append(records: Parameters<Kept['append']>[0]): Promise<void> {
    return new Promise((done, failed) => {
      this.#append(records, (fault) => {
        this.#stirred();
        if (fault === undefined) done();
        else failed(fault);
      });
    });
  }

  recordsOf(address: string, after = 0): StoredRecord[] {
    // The journal takes any name; the disk's addresses are such names.
    return this.#disk.recordsOf(address as Address, after);
  }

  events(address: string, after = 0): StoredRecord['event'][] {
    return this.recordsOf(address, after).map(({ event }) => event);
  }

  sequenceOf(address: string): number {
    return this.recordsOf(address).length;
  }
}
