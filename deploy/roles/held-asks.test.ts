// Questions that a shard holds back: their wait counts, and who has given up is not served.

import t from 'tap';
import { type Ask, HeldAsks } from './held-asks.js';

function ask(id: number, deadlineUs: number): Ask {
  return { kind: 'ask', id, to: 'portfolio/a', message: { kind: 'book_trade' }, deadlineUs };
}

t.test('a question is released with what is left of its deadline', (t) => {
  const held = new HeldAsks();
  held.hold(ask(1, 5_000), 100);
  held.hold(ask(2, 9_000), 200);
  t.same(
    held.release(1_100).map(({ id, deadlineUs }) => [id, deadlineUs]),
    [
      [1, 4_000],
      [2, 8_100],
    ],
  );
  t.ok(held.isEmpty);
  t.same(held.release(1_100), []);
  t.end();
});

t.test('one that waited too long is given back to be refused, and never released', (t) => {
  const held = new HeldAsks();
  t.equal(held.dueUs(0), Number.POSITIVE_INFINITY);
  held.hold(ask(1, 9_000), 0);
  held.hold(ask(2, 5_000), 0);
  t.equal(held.dueUs(1_000), 4_000, 'the next one that is due, not the first');
  t.same(held.expire(4_999), []);
  t.same(
    held.expire(5_000).map(({ id }) => id),
    [2],
  );
  t.same(
    held.release(6_000).map(({ id }) => id),
    [1],
  );
  t.end();
});
