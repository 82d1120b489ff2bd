// One address of the journal that a part of the process writes at: events in turn, each numbered.

import type { Address, Journal, Message } from '../../engine/index.js';

/** What a writer works with. */
export interface JournalWriterOptions {
  readonly journal: Journal;
  /** Written at by nobody else: part of the hash chain as any actor's events. */
  readonly address: Address;
  /** What the journal names as the cause of each event. */
  readonly cause: string;
  /** Event time that events are kept under. Units: microseconds. */
  readonly timeUs: () => number;
}

/** Writes an event at the address; answers its number once it is durable. Errors: the journal's. */
export type Append<Event> = (event: Event) => Promise<number>;

/** Writes at one address; it goes on where the run before ended. */
export class JournalWriter<Event extends Message> {
  readonly #options: JournalWriterOptions;
  #sequence: number;
  /** The turn taken last; it never fails. */
  #last: Promise<void> = Promise.resolve();

  constructor(options: JournalWriterOptions) {
    this.#options = options;
    this.#sequence = options.journal.sequenceOf(options.address);
  }

  /** Number of the event written last; 0 before the first. */
  get sequence(): number {
    return this.#sequence;
  }

  /** Writes an event once its turn comes. Errors: the journal's. */
  append(event: Event): Promise<number> {
    return this.inTurn((append) => append(event));
  }

  /**
   * Runs an act once all before it have ended, well or not: it sees what they have made durable,
   * and writes by the `append` it is given.
   */
  inTurn<Result>(act: (append: Append<Event>) => Promise<Result>): Promise<Result> {
    const result = this.#last.then(() => act((event) => this.#append(event)));
    const ended = (): void => {};
    // A failure is told to who asked for the turn; the next begins all the same.
    this.#last = result.then(ended, ended);
    return result;
  }

  async #append(event: Event): Promise<number> {
    const { journal, address, cause, timeUs } = this.#options;
    const sequence = this.#sequence + 1;
    await journal.append([{ address, sequence, event, cause, timeUs: timeUs() }]);
    this.#sequence = sequence;
    return sequence;
  }
}
