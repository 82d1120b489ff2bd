// Entries found by their id alone, however it is written.

import fc from 'fast-check';
import t from 'tap';
import { emptyAccount } from './account.js';
import type { AccountEntry } from './account-event.js';
import {
  addEntry,
  emptyHistory,
  encodeHistory,
  entriesOf,
  entryById,
  statedById,
} from './history.js';

/** A deposit under an id. */
function deposit(eventId: string): AccountEntry & { readonly kind: 'cash_moved' } {
  return { kind: 'cash_moved', eventId, day: 18_000, currency: 'USD', amount: 1_000_000n };
}

/** A reversal under an id, with what comes in the other's place. */
function reversal(eventId: string, reversedId: string, isReplaced: boolean): AccountEntry {
  const replacement = { replacement: deposit(`${eventId}:replacement`) };
  const what = { kind: 'reversed', eventId, day: 18_000, reversedId, reason: 'why' } as const;
  return isReplaced ? { ...what, ...replacement } : what;
}

/** Ids that the written form shortens, escapes or marks, and that are parts of each other. */
const ids = fc.oneof(
  fc.string({ minLength: 1 }),
  fc.constantFrom('1', '11', 'opening-', 'x-opening-1', '#5', '"', '\\', '\n', 'ü', '","day":'),
  fc.constantFrom(
    '{"kind":"traded","eventId":"',
    ',"currency":"USD","symbol":"',
    '"USD",',
    '\u0001',
  ),
);

t.test('an entry is found by its id among those written and those that are not', async (t) => {
  const property = fc.property(fc.uniqueArray(ids, { minLength: 1 }), fc.nat(), (all, cut) => {
    const account = emptyAccount('fifo');
    const history = emptyHistory(account);
    for (const [index, id] of all.entries()) {
      if (index === cut % all.length) encodeHistory(history);
      const entry = index % 3 === 2 ? reversal(id, all[index - 1]!, index % 2 === 0) : deposit(id);
      addEntry(history, entry, account);
    }
    const entries = entriesOf(history);
    for (const id of [...all, ...all.map((one) => `${one}:replacement`), 'nobody']) {
      const own = entries.find(({ eventId }) => eventId === id);
      const stated = entries
        .flatMap((one) => (one.kind === 'reversed' ? (one.replacement ?? []) : one))
        .find(({ eventId }) => eventId === id);
      t.strictSame(entryById(history, id), own ?? stated, id);
      t.strictSame(statedById(history, id), stated, id);
    }
  });
  fc.assert(property, { seed: 20_261_122 });
});
