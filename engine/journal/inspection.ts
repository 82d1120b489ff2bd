// Looking a journal over from end to end: can it be trusted, and what does it hold.

import type { Store } from '../io/lmdb/store.js';
import type { Ends } from './event-index.js';
import { GENESIS, unchain } from './record.js';

/** What `verify` found. */
export interface Verification {
  /** Good records, from the first on. */
  readonly records: number;
  readonly firstBad?: {
    readonly position: number;
    /** Actor of the record, where it can be read. */
    readonly address?: string;
    readonly reason: string;
  };
}

/** What `inspect` found. */
export interface Inspection {
  readonly records: number;
  readonly bytes: number;
  readonly byKind: Readonly<Record<string, number>>;
  /** Events of each actor; its last sequence too, since they count from 1. */
  readonly byAddress: Readonly<Record<string, number>>;
  readonly inputs: number;
  readonly lastHash: string;
  /** Event time of the last record, 0 where there is none. Units: microseconds. */
  readonly lastTimeUs: number;
}

/**
 * Walks the whole chain and tells the first record that can't be trusted. The index and the stored
 * ends are further witnesses: a chain that lost its end is still a chain.
 */
export function verifyEvents(events: Store, index: Store, ends: Ends | undefined): Verification {
  let previous = GENESIS;
  let records = 0;
  let behind = 0;
  for (const { key, value } of events.range({})) {
    const position = Number(key[0]);
    if (position !== records + 1) {
      const reason = `record ${records + 1} is missing`;
      return { records, firstBad: { position: records + 1, reason } };
    }
    const found = unchain(value, previous);
    if (!found.ok) {
      const address = addressAt(index, position);
      const { reason } = found;
      return {
        records,
        firstBad: { position, reason, ...(address === undefined ? {} : { address }) },
      };
    }
    const { address, sequence } = found.record;
    const indexed = index.get([address, sequence])?.toString();
    // The index is written behind the events, from a place on that is known.
    if (indexed === undefined && ends !== undefined && position > ends.indexed) behind++;
    else if (indexed !== String(position)) {
      const reason = `the index of ${address} does not lead here`;
      return { records, firstBad: { position, address, reason } };
    }
    if (events.get([position]) === undefined) {
      const reason = 'the record is there, and can not be found by its position';
      return { records, firstBad: { position, address, reason } };
    }
    previous = found.hash;
    records++;
  }
  const expected = Math.max(index.count() + behind, ends?.position ?? 0);
  if (expected === records) return { records };
  const address = addressAt(index, records + 1);
  const reason = `expected ${expected} records, the chain ends after ${records}`;
  return {
    records,
    firstBad: { position: records + 1, reason, ...(address === undefined ? {} : { address }) },
  };
}

/** Actor of a position by the index: the record itself may be what is damaged. */
function addressAt(index: Store, position: number): string | undefined {
  for (const { key, value } of index.range({})) {
    if (value.toString() === String(position)) return String(key[0]);
  }
  return undefined;
}

/** How far to look: a last position, or an event time that no record is later than. */
export type Until = { readonly position: number } | { readonly timeUs: number };

const ALL: Until = { position: Number.POSITIVE_INFINITY };

/** Whether a record lies before the end of the look. */
export function isWithin(until: Until, position: number, timeUs: number): boolean {
  return 'position' in until ? position <= until.position : timeUs <= until.timeUs;
}

/**
 * Counts what the journal holds, up to the first record beyond `until`; records that can't be
 * trusted count as records only.
 */
export function inspectEvents(events: Store, inputs: Store, until: Until = ALL): Inspection {
  const byKind: Record<string, number> = {};
  const byAddress: Record<string, number> = {};
  let bytes = 0;
  let records = 0;
  let previous = GENESIS;
  let lastTimeUs = 0;
  for (const { key, value } of events.range({})) {
    const found = unchain(value, previous);
    if (!isWithin(until, Number(key[0]), found.ok ? found.record.timeUs : 0)) break;
    previous = found.hash;
    bytes += value.length;
    records++;
    if (!found.ok) continue;
    lastTimeUs = found.record.timeUs;
    const { kind } = found.record.event;
    byKind[kind] = (byKind[kind] ?? 0) + 1;
    byAddress[found.record.address] = (byAddress[found.record.address] ?? 0) + 1;
  }
  const lastHash = previous;
  return { records, bytes, byKind, byAddress, inputs: inputs.count(), lastHash, lastTimeUs };
}
