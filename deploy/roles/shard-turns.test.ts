// The turns of a shard: all of them before a step of the market, none while it waits for the disk.

import t from 'tap';
import { ShardTurns } from './shard-turns.js';

/** A system with so many turns to run, each of which opens commits. */
function world(work: number, commitsATurn: number) {
  const seen = { work, commits: 0, steps: 0, untimed: 0 };
  const run = (budget: number): number => {
    const done = Math.min(seen.work, budget);
    seen.work -= done;
    seen.commits += done * commitsATurn;
    return done;
  };
  const turns = new ShardTurns(
    {
      get hasWork() {
        return seen.work > 0;
      },
      step: (budget) => {
        seen.steps++;
        return run(budget);
      },
      stepUntimed: (budget) => {
        seen.untimed++;
        return run(budget);
      },
    },
    () => seen.commits,
  );
  return { turns, seen };
}

t.test('all turns are run before the market takes a step', async (t) => {
  const { turns, seen } = world(1_000, 0);
  t.ok(turns.isSettled());
  t.equal(seen.work, 0);
  t.notOk(turns.isWaiting);
});

t.test('while commits are under way no turn begins, and the market waits', async (t) => {
  const { turns, seen } = world(1, 1);
  t.notOk(turns.isSettled());
  t.ok(turns.isWaiting);
  seen.work = 3;
  const { steps } = seen;
  t.equal(turns.pass(), 0);
  t.notOk(turns.isSettled(), 'nor does asking again run any');
  t.equal(seen.steps, steps);
});

t.test('once all is on disk what had come meanwhile is run too', async (t) => {
  const { turns, seen } = world(1, 1);
  turns.isSettled();
  seen.commits = 0;
  t.ok(turns.isSettled());
  seen.work = 2;
  t.equal(turns.pass(), 2);
});

t.test('those who were told something hear it without a timer', async (t) => {
  const { turns, seen } = world(600, 0);
  turns.runTold();
  t.equal(seen.work, 0);
  t.equal(seen.steps, 0);
  t.ok(seen.untimed > 1, 'in passes that are bounded');
});

t.test('a rest that waits for the disk ends the run, not the shard', async (t) => {
  const turns = new ShardTurns({ hasWork: true, step: () => 0, stepUntimed: () => 0 }, () => 1);
  t.notOk(turns.isSettled());
  turns.runTold();
});
