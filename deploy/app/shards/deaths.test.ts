// Deaths within a period are counted, those of long ago are not.

import t from 'tap';
import { Deaths } from './deaths.js';

t.test('what dies now and then goes on, what dies again and again is given up', async (t) => {
  const rare = new Deaths(5, 300_000);
  for (let death = 0; death < 50; death++) t.notOk(rare.isTooMany(death * 61_000));
  const often = new Deaths(5, 300_000);
  const found = [0, 1, 2, 3, 4, 5].map((death) => often.isTooMany(death * 59_000));
  t.same(found, [false, false, false, false, false, true]);
  t.notOk(often.isTooMany(10_000_000));
});
