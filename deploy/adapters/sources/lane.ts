// One kind of record of one symbol in a live session: doubles left out, holes found and filled.

import { identityOf, type MarketRecord } from './record.js';
import type { LiveCounters } from './source.js';

/** Identities remembered of a lane: a vendor sends again what was of the last seconds. */
const SEEN_MAX = 16_384;

/** Records that may wait for a repair, over which the oldest are let through without it. */
const HELD_MAX = 50_000;

/** What a lane works with. */
export interface LaneOptions {
  readonly symbol: string;
  readonly isNumbered: boolean;
  readonly counters: LiveCounters;
  readonly deliver: (record: MarketRecord) => void;
}

/** The order of one kind of record of one symbol. */
export class Lane {
  readonly #options: LaneOptions;
  readonly #seen = new Set<string>();
  #held: MarketRecord[] | undefined;
  /** Event time of the last record handed on; NaN before the first. Units: microseconds. */
  lastUs = Number.NaN;
  /** Number of the last record handed on; NaN before the first. */
  lastSequence = Number.NaN;

  constructor(options: LaneOptions) {
    this.#options = options;
  }

  get symbol(): string {
    return this.#options.symbol;
  }

  get isRepairing(): boolean {
    return this.#held !== undefined;
  }

  /** Whether the next record tells by its number that some before it are missing. */
  get seesHoles(): boolean {
    return this.#options.isNumbered && this.lastSequence === this.lastSequence;
  }

  /** Holds back what comes until `endRepair`. */
  beginRepair(): void {
    this.#held = [];
  }

  /** Takes a live record. True where numbers were skipped before it: it waits for a repair. */
  take(record: MarketRecord): boolean {
    if (this.#held !== undefined) {
      this.#hold(record);
      return false;
    }
    if (record.kind === 'trade' && this.#isSkipping(record)) {
      this.#options.counters.gaps += record.sequence - this.lastSequence - 1;
      this.#held = [record];
      return true;
    }
    this.#pass(record);
    return false;
  }

  /** Takes a record that was asked for again. */
  takeRepaired(record: MarketRecord): void {
    const { counters } = this.#options;
    const before = counters.delivered;
    this.#pass(record);
    counters.repaired += counters.delivered - before;
  }

  /** Lets go what was held; numbers that are missing still are counted as holes. */
  endRepair(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    const { counters } = this.#options;
    for (const record of held) {
      if (this.#isSkipping(record)) counters.holes++;
      this.#pass(record);
    }
  }

  #hold(record: MarketRecord): void {
    const held = this.#held!;
    held.push(record);
    if (held.length <= HELD_MAX) return;
    this.#options.counters.holes++;
    this.#pass(held.shift()!);
  }

  #isSkipping(record: MarketRecord): boolean {
    if (!this.#options.isNumbered || record.kind !== 'trade') return false;
    return record.sequence > this.lastSequence + 1;
  }

  #pass(record: MarketRecord): void {
    const { counters } = this.#options;
    if (this.#isDouble(record)) {
      counters.duplicates++;
      return;
    }
    if (record.kind !== 'bar' && record.sequence === record.sequence) {
      this.lastSequence = record.sequence;
    }
    if (!(record.timeUs <= this.lastUs)) this.lastUs = record.timeUs;
    counters.delivered++;
    this.#options.deliver(record);
  }

  #isDouble(record: MarketRecord): boolean {
    if (this.#options.isNumbered && record.kind === 'trade') {
      return record.sequence <= this.lastSequence;
    }
    const identity = identityOf(record);
    if (this.#seen.has(identity)) return true;
    this.#seen.add(identity);
    if (this.#seen.size > SEEN_MAX) {
      for (const oldest of this.#seen) {
        this.#seen.delete(oldest);
        break;
      }
    }
    return false;
  }
}
