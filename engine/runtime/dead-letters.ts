// Messages that reached nobody: all counted by reason, the newest of each reason kept to look at.

import type { Address } from '../core/address.js';
import { LIMITS } from '../core/limits.js';
import type { Envelope } from './envelope.js';

/** A message that reached nobody. */
export interface DeadLetter {
  readonly envelope: Envelope;
  /** Why: a stable code. */
  readonly code: string;
  /** Event time. Units: microseconds. */
  readonly timeUs: number;
}

/** What to look for; what is left out matches everything. */
export interface DeadLetterQuery {
  readonly to?: Address;
  readonly code?: string;
  /** Kind of the message. */
  readonly kind?: string;
}

/** Where the letters of reasons beyond the bound are counted. */
const OTHER = 'other';

interface Bucket {
  count: number;
  readonly kept: DeadLetter[];
}

/** The dead letters of one system. A flood of one reason does not push out the others. */
export class DeadLetters {
  readonly #buckets = new Map<string, Bucket>();

  /** Counts a letter and keeps it among the newest of its reason and message kind. */
  add(envelope: Envelope, code: string, timeUs: number): void {
    const reason = `${code} ${envelope.message.kind}`;
    const isKnown = this.#buckets.has(reason) || this.#buckets.size < LIMITS.deadLetterReasons;
    const name = isKnown ? reason : OTHER;
    let bucket = this.#buckets.get(name);
    if (bucket === undefined) {
      bucket = { count: 0, kept: [] };
      this.#buckets.set(name, bucket);
    }
    bucket.count++;
    bucket.kept.push({ envelope, code, timeUs });
    if (bucket.kept.length > LIMITS.deadLettersKept) bucket.kept.shift();
  }

  /** How many letters there were, by code and message kind. */
  counts(): ReadonlyMap<string, number> {
    return new Map(Array.from(this.#buckets, ([reason, { count }]) => [reason, count]));
  }

  /** Kept letters that match, oldest first within a reason. */
  list(query: DeadLetterQuery = {}): DeadLetter[] {
    return Array.from(this.#buckets.values(), ({ kept }) => kept)
      .flat()
      .filter(
        ({ envelope, code }) =>
          (query.to === undefined || query.to === envelope.to) &&
          (query.code === undefined || query.code === code) &&
          (query.kind === undefined || query.kind === envelope.message.kind),
      );
  }
}
