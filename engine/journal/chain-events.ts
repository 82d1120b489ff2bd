// Events on their way to disk: numbered, chained, checked before the first of them is staged.

import { Fault } from '../core/fault.js';
import type { Store } from '../io/lmdb/store.js';
import type { Record as NewRecord } from '../runtime/system.js';
import { checkName } from './bounds.js';
import type { Draft } from './heads.js';
import type { Put } from './puts.js';
import { chain, type StoredRecord } from './record.js';

/** Longest event: a command's, with room; larger things are snapshots or inputs. */
const EVENT_BYTES_MAX = 1_000_000;

/**
 * The puts that append events to a draft, each chained to the one before: all of them or none.
 * Errors: see `Journal.append`.
 */
export function chainEvents(events: Store, records: readonly NewRecord[], draft: Draft): Put[] {
  const next = new Map<string, number>();
  const puts: Put[] = [];
  const added: StoredRecord[] = [];
  let { hash, position } = draft;
  for (const { address, sequence, event, cause, timeUs, place } of records) {
    checkName(address);
    const expected = (next.get(address) ?? draft.sequenceOf(address)) + 1;
    if (sequence !== expected) {
      const text = `expected event ${expected} of ${address}, was ${sequence}`;
      // Its actor is behind the journal or ahead of it: rebuilt from there, it may go on.
      throw new Fault('journal.out_of_sequence', text, { retryable: true });
    }
    next.set(address, sequence);
    position++;
    const stored: StoredRecord = {
      position,
      address,
      sequence,
      timeUs,
      cause,
      event,
      ...(place === undefined ? {} : { place }),
    };
    const chained = chain(stored, hash);
    if (chained.bytes.length > EVENT_BYTES_MAX) {
      const text = `expected at most ${EVENT_BYTES_MAX} bytes of ${address}`;
      throw new Fault('journal.event_too_large', `${text}, was ${chained.bytes.length}`);
    }
    hash = chained.hash;
    puts.push({ store: events, key: [position], value: chained.bytes });
    added.push(stored);
  }
  // All is checked, so that a refusal leaves nothing behind.
  draft.hash = hash;
  draft.position = position;
  for (const [address, sequence] of next) draft.advance(address, sequence);
  draft.added.push(...added);
  return puts;
}
