// The index that is written behind: it knows every event, however the process before ended.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import t, { type Test } from 'tap';
import type { Address } from '../core/address.js';
import { Lmdb } from '../io/lmdb/store.js';
import { EventIndex, type Indexed } from './event-index.js';
import { Journal } from './journal.js';
import { writePuts } from './puts.js';
import { chain, GENESIS } from './record.js';
import { restoreJournal } from './restore.js';

const SEED = 20_210_416;

/** Small generations, so that short histories go through several. */
const GENERATION = 6;

/** More than two generations of a journal, of so many actors. */
const EVENTS = 20_000;
const ACTORS = 50;

function folder(t: Test): string {
  const path = mkdtempSync(join(tmpdir(), 'sluice-index-'));
  t.teardown(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** What happens to an index: a commit of events, one that met a full disk, the process's end. */
const act = fc.oneof(
  { weight: 6, arbitrary: fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 5 }) },
  { weight: 1, arbitrary: fc.constant('full' as const) },
  { weight: 1, arbitrary: fc.constant('crash' as const) },
);

t.test('it knows each event once, whatever fails or ends in between', async (t) => {
  const lmdb = Lmdb.open(folder(t));
  const stores = ['events', 'index', 'meta'].map((name) => lmdb.store(name));
  const [events, index, meta] = stores;
  const opened = (): EventIndex => {
    const found = new EventIndex(events!, index!, meta!, GENERATION);
    found.refresh();
    return found;
  };
  await fc.assert(
    fc.asyncProperty(fc.array(act, { maxLength: 40 }), async (acts) => {
      for (const store of stores) {
        const keys = [...store.range({})].map(({ key }) => key);
        await lmdb.commit({ puts: keys.length, bytes: 0 }, () => {
          for (const key of keys) store.remove(key);
        });
      }
      const model = new Map<string, number[]>();
      let tested = opened();
      let [hash, last] = [GENESIS, 0];
      for (const one of acts) {
        if (one === 'crash') tested = opened();
        if (one === 'full') tested.stage([{ address: 'a/0', sequence: 9e6, position: last + 1 }]);
        if (typeof one === 'string') continue;
        const added: Indexed[] = [];
        const puts = one.map((actor) => {
          const address = `a/${actor}`;
          const positions = model.get(address) ?? [];
          model.set(address, positions);
          const sequence = positions.push(++last);
          added.push({ address, sequence, position: last });
          const event = { kind: 'added' };
          const body = { address, sequence, position: last, timeUs: 0, cause: 'test', event };
          const { bytes, hash: next } = chain(body, hash);
          hash = next;
          return { store: events!, key: [last], value: bytes };
        });
        const all = [...puts, ...tested.stage(added)];
        await lmdb.commit({ puts: all.length, bytes: 0 }, () => writePuts(all));
        tested.accept();
      }
      // The store looks anew each turn.
      await new Promise((resolve) => setImmediate(resolve));
      for (const now of [tested, opened()]) {
        for (const [address, positions] of model) {
          const expected = positions.map((at, place) => [place + 1, at]);
          t.same([...now.after(address, 0)], expected);
          t.same([...now.after(address, 2)], expected.slice(2));
        }
        const sequences = [...model].map(([address, { length }]) => [address, length]);
        t.same([...now.lastSequences()].sort(), sequences.sort());
      }
    }),
    { numRuns: 60, seed: SEED },
  );
  await lmdb.close();
});

/** A journal in use, whose index is behind. */
async function behind(t: Test): Promise<{ readonly path: string; readonly journal: Journal }> {
  const path = folder(t);
  const journal = Journal.open(path);
  t.teardown(() => journal.close());
  for (let at = 0; at < EVENTS; ) {
    const records = Array.from({ length: 500 }, () => recordOf(at++));
    await journal.append(records);
  }
  return { path, journal };
}

function recordOf(at: number) {
  const address: Address = `actor/${at % ACTORS}`;
  const sequence = Math.floor(at / ACTORS) + 1;
  return { address, sequence, event: { kind: 'added', at }, cause: 'test', timeUs: at };
}

t.test('writer, reader and the process after a crash see the same events', async (t) => {
  const { path, journal } = await behind(t);
  const reader = Journal.open(path, { readOnly: true });
  const lmdb = Lmdb.open(path, true);
  const entries = lmdb.store('index').count();
  t.ok(entries > 0 && entries < EVENTS, `${entries} of ${EVENTS} are in the store`);
  await lmdb.close();
  const expected = Array.from({ length: EVENTS / ACTORS }, (_, n) => ({ sequence: n + 1 }));
  // As whoever is killed leaves it.
  const after = join(path, 'after');
  await restoreJournal(join(path, 'journal.mdb'), after, undefined);
  const next = Journal.open(after);
  for (const one of [journal, reader, next]) {
    t.match(one.verify(), { records: EVENTS });
    t.equal(one.addresses().length, ACTORS);
    t.match(one.recordsOf('actor/7'), expected);
    t.match(one.recordsOf('actor/8', EVENTS / ACTORS - 3), expected.slice(-3));
    t.equal(one.sequenceOf('actor/9'), EVENTS / ACTORS);
  }
  await journal.append([recordOf(EVENTS)]);
  await next.append([recordOf(EVENTS)]);
  await new Promise((resolve) => setImmediate(resolve));
  t.equal(reader.sequenceOf('actor/0'), EVENTS / ACTORS + 1);
  await next.close();
  await reader.close();
  const closed = Lmdb.open(after, true);
  t.equal(closed.store('index').count(), EVENTS + 1, 'a journal that was closed lacks nothing');
  await closed.close();
});

t.test('a journal cut where the index is behind goes on from there', async (t) => {
  const { path } = await behind(t);
  for (const position of [EVENTS - 3, 5]) {
    const cut = { until: { position }, keepsInput: () => true, keptView: () => undefined };
    const target = join(path, `cut-${position}`);
    t.match(await restoreJournal(join(path, 'journal.mdb'), target, cut), { records: position });
    const journal = Journal.open(target);
    t.same(journal.verify(), { records: position });
    await journal.append([recordOf(position)]);
    await journal.close();
  }
});

t.test('what is said of its end is lost, or says more than there is', async (t) => {
  const { path } = await behind(t);
  const target = join(path, 'after');
  await restoreJournal(join(path, 'journal.mdb'), target, undefined);
  const change = async (edit: (lmdb: Lmdb) => void): Promise<void> => {
    const lmdb = Lmdb.open(target);
    await lmdb.commit({ puts: 1, bytes: 99 }, () => edit(lmdb));
    await lmdb.close();
  };
  await change((lmdb) => lmdb.store('meta').put(['ends'], Buffer.from('20000 20000 7')));
  const reader = Journal.open(target, { readOnly: true });
  t.match(reader.verify(), { firstBad: { reason: /index/ } });
  t.equal(reader.recordsOf('actor/3').length, EVENTS / ACTORS, 'all events are looked through');
  await reader.close();
  const journal = Journal.open(target);
  await journal.append([recordOf(EVENTS)]);
  await journal.close();
  await change((lmdb) => lmdb.store('events').remove([EVENTS + 1]));
  t.throws(() => Journal.open(target), { code: 'journal.corrupt', message: /20001/ });
  const last = Journal.open(target, { readOnly: true });
  t.match(last.verify(), { records: EVENTS, firstBad: { position: EVENTS + 1 } });
  await last.close();
});
