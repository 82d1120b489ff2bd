// Timers and watches at their bounds: a turn that wants more fails, and the thread goes on.

import t from 'tap';
import type { Address, Message } from '../core/address.js';
import type { Behaviour } from '../core/behaviour.js';
import { LIMITS } from '../core/limits.js';
import { World } from '../testkit/world.js';
import { Watches } from './watches.js';

interface Told extends Message {
  readonly kind: 'set' | 'rung' | 'note';
  readonly first?: number;
  readonly count?: number;
}

const lane = { lane: 'command', overflow: 'reject' } as const;

/** Sets so many timers under numbered keys, then tells what it did. */
const setting: Behaviour<{ rung: number }, Told, { readonly kind: 'noted' }> = {
  kind: 'setting',
  version: 1,
  lanes: { set: lane, rung: { lane: 'data', overflow: 'conflate' }, note: lane },
  initial: () => ({ rung: 0 }),
  receive(state, { kind, first = 0, count = 0 }, turn) {
    if (kind === 'rung') state.rung++;
    if (kind === 'note') turn.persist({ kind: 'noted' });
    for (let n = first; n < first + count; n++) {
      turn.schedule(`${n}`, 1_000, { kind: 'rung' });
    }
    if (kind !== 'rung') turn.publish('did', { kind });
  },
  evolve() {},
  encode: (state) => ({ ...state }),
  decode: (encoded) => ({ ...(encoded as { rung: number }) }),
};

const set = (first: number, count: number, kind: Told['kind'] = 'set'): Told =>
  ({ kind, first, count }) as Told;

t.test(
  'an actor with too many timers fails in its turn, one that replaces them does not',
  async (t) => {
    const world = new World([setting]);
    const half = LIMITS.timersOfOne / 2;
    world.tell('setting/a', set(0, half));
    world.tell('setting/a', set(half, half));
    world.tell('setting/a', set(half, half));
    world.run();
    t.equal(world.published.length, 3);
    t.equal(world.system.counters.failures, 0);
    world.tell('setting/a', set(LIMITS.timersOfOne, 1));
    world.tell('setting/b', set(0, 1));
    world.run();
    t.match(world.system.tree()[0], { lastFailure: /turn.timers_within_bound/ });
    t.equal(world.published.length, 4, 'others go on');
  },
);

t.test('timers of turns that waited for commits are counted when they find no room', async (t) => {
  const world = new World([setting]);
  world.holdsCommits = true;
  world.tell('setting/a', set(0, LIMITS.timersOfOne - 1, 'note'));
  world.tell('setting/a', set(LIMITS.timersOfOne, 3));
  world.run();
  for (const commit of world.commits.splice(0)) commit();
  world.run();
  t.same(world.published, ['did note', 'did set'], 'the other effects left');
  t.same([...world.system.deadLetterCounts()], [['timers.too_many rung', 2]]);
});

t.test('timers of all actors have a bound, and asks and restarts have theirs', async (t) => {
  const world = new World([setting]);
  const actors = LIMITS.timersPending / LIMITS.timersOfOne;
  for (let n = 0; n <= actors; n++) world.tell(`setting/${n}`, set(0, 9_999));
  for (let n = 0; n <= actors; n++) world.tell(`setting/${n}`, set(9_999, 1));
  world.run();
  const lost = world.system.deadLetterCounts().get('timers.too_many rung');
  t.equal(lost, LIMITS.timersOfOne);
  t.equal(world.published.length, 2 * (actors + 1));
  const replies = world.ask('setting/0', { kind: 'set' }, { deadlineUs: 10 });
  world.pass(10);
  t.match(replies, [{ kind: 'timed_out' }]);
});

t.test('one more watcher than may be is told so', async (t) => {
  const watches = new Watches();
  const watcher = (n: number): Address => `setting/${n}`;
  for (let n = 0; n < LIMITS.watchersOfOne; n++) watches.add('setting/x', watcher(n));
  t.equal(watches.add('setting/x', watcher(LIMITS.watchersOfOne)), false);
  t.equal(watches.add('setting/x', watcher(0)), true, 'one that watches already does');
  t.equal(watches.end('setting/x').length, LIMITS.watchersOfOne);
});
