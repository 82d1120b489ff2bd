// Waits look when they are woken, and never on their own.

import t from 'tap';
import { nextTurn } from './next-turn.js';
import { Waits } from './waits.js';

t.test('a wait looks once, and then each time it is woken', async (t) => {
  const waits = new Waits();
  let looks = 0;
  let isSo = false;
  const over = waits.until(() => {
    looks++;
    return isSo;
  });
  for (let turn = 0; turn < 10; turn++) await nextTurn();
  t.equal(looks, 1);
  waits.wake();
  await nextTurn();
  t.equal(looks, 2, 'it was not so yet');
  isSo = true;
  waits.wake();
  await over;
  t.equal(looks, 3);
});

t.test('what is so already is not waited for', async (t) => {
  let looks = 0;
  await new Waits().until(() => ++looks > 0);
  t.equal(looks, 1);
});

t.test('all that wait are woken, and one that is so does not keep the others', async (t) => {
  const waits = new Waits();
  const seen: string[] = [];
  let step = 0;
  const first = waits.until(() => step >= 1).then(() => seen.push('first'));
  const second = waits.until(() => step >= 2).then(() => seen.push('second'));
  step = 1;
  waits.wake();
  await first;
  t.same(seen, ['first']);
  step = 2;
  waits.wake();
  await second;
  t.same(seen, ['first', 'second']);
});

t.test('a wait ends with its time, and says whether it is so', async (t) => {
  const waits = new Waits();
  t.equal(await waits.within(1, () => false), false);
  let isSo = false;
  const within = waits.within(60_000, () => isSo);
  isSo = true;
  waits.wake();
  t.equal(await within, true);
});

t.test('what looking throws ends the wait', async (t) => {
  const waits = new Waits();
  let isBroken = false;
  const over = waits.within(60_000, () => {
    if (isBroken) throw new Error('broken');
    return false;
  });
  isBroken = true;
  waits.wake();
  await t.rejects(over, /broken/);
});
