// Stolen processor time: read from the line of all cores, told as a share of what was wanted.

import t from 'tap';
import { processorTimeIn, stolenPercent, watchStolen } from './stolen.js';

t.test('the first line says what was used and what was stolen', async (t) => {
  const stat = 'cpu  100 20 30 4000 50 6 7 80 0 0\ncpu0 1 1 1 1 1 1 1 1 0 0\n';
  t.same(processorTimeIn(stat), { used: 163, stolen: 80 });
});

t.test('a system that does not say has no such time', async (t) => {
  t.equal(processorTimeIn('cpu  100 20 30 4000 50 6 7\n'), undefined);
  t.equal(processorTimeIn('intr 5\n'), undefined);
  t.equal(processorTimeIn(''), undefined);
});

t.test('the share is of what was wanted, not of what has passed', async (t) => {
  t.equal(stolenPercent({ used: 100, stolen: 10 }, { used: 160, stolen: 30 }), 25);
  t.equal(stolenPercent({ used: 100, stolen: 10 }, { used: 100, stolen: 10 }), 0);
});

t.test('what is watched here is a share, or not known', async (t) => {
  const percent = watchStolen()();
  t.ok(Number.isNaN(percent) || (percent >= 0 && percent <= 100));
});
