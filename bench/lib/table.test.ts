// The tables: goals met and missed, peers that are not there, ours against each contender.

import t from 'tap';
import { CASES } from '../catalogue.js';
import type { Goal } from '../goals/goal.js';
import { GOALS } from '../goals.js';
import { short } from './number-text.js';
import type { Figure, Results } from './results.js';
import { figureTable, goalTable, isMet, seenTable, timesAsGood } from './table.js';

const figure = (id: string, p50: number, better: 'higher' | 'lower' = 'higher'): Figure => ({
  id,
  suite: 'micro',
  title: `title of ${id}`,
  unit: better === 'higher' ? 'messages/s' : 'us',
  better,
  isPeer: !id.includes('.sluice.'),
  min: p50 * 0.9,
  p50,
  p99: p50 * 1.09,
  max: p50 * 1.1,
  rounds: 5,
  revision: 'abc1234',
  date: '2026-11-21',
});

const results = (...figures: Figure[]): Results => ({
  machine: { cpu: 'x', cores: 2, memoryGb: 4, node: 'v20', os: 'linux', loadBefore: 0 },
  takenAt: '2026-11-21T10:00:00.000Z',
  figures,
  notes: {},
});

const goal: Goal = {
  what: 'tell: 6 M/s',
  id: 'tell.sluice.rate',
  target: 6_000_000,
  better: 'higher',
  peers: [{ id: 'tell.nact.rate', name: 'nact', times: 7 }],
  bounds: 'the turn',
};

t.test('a goal is met when the figure and its peers allow it', async (t) => {
  const both = results(figure('tell.sluice.rate', 7e6), figure('tell.nact.rate', 1e6));
  const line = goalTable([goal], both).split('\n')[2];
  t.equal(line, '| tell: 6 M/s | 7.00 M messages/s | 7.00 x nact (asked 7 x) | yes | the turn |');
});

t.test('a figure that is reached with too small a lead is not enough', async (t) => {
  const both = results(figure('tell.sluice.rate', 7e6), figure('tell.nact.rate', 1.1e6));
  t.match(goalTable([goal], both), /6\.36 x nact \(asked 7 x\) \| not against every peer/);
});

t.test('a missed goal says by how much, whichever way is better', async (t) => {
  t.match(goalTable([goal], results(figure('tell.sluice.rate', 3e6))), /no, 2\.00 x is missing/);
  const slow: Goal = { ...goal, id: 'ask.sluice.p50', target: 5, better: 'lower', peers: [] };
  const seen = results(figure('ask.sluice.p50', 20, 'lower'));
  t.match(goalTable([slow], seen), /no, 4\.00 x is missing/);
});

t.test('a machine beside the first tells the commit of each figure', async (t) => {
  const seen = seenTable([goal], results(figure('tell.sluice.rate', 3e6))).split('\n');
  t.equal(seen[0], '| goal | seen | against peers | met | commit |');
  t.match(seen[2], /\| no, 2\.00 x is missing \| abc1234 \|$/);
  t.match(seenTable([goal], results()), /\| not measured \| {2}\| {2}\| {2}\|$/);
});

t.test('what was not measured is said, not passed', async (t) => {
  t.match(goalTable([goal], results()), /\| not measured \|/);
  const alone = goalTable([goal], results(figure('tell.sluice.rate', 7e6)));
  t.match(alone, /nact not measured \(asked 7 x\)/);
  t.match(alone, /\| no peer measured \|/);
});

t.test('every contender stands against the first of its subject and part', async (t) => {
  const table = figureTable(
    results(
      figure('ask.sluice.p50', 10, 'lower'),
      figure('ask.sluice.p99', 50, 'lower'),
      figure('ask.postMessage.p50', 40, 'lower'),
      figure('ask.postMessage.p99', 25, 'lower'),
    ),
  );
  const ours = table.split('\n').map((line) => line.split('|').at(-3)?.trim());
  t.same(ours.slice(2), ['', '', '4.00 x', '0.50 x']);
});

t.test('a figure says how much of the processor was stolen while it was taken', async (t) => {
  const robbed = { ...figure('tell.sluice.rate', 7e6), stolen: 12.4 };
  t.match(goalTable([goal], results(robbed)), /\| 7\.00 M messages\/s \(12 % stolen\) \|/);
  t.match(figureTable(results(robbed)), /\| 5, abc1234 \(12 % stolen\) \|/);
  t.match(figureTable(results({ ...robbed, stolen: 0.4 })), /\| 5, abc1234 \|/);
});

t.test('cases without figures are listed with their reason', async (t) => {
  const table = figureTable({
    ...results(),
    notes: { 'tell.erlang': 'unavailable: no escript\n  at x' },
  });
  t.match(table, /- `tell\.erlang`: unavailable: no escript$/);
});

t.test('better is higher or lower', async (t) => {
  t.equal(timesAsGood(6, 2, 'higher'), 3);
  t.equal(timesAsGood(6, 2, 'lower'), 1 / 3);
  t.ok(isMet(5, 5, 'higher') && isMet(5, 5, 'lower') && !isMet(4, 5, 'higher'));
});

t.test('numbers have three digits', async (t) => {
  const given = [0, 0.00123, 0.5, 5.678, 56.78, 567.8, 9_994, 9_995, 123_456, 999_499, 999_500];
  t.same(given.map(short), [
    '0',
    '0.0012',
    '0.50',
    '5.68',
    '56.8',
    '568',
    '9994',
    '10.0 k',
    '123 k',
    '999 k',
    '1.00 M',
  ]);
  t.equal(short(Number.NaN), '-');
});

t.test('every goal is about a figure that a benchmark gives', async (t) => {
  const ids = new Set(
    CASES.flatMap(({ name, figures }) => figures.map((one) => `${name}.${one.name}`)),
  );
  for (const { id, peers } of GOALS) {
    t.ok(ids.has(id), id);
    for (const peer of peers ?? []) t.ok(ids.has(peer.id), peer.id);
  }
  t.equal(new Set(CASES.map(({ name }) => name)).size, CASES.length, 'names are unique');
});
