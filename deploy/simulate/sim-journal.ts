// The journal of the simulated host as the parts of its owner see it: over the disk that lies.

import type { Address, Journal, Simulation, StoredRecord } from '../../engine/index.js';

type Kept = Pick<Journal, 'append' | 'events' | 'recordsOf' | 'sequenceOf'>;

/** What a journal stands on. */
export interface SimJournalOptions {
  readonly disk: Simulation['disk'];
  readonly append: Simulation['disk']['append'];
  /** Told of promises that are about to end. */
  readonly stirred: () => void;
}

/** One life's view of the disk: what was asked for in a life that is lost never ends. */
export class SimJournal implements Kept {
  readonly options: SimJournalOptions;

  constructor(options: SimJournalOptions) {
    this.options = options;
  }

  append(records: Parameters<Kept['append']>[0]): Promise<void> {
    const { append, stirred } = this.options;
    return new Promise((done, failed) => {
      append(records, (fault) => {
        stirred();
        if (fault === undefined) done();
        else failed(fault);
      });
    });
  }

  recordsOf(address: string, after = 0): StoredRecord[] {
    // The journal takes any name; the disk's addresses are such names.
    return this.options.disk.recordsOf(address as Address, after);
  }

  events(address: string, after = 0): StoredRecord['event'][] {
    return this.recordsOf(address, after).map(({ event }) => event);
  }

  sequenceOf(address: string): number {
    return this.recordsOf(address).length;
  }
}
