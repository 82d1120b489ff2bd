// What a cut keeps of prints from outside: those recorded before the first event that it drops.

import { join } from 'node:path';
import t from 'tap';
import { Journal, restoreJournal, type Until } from '../../../engine/index.js';
import { packPrints, temporaryFolder } from '../../services/test-system.js';
import { encodeBatch, RecordedBatches } from '../feed/recorded-batches.js';
import { marketCut } from './market-cut.js';

const FEED = 'feed';

/** A journal that is written by hand, and what a cut leaves of its batches. */
function cutting(t: Parameters<typeof temporaryFolder>[0]) {
  const folder = temporaryFolder(t, 'cut');
  const journal = Journal.open(join(folder, 'store'));
  t.teardown(() => journal.close());
  let restores = 0;
  return {
    async event(address: `${string}/${string}`, timeUs: number, place?: number): Promise<void> {
      const sequence = journal.sequenceOf(address) + 1;
      const record = { address, sequence, event: { kind: 'noted' }, cause: 'test', timeUs };
      await journal.append([{ ...record, ...(place !== undefined && { place }) }]);
    },
    async batch(source: string, step: number): Promise<void> {
      const batch = { source, sequence: 1n, symbols: ['KO'], prints: packPrints([]) };
      await journal.appendInput(encodeBatch(batch, { step, prints: 0 }, FEED, journal.position));
    },
    async kept(until: Until): Promise<string[]> {
      const store = join(folder, `restored-${++restores}`);
      await restoreJournal(join(folder, 'store', 'journal.mdb'), store, marketCut(until));
      const restored = Journal.open(store, { readOnly: true });
      const batches = new RecordedBatches(restored, FEED).all();
      const sources = Array.from(batches, ({ batch }) => batch.source);
      await restored.close();
      return sources;
    },
  };
}

t.test('where no event that is left out has a place in the market', async (t) => {
  const { event, batch, kept } = cutting(t);
  await event('portfolio/a', 100, 5);
  await batch('before', 6);
  await event('risk/alerts', 200);
  await batch('after', 9);
  t.same(await kept({ timeUs: 150 }), ['before']);
  t.same(await kept({ position: 2 }), ['before', 'after'], 'nothing is left out');
});

t.test('where the first event that is left out is of a later replay', async (t) => {
  const { event, batch, kept } = cutting(t);
  await event('portfolio/a', 100, 5);
  await batch('first replay', 70);
  await event('portfolio/a', 50, 2);
  await event('portfolio/a', 60, 3);
  await batch('second replay', 4);
  t.same(await kept({ position: 2 }), ['first replay']);
});

t.test('at the very step of the first event that is left out', async (t) => {
  const { event, batch, kept } = cutting(t);
  await event('portfolio/a', 100, 5);
  await batch('before', 7);
  await event('portfolio/a', 200, 7);
  await batch('after', 7);
  t.same(await kept({ position: 1 }), ['before']);
});
