// Portfolios that are not opened: what they would have been told is kept, bounded, for all of them.

import t from 'tap';
import type { Address, Message } from '../../engine/index.js';
import { Unopened } from './unopened.js';

const NAMES: readonly Address[] = ['portfolio/a', 'portfolio/b'];

const mark = (prices: Float64Array): Message => ({ kind: 'marked', prices }) as Message;

t.test('prices of a point are kept as they were', async (t) => {
  const unopened = new Unopened(NAMES, [], true);
  const prices = Float64Array.of(1, 2);
  unopened.note(1, mark(prices));
  prices.fill(9);
  t.match(unopened.past, [{ step: 1, message: { prices: Float64Array.of(1, 2) } }]);
});

t.test('of marks the oldest make room, of actions none', async (t) => {
  const unopened = new Unopened(NAMES, [], true);
  unopened.note(1, { kind: 'corporate_action' });
  let missed = 0;
  for (let step = 2; step < 3_004; step++) missed += unopened.note(step, mark(Float64Array.of(1)));
  t.equal(missed, 2 * NAMES.length, 'each of two would have heard two more');
  t.same(
    [unopened.past.length, unopened.past[0]?.message.kind, unopened.past[1]?.step],
    [3_001, 'corporate_action', 4],
  );
  const successor = new Unopened([], unopened.past, true);
  t.equal(successor.note(3_004, mark(Float64Array.of(1))), 0);
  t.equal(successor.past.length, 3_001, 'a thread that goes on counts those of its snapshot');
});

t.test('nothing is kept where all are opened', async (t) => {
  const unopened = new Unopened([], [], false);
  unopened.note(1, mark(Float64Array.of(1)));
  t.same(unopened.past, []);
});
