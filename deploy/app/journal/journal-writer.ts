// One address of the journal that a part of the process writes at: events in turn, each numbered.

import { type Address, Fault, type Journal, type Message } from '../../../engine/index.js';

/** What a writer works with. */
export interface JournalWriterOptions {
  readonly journal: Pick<Journal, 'append' | 'sequenceOf'>;
  /** Written at by nobody else: part of the hash chain as any actor's events. */
  readonly address: Address;
  /** What the journal names as the cause of each event. */
  readonly cause: string;
  /** Event time that events are kept under. Units: microseconds. */
  readonly timeUs: () => number;
  /**
   * Waits before what the disk has no room for is written again, and answers whether it is still
   * wanted; without it whoever asked is told at once. What comes after it waits with it.
   */
  readonly again?: () => Promise<boolean>;
}

/** Events that one write takes at most: what waits while the disk works goes there together. */
const TOGETHER_MAX = 1_000;

/** Events that wait at most; beyond them one is refused, and whoever asked for it is told. */
const WAITING_MAX = 100_000;

/** What the journal refuses for want of room, with nothing written: it may take it later. */
const ROOM: ReadonlySet<string> = new Set(['journal.disk_full', 'journal.busy']);

/** Writes an event at the address; answers its number once it is durable. Errors: the journal's. */
export type Append<Event> = (event: Event) => Promise<number>;

interface Waiting<Event> {
  readonly event: Event;
  readonly done: (sequence: number) => void;
  readonly failed: (error: unknown) => void;
}

/** Writes at one address; it goes on where the run before ended. */
export class JournalWriter<Event extends Message> {
  readonly #options: JournalWriterOptions;
  #sequence: number;
  /** The turn taken last; it never fails. */
  #last: Promise<void> = Promise.resolve();
  /** Events whose turn has not come. */
  #waiting: Waiting<Event>[] = [];

  constructor(options: JournalWriterOptions) {
    this.#options = options;
    this.#sequence = options.journal.sequenceOf(options.address);
  }

  /** Number of the event written last; 0 before the first. */
  get sequence(): number {
    return this.#sequence;
  }

  /**
   * Writes an event once its turn comes, with those that wait behind it. Errors: the journal's;
   * `journal.busy` where too many wait.
   */
  append(event: Event): Promise<number> {
    if (this.#waiting.length >= WAITING_MAX) {
      const text = `expected fewer than ${WAITING_MAX} events to wait at ${this.#options.address}`;
      return Promise.reject(new Fault('journal.busy', text, { retryable: true }));
    }
    return new Promise((done, failed) => {
      this.#waiting.push({ event, done, failed });
      // The first that waits takes the turn for all that will have come by then.
      if (this.#waiting.length === 1) void this.inTurn(() => this.#appendWaiting());
    });
  }

  /** Resolves once all that was asked for so far has ended, well or not. */
  async settled(): Promise<void> {
    while (this.#waiting.length > 0) await this.#last;
    await this.#last;
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

  async #appendWaiting(): Promise<void> {
    const together = this.#waiting.splice(0, TOGETHER_MAX);
    if (this.#waiting.length > 0) void this.inTurn(() => this.#appendWaiting());
    try {
      const last = await this.#appendUntil(together.map(({ event }) => event));
      for (const [index, { done }] of together.entries()) done(last - together.length + 1 + index);
    } catch (error) {
      for (const { failed } of together) failed(error);
    }
  }

  /** Writes events, again and again while the disk has no room and they are wanted. */
  async #appendUntil(events: readonly Event[]): Promise<number> {
    for (;;) {
      try {
        return await this.#appendAll(events);
      } catch (error) {
        const isFull = error instanceof Fault && ROOM.has(error.code);
        if (!isFull || (await this.#options.again?.()) !== true) throw error;
      }
    }
  }

  #append(event: Event): Promise<number> {
    return this.#appendAll([event]);
  }

  async #appendAll(events: readonly Event[]): Promise<number> {
    const { journal, address, cause, timeUs } = this.#options;
    const first = this.#sequence + 1;
    const now = timeUs();
    await journal.append(
      events.map((event, index) => ({
        address,
        sequence: first + index,
        event,
        cause,
        timeUs: now,
      })),
    );
    this.#sequence += events.length;
    return this.#sequence;
  }
}
