// Leisure: a step at a time while there is a core, and none once the thread is needed.

import { availableParallelism } from 'node:os';
import process from 'node:process';
import t, { type Test } from 'tap';
import { createHurry, hurry, isAtLeisure } from './leisure.js';

/** Cores that the process is seen to use at each look in turn, the last from then on. */
function watched(t: Test, cores: readonly number[], onLook: (look: number) => void = () => {}) {
  const seen = { looks: 0 };
  let startedMs = 0;
  const usage = (before?: NodeJS.CpuUsage): NodeJS.CpuUsage => {
    if (before === undefined) {
      startedMs = performance.now();
      onLook(seen.looks + 1);
      return { user: 0, system: 0 };
    }
    const used = cores[Math.min(seen.looks++, cores.length - 1)]!;
    return { user: used * (performance.now() - startedMs) * 1_000, system: 0 };
  };
  t.capture(process, 'cpuUsage', usage);
  return seen;
}

t.test('a thread that is needed goes on with nothing more', async (t) => {
  const memory = createHurry();
  hurry(memory);
  t.equal(isAtLeisure(memory), false);
  t.equal(isAtLeisure(memory), false, 'nor later');
});

t.test('while the process rests there is a core for a step', async (t) => {
  if (availableParallelism() === 1) {
    t.pass('never with one core');
    return;
  }
  t.equal(isAtLeisure(createHurry()), true, 'this thread, which waits for the answer, rests');
});

t.test('a process that uses all cores is looked at until it leaves one', async (t) => {
  if (availableParallelism() === 1) {
    t.pass('never with one core');
    return;
  }
  const all = availableParallelism();
  const seen = watched(t, [all, all, 0]);
  t.equal(isAtLeisure(createHurry()), true);
  t.equal(seen.looks, 3);
});

t.test('whoever is needed while there is no core stops looking', async (t) => {
  const memory = createHurry();
  const seen = watched(t, [availableParallelism()], (look) => {
    if (look === 3) hurry(memory);
  });
  t.equal(isAtLeisure(memory), false);
  t.equal(seen.looks, 2);
});
