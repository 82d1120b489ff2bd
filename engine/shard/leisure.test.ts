// Leisure: a step at a time while there is a core, and none once the thread is needed.

import { availableParallelism } from 'node:os';
import t from 'tap';
import { createHurry, hurry, isAtLeisure } from './leisure.js';

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
