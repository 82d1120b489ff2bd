// Those who are away are brought forward: what fails once is tried again, then it is given up.

import t from 'tap';
import type { Address, Snapshot } from '../../engine/index.js';
import { Absent } from './absent.js';
import { Checkpoints } from './checkpoints.js';

const HELD: Address = 'portfolio/held';

/** Somebody who is held and was told two things; to fold them fails so many times. */
function away(failures: number) {
  const checkpoints = new Checkpoints([HELD], 'funnel/main');
  checkpoints.keep([[HELD, { state: 'old', version: 1, sequence: 0 }]], 0);
  for (const step of [1, 2]) checkpoints.told(step, { kind: 'told' });
  const seen = { folds: 0, brought: 0, missed: 0 };
  const foldAside = (): Snapshot => {
    if (++seen.folds <= failures) throw new Error('as told');
    return { state: 'new', version: 1, sequence: 0 };
  };
  const absent = new Absent({
    system: () => ({ isRunning: () => false, states: { foldAside } }),
    checkpoints,
    hearers: [HELD],
    isWhole: () => true,
    isAsked: () => false,
    askEvents: (_address, done) => done([]),
    brought: () => {
      seen.brought++;
    },
    missed: (count) => {
      seen.missed += count;
    },
  });
  return { absent, checkpoints, seen };
}

t.test('what fails once is tried again, and nothing is missed', async (t) => {
  const { absent, checkpoints, seen } = away(2);
  let looks = 0;
  while (!absent.isForward(2)) looks++;
  t.equal(looks, 2, 'the third look brings it');
  t.same(checkpoints.get(HELD)?.state, 'new');
  t.same(seen, { folds: 3, brought: 1, missed: 0 });
});

t.test('what always fails is given up after three tries, and counted', async (t) => {
  const { absent, checkpoints, seen } = away(Number.POSITIVE_INFINITY);
  while (!absent.isForward(2));
  t.same(checkpoints.get(HELD)?.state, 'old');
  t.same(seen, { folds: 3, brought: 0, missed: 2 });
});
