// Known ids on both sides of their bound.

import t from 'tap';
import { KnownIds } from './known-ids.js';

t.test('beyond the bound the oldest is forgotten, and counted', async (t) => {
  const known = new KnownIds(2);
  t.same(
    ['a', 'b', 'a'].map((id) => known.add(id)),
    [true, true, false],
  );
  t.equal(known.forgotten, 0);
  known.add('c');
  t.same(
    ['a', 'b', 'c'].map((id) => known.has(id)),
    [false, true, true],
  );
  t.equal(known.forgotten, 1);
  known.delete('b');
  t.ok(known.add('b'));
  t.equal(known.forgotten, 1, 'what was taken back has left room');
});
