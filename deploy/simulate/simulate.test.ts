// The simulator: the same seed does the same, each planted bug is found, the clean build survives.

import t from 'tap';
import { FAULT_KINDS, faultAt } from '../../engine/index.js';
import { PLANT_NAMES, PLANTS } from './planted.js';
import { SHARDS } from './setting.js';
import { describePlan, rangesOf, readRanges, repeatCommand, shrinkRun } from './shrunk.js';
import { simulate } from './simulate.js';

/** Seeds of these tests, and steps of each: every planted bug shows within them. */
const FIRST_SEED = 1;
const SEEDS = 60;
/** Seeds that the clean build is run with here; the check of each change runs fresh ones. */
const CLEAN_SEEDS = 24;
const STEPS = 2_000;

t.test('the same seed has the same hash, another seed another', async (t) => {
  const one = await simulate({ seed: 11, steps: STEPS });
  t.equal(one.failure, undefined);
  t.match(one.hash, /^[0-9a-f]{64}$/);
  t.same(await simulate({ seed: 11, steps: STEPS }), one);
  t.not((await simulate({ seed: 12, steps: STEPS })).hash, one.hash);
});

t.test('no judge objects to the clean build, whose world goes wrong in every way', async (t) => {
  const kinds = new Set<string>();
  let torn = 0;
  const names = ['acknowledged', 'moved', 'asked', 'lost', 'alerts', 'decisions'];
  const sums = new Map(names.map((name) => [name, 0]));
  for (let seed = FIRST_SEED; seed < FIRST_SEED + CLEAN_SEEDS; seed++) {
    const { failure, faults, counts } = await simulate({ seed, steps: STEPS });
    t.equal(failure, undefined, `seed ${seed}`);
    for (const index of faults) kinds.add(faultAt(seed, index, SHARDS).kind);
    torn += counts['tornCommits'] ?? 0;
    for (const [name, sum] of sums) sums.set(name, sum + (counts[name] ?? 0));
  }
  t.same([...kinds].sort(), [...FAULT_KINDS].sort());
  t.ok(torn > 0, 'some commits were torn');
  t.ok((sums.get('acknowledged') ?? 0) > CLEAN_SEEDS * 50, 'clients were answered');
  for (const [name, sum] of sums) t.ok(sum > 0, `${sum} ${name}`);
});

t.test('who comes back far behind, with few in memory, comes to where it was', async (t) => {
  // Its market waited for ever for one who was away and lacked what was still to come.
  const options = { faults: new Set([5, 10]), operations: new Set([134]) };
  t.equal((await simulate({ seed: 15, steps: 4_000, ...options })).failure, undefined);
});

t.test('who is held and was not opened has its past, though the thread is lost', async (t) => {
  // It began with its opening and its events, without what all had been told before.
  const options = { faults: new Set([0, 1, 12, 14]), operations: new Set([37]) };
  t.equal((await simulate({ seed: 285_111_628, steps: 4_000, ...options })).failure, undefined);
});

t.ok(PLANT_NAMES.length >= 8, 'there are enough planted bugs');
for (const name of PLANT_NAMES) {
  const plant = PLANTS[name]!;
  t.test(`it is found that ${plant.what}`, async (t) => {
    const last = FIRST_SEED + SEEDS;
    let seed = FIRST_SEED;
    const isFound = async (): Promise<boolean> =>
      (await simulate({ seed, steps: STEPS, plant })).failure !== undefined;
    while (seed < last && !(await isFound())) seed++;
    t.ok(seed < last, `found by seed ${seed}`);
  });
}

t.test('a failing plan shrinks, and its command names what is left', async (t) => {
  const plant = PLANTS['unit-off'];
  const options = { seed: 3, steps: STEPS, plant };
  const result = await simulate(options);
  const shrunk = await shrinkRun(options, result);
  t.equal(shrunk.result.failure?.judge, result.failure?.judge);
  t.equal(shrunk.options.faults?.size, 0, 'no fault is needed');
  t.equal(shrunk.options.operations?.size, 1, 'one sale is enough');
  t.match(describePlan(shrunk), [/"side":"sell"/]);
  const command = repeatCommand(shrunk, 'unit-off');
  const found = /--seed 3 --steps (\d+) --plant unit-off --faults none --operations (\d+)$/.exec(
    command,
  );
  t.ok(found, command);
  const again = await simulate({
    ...options,
    steps: Number(found?.[1]),
    faults: new Set(),
    operations: new Set([Number(found?.[2])]),
  });
  t.same(again.failure, shrunk.result.failure);
});

t.test('a plan whose failure needs a move shrinks to it', async (t) => {
  const seed = 53;
  const options = { seed, steps: STEPS, plant: PLANTS['moved-stays'] };
  const { faults } = (await shrinkRun(options, await simulate(options))).options;
  const kinds = Array.from(faults ?? [], (index) => faultAt(seed, index, SHARDS).kind);
  t.ok(kinds.includes('move_actor') && kinds.length <= 2, kinds.join(', '));
});

t.test('numbers of a plan are written and read as ranges', async (t) => {
  t.equal(rangesOf([]), 'none');
  t.equal(rangesOf([1, 4, 5, 6, 9]), '1,4-6,9');
  t.same([...(readRanges('1,4-6,9') ?? [])], [1, 4, 5, 6, 9]);
  t.same([...(readRanges('none') ?? ['bad'])], []);
  for (const bad of ['', '1,', 'x', '6-4', '1-999999999']) t.equal(readRanges(bad), undefined, bad);
});
