// How whatever services ask is answered.

import type { Refusal } from '../../engine/index.js';

/** An answer, or a domain "no" with its reason code. */
export type Answer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly refusal: Refusal };

/** The changes of a topic since a stamp: enough for a snapshot (`stamp` 0) and for deltas. */
export interface TopicReader {
  /** Highest stamp so far; a reader whose stamp equals it is up to date. */
  stamp(): number;
}
