// The files of results: a machine's own, newest first, a few machines, nobody else's figures lost.

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { publish, RESULTS } from './publish.js';
import type { Results } from './results.js';
import { withScratch } from './scratch.js';
import { storedResults, storeResults, withResults } from './stored.js';

const ORDER = ['b.sluice.rate', 'tell.sluice.rate'];

/** Figures of a machine with `cores`, taken in an hour of a day. */
const taken = (cores: number, hour: number, rates: Readonly<Record<string, number>>): Results => ({
  machine: { cpu: 'Some CPU', cores, memoryGb: 4, node: 'v20.1.0', os: 'linux', loadBefore: 0 },
  takenAt: `2026-11-21T${hour}:00:00.000Z`,
  figures: Object.entries(rates).map(([id, p50]) => ({
    id,
    suite: 'micro',
    title: `title of ${id}`,
    unit: 'messages/s',
    better: 'higher',
    isPeer: false,
    min: p50,
    p50,
    p99: p50,
    max: p50,
    rounds: 2,
    revision: `at${hour}`,
    date: '2026-11-21',
  })),
  notes: {},
});

const rates = ({ figures }: Results): unknown => figures.map(({ id, p50 }) => [id, p50]);

t.test('figures not taken this time stay, on the same machine only', async (t) => {
  const before = [
    taken(2, 10, { 'old.sluice.rate': 3, 'tell.sluice.rate': 1, 'b.sluice.rate': 2 }),
  ];
  const [same, ...none] = withResults(before, taken(2, 11, { 'b.sluice.rate': 20 }), ORDER);
  t.same(rates(same), [
    ['b.sluice.rate', 20],
    ['tell.sluice.rate', 1],
  ]);
  t.same(none, []);
  const other = taken(64, 12, { 'b.sluice.rate': 900 });
  t.same(withResults([same], other, ORDER), [other, same], 'each keeps its own');
});

t.test('of more than three machines, the one measured longest ago goes', async (t) => {
  let all: Results[] = [];
  for (const cores of [1, 2, 3, 4]) {
    all = withResults(all, taken(cores, 10 + cores, { 'b.sluice.rate': cores }), ORDER);
  }
  t.same(
    all.map(({ machine }) => machine.cores),
    [4, 3, 2],
  );
});

t.test('what is stored is read again, newest first, what is not ours is passed over', async (t) => {
  await withScratch(async (folder) => {
    const results = join(folder, RESULTS);
    t.same(storedResults(results), []);
    const [older, newer] = [taken(2, 10, { 'b.sluice.rate': 1 }), taken(64, 11, {})];
    storeResults(results, [older, newer]);
    t.same(readdirSync(results).sort(), [
      '2-some-cpu-4-gib-node-v20.1.0.json',
      '64-some-cpu-4-gib-node-v20.1.0.json',
    ]);
    writeFileSync(join(results, 'torn.json'), '{"machine":');
    writeFileSync(join(results, 'other.json'), '{"machine":{},"figures":[]}');
    t.same(storedResults(results), [newer, older]);
  });
});

t.test('the page tells the last machine whole and the goals of the others', async (t) => {
  await withScratch(async (folder) => {
    mkdirSync(join(folder, RESULTS));
    writeFileSync(join(folder, 'README.md'), '# Benchmarks\n\nby hand\n');
    const here = taken(2, 11, { 'tell.sluice.rate': 7e6 });
    publish(folder, [here, taken(64, 10, { 'tell.sluice.rate': 3e6 })]);
    const page = readFileSync(join(folder, 'README.md'), 'utf8');
    const [own = '', others = ''] = page.split('## On other machines');
    t.match(own, /by hand[\s\S]*2 x Some CPU[\s\S]*7\.00 M[\s\S]*## Every figure/);
    t.match(others, /64 x Some CPU[\s\S]*3\.00 M messages\/s .* at10 \|/);
    publish(folder, [here]);
    t.notMatch(readFileSync(join(folder, 'README.md'), 'utf8'), /On other machines/);
  });
});
