// A writer at one address: numbers without holes, turns one by one, a failure that stops nobody.

import t from 'tap';
import { Fault, Journal } from '../../../engine/index.js';
import { temporaryFolder } from '../../services/test-system.js';
import { JournalWriter } from './journal-writer.js';

const ADDRESS = 'test/decisions';

t.test('events that are asked for at once are numbered in turn, across runs', async (t) => {
  const folder = temporaryFolder(t, 'journal-writer');
  for (const run of [0, 1]) {
    const journal = Journal.open(folder);
    const options = { journal, address: ADDRESS, cause: 'test', timeUs: () => 7 } as const;
    const writer = new JournalWriter(options);
    t.equal(writer.sequence, run * 3);
    const numbers = ['a', 'b', 'c'].map((kind) => writer.append({ kind }));
    t.same(
      await Promise.all(numbers),
      [1, 2, 3].map((number) => run * 3 + number),
    );
    t.match(journal.recordsOf(ADDRESS).at(-1), { event: { kind: 'c' }, cause: 'test', timeUs: 7 });
    await journal.close();
  }
});

t.test('a turn sees what the one before made durable, and a failed one stops nobody', async (t) => {
  const journal = Journal.open(temporaryFolder(t, 'journal-writer'));
  const options = { journal, address: ADDRESS, cause: 'test', timeUs: () => 7 } as const;
  const writer = new JournalWriter(options);
  const seen: number[] = [];
  const decide = (isDone: boolean) =>
    writer.inTurn(async (append) => {
      seen.push(journal.sequenceOf(ADDRESS));
      const number = await append({ kind: 'decided' });
      if (!isDone) throw new Error(`no after ${number}`);
      return number;
    });
  const results = await Promise.allSettled([decide(true), decide(false), decide(true)]);
  t.same(
    results.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled'],
  );
  t.same(seen, [0, 1, 2]);
  await journal.close();
  await t.rejects(writer.append({ kind: 'late' }));
  t.equal(writer.sequence, 3, 'what is not on disk has no number');
});

t.test('what waits for the disk is written together, in the order it was asked for', async (t) => {
  const journal = Journal.open(temporaryFolder(t, 'journal-writer'));
  const options = { journal, address: ADDRESS, cause: 'test', timeUs: () => 7 } as const;
  const writer = new JournalWriter(options);
  const numbers = Array.from({ length: 2_500 }, (_, at) => writer.append({ kind: `event-${at}` }));
  await writer.settled();
  t.equal(writer.sequence, 2_500);
  t.ok(journal.counters.commits <= 6, `${journal.counters.commits} commits`);
  t.equal(await numbers[2_499], 2_500);
  t.match(journal.recordsOf(ADDRESS, 1_700)[0], { sequence: 1_701, event: { kind: 'event-1700' } });
  await journal.close();
});

t.test('where too many wait the next is refused, and none of them is lost', async (t) => {
  const journal = Journal.open(temporaryFolder(t, 'journal-writer'));
  const options = { journal, address: ADDRESS, cause: 'test', timeUs: () => 7 } as const;
  const writer = new JournalWriter(options);
  const waiting = Array.from({ length: 100_000 }, () => writer.append({ kind: 'waits' }));
  await t.rejects(writer.append({ kind: 'one-more' }), { code: 'journal.busy', retryable: true });
  await writer.settled();
  t.equal((await Promise.all(waiting)).at(-1), 100_000);
  t.equal(await writer.append({ kind: 'later' }), 100_001);
  await journal.close();
});

/** A journal whose disk is full for so many writes; it keeps what it takes. */
function fullFor(writes: number) {
  const kept: string[] = [];
  const append = async (records: readonly { readonly event: { readonly kind: string } }[]) => {
    if (writes-- > 0) throw new Fault('journal.disk_full', 'expected room', { retryable: true });
    kept.push(...records.map(({ event }) => event.kind));
  };
  return { kept, append, sequenceOf: () => kept.length };
}

t.test('what a full disk refused is written again before what came after it', async (t) => {
  const journal = fullFor(3);
  let waits = 0;
  const again = async () => ++waits > 0;
  const options = { journal, address: ADDRESS, cause: 'test', timeUs: () => 7, again } as const;
  const writer = new JournalWriter(options);
  const first = writer.append({ kind: 'first' });
  t.equal(await Promise.race([first, writer.append({ kind: 'second' })]), 1);
  await writer.settled();
  t.same(journal.kept, ['first', 'second']);
  t.equal(waits, 3);
});

t.test('what a full disk refused is told where nobody waits for it any more', async (t) => {
  const journal = fullFor(9);
  let waits = 0;
  const again = async () => ++waits < 3;
  const options = { journal, address: ADDRESS, cause: 'test', timeUs: () => 7, again } as const;
  const writer = new JournalWriter(options);
  await t.rejects(writer.append({ kind: 'first' }), { code: 'journal.disk_full' });
  t.equal(waits, 3);
});
