// Rounds: interleaved, there and back, within a budget, one that fails not run again.

import t from 'tap';
import type { Case, Outcome } from './case.js';
import { brokenOf, changesOf, changeTable, regressions } from './changes.js';
import { resultsOf } from './results.js';
import { type Measured, runRounds } from './rounds.js';

const one = (name: string, more: Partial<Case> = {}): Case => ({
  name,
  suite: 'micro',
  title: name,
  figures: [{ name: 'rate', unit: 'x/s', better: 'higher' }],
  isShort: true,
  load: async () => ({ run: () => ({}) }),
  ...more,
});

/** Runs rounds on a clock that moves by a second a run. */
async function rounds(
  cases: readonly Case[],
  count: number,
  outcome: (name: string, run: number) => Outcome,
  budgetMs = Number.POSITIVE_INFINITY,
  stolen: (run: number) => number = () => 0,
) {
  const order: string[] = [];
  const measured = await runRounds(cases, {
    rounds: count,
    budgetMs,
    run: async ({ name }) => outcome(name, order.length),
    onRun: ({ name }) => order.push(name),
    watchStolen: () => () => stolen(order.length - 1),
    attempts: 3,
    elapsedMs: () => order.length * 1_000,
  });
  return { order, measured };
}

const sample = (rate: number): Outcome => ({ kind: 'sample', sample: { rate } });

t.test('each goes once before any goes again, there and back', async (t) => {
  const { order, measured } = await rounds([one('a.x'), one('b.x'), one('c.x')], 3, (_, run) =>
    sample(run),
  );
  t.equal(order.map((name) => name[0]).join(''), 'abccbaabc');
  t.same(measured[0]!.values['rate'], [1, 6, 7]);
});

t.test('long cases have fewer rounds', async (t) => {
  const { order } = await rounds([one('a.x'), one('b.x', { roundsMax: 1 })], 3, () => sample(1));
  t.equal(order.filter((name) => name === 'b.x').length, 1);
});

t.test('one that fails or is not available is not run again, and says why', async (t) => {
  const { order, measured } = await rounds([one('a.x'), one('b.x')], 3, (name) =>
    name === 'a.x' ? { kind: 'failed', reason: 'broken' } : sample(1),
  );
  t.equal(order.filter((name) => name === 'a.x').length, 1);
  t.equal(measured[0]!.note, 'failed: broken');
  t.same(measured[0]!.values['rate'], []);
});

t.test('no round begins that would end beyond the budget', async (t) => {
  const { order, measured } = await rounds([one('a.x'), one('b.x')], 9, () => sample(1), 5_000);
  t.equal(order.length, 5);
  t.match(measured[0]!.note, /out of time after \d of 9 rounds/);
});

t.test('a round of which much was stolen is run again, and the best of three stays', async (t) => {
  const stolen = [1, 20, 4, 30, 12, 15];
  const { order, measured } = await rounds(
    [one('a.x')],
    3,
    (_, run) => sample(run),
    Number.POSITIVE_INFINITY,
    (run) => stolen[run]!,
  );
  t.equal(order.length, 6, 'one run, two, and three at most');
  t.same(measured[0]!.values['rate'], [1, 3, 5]);
  t.same(measured[0]!.stolen, [1, 4, 12]);
  const at = { revision: 'one', takenAt: '2026-11-21T10:00:00.000Z' };
  const machine = { cpu: 'x', cores: 2, memoryGb: 4, node: 'v20', os: 'linux', loadBefore: 0 };
  t.equal(resultsOf(measured, machine, at).figures[0]?.stolen, 4);
});

t.test('where nobody says what was stolen, no round is run again', async (t) => {
  const unknown = (): number => Number.NaN;
  const { order } = await rounds([one('a.x')], 2, () => sample(1), 99_000, unknown);
  t.equal(order.length, 2);
});

const side = (name: string, rates: readonly number[]): Measured => ({
  one: one(name),
  values: { rate: rates },
  stolen: rates.map(() => Number.NaN),
  note: '',
});

t.test('a comparison tells real changes from noise and fails on large ones alone', async (t) => {
  const base = [side('a.x', [100, 101, 99, 100]), side('b.x', [100, 60, 140, 101])];
  const head = [side('a.x', [70, 71, 69, 70]), side('b.x', [90, 55, 130, 100])];
  const changes = changesOf(base, head);
  t.same(
    changes.map(({ verdict }) => verdict),
    ['worse', 'no difference shown'],
  );
  t.same(
    regressions(changes, 15).map(({ id }) => id),
    ['a.x.rate'],
  );
  t.same(regressions(changes, 40), []);
  t.match(changeTable(changes), /\| a\.x\.rate \| 100 \| 70\.0 \| x\/s \| 0\.700 \|/);
});

t.test('what one side lacks is left out, and two rounds prove nothing', async (t) => {
  const changes = changesOf([side('a.x', [100, 100])], [side('a.x', [10, 10]), side('n.x', [1])]);
  t.same(
    changes.map(({ id, verdict }) => [id, verdict]),
    [['a.x.rate', 'too few rounds']],
  );
  t.same(regressions(changes, 15), []);
});

t.test('a case that head can not run any more is told, as is a figure that it lacks', async (t) => {
  const base = [side('a.x', [100, 100, 100]), side('b.x', [1]), side('c.x', [1]), side('d.x', [1])];
  const head = [
    { ...side('a.x', []), note: 'failed: crashed' },
    side('b.x', []),
    { ...side('c.x', []), note: 'out of time after 0 of 4 rounds' },
    { ...side('d.x', [1]), note: 'failed: crashed in its second round' },
    side('n.x', [1]),
  ];
  t.same(regressions(changesOf(base, head), 15), [], 'no figure tells of it');
  t.same(
    brokenOf(base, head).map(({ name, note }) => [name, note.slice(0, 9)]),
    [
      ['a.x', 'failed: c'],
      ['b.x', 'no figure'],
      ['d.x', 'failed: c'],
    ],
  );
  t.same(brokenOf(head, head), [], 'what failed before is not broken by head');
});
