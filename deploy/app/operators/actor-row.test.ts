// What two looks at an actor's counter come to, also when its thread begins to count anew.

import t from 'tap';
import { type ActorRow, newRow, note } from './actor-row.js';

function looks(row: ActorRow, counts: readonly number[], mailbox = 0): number[] {
  return counts.map((counted, index) => {
    note(row, { mailbox, counted }, { nowMs: 500 * (index + 1), sinceMs: 500 });
    return row.turns;
  });
}

t.test('turns never fall when a thread is replaced or an actor returns to memory', async (t) => {
  const row = newRow('portfolio/p', 0);
  t.same(looks(row, [10, 25, 25, 0, 0, 4]), [10, 25, 25, 25, 25, 29]);
  t.equal(row.turnsPerSecond, 8);
});

t.test('an actor that waits is as old as its last turn', async (t) => {
  const row = newRow('portfolio/p', 0);
  looks(row, [7, 7, 7], 3);
  t.equal(row.mailboxAgeMs, 1_000);
  note(row, { mailbox: 3, counted: 1 }, { nowMs: 2_000, sinceMs: 500 });
  t.equal(row.mailboxAgeMs, 0, 'a count from 0 is a turn too');
  note(row, { mailbox: 0, counted: 1 }, { nowMs: 2_500, sinceMs: 500 });
  t.equal(row.mailboxAgeMs, 0);
});
