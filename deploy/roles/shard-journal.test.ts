// What a shard knows of its actors' events while it goes through their past again.

import t from 'tap';
import type { Address } from '../../engine/index.js';
import { Checkpoints } from './checkpoints.js';
import { Recall } from './recall.js';
import { ShardJournal } from './shard-journal.js';
import type { FromShard } from './shard-messages.js';

const ACTOR: Address = 'portfolio/a';

const placed = (sequence: number, step: number) => ({
  sequence,
  step,
  event: { kind: 'noted' },
});

t.test('who is away lacks nothing before the market has come to it', (t) => {
  // As in a process that goes on: one event before the first step, another far ahead.
  const events = [placed(1, 0), placed(2, 90)];
  const checkpoints = new Checkpoints([ACTOR], 'funnel/main');
  const told: FromShard[] = [];
  const journal = new ShardJournal(checkpoints, (message) => told.push(message));
  const recall = new Recall(new Map([[ACTOR, events]]), () => 0);
  const foldUpTo = (step: number): void => recall.foldUpTo(step, { recall: () => true });
  const bring = (step: number): number[] => {
    const brought: number[] = [];
    journal.askEvents(ACTOR, recall, (found) => {
      brought.push(...found.map(({ sequence }) => sequence));
      const sequence = checkpoints.sequenceOf(ACTOR) + found.length;
      checkpoints.put(ACTOR, { version: 1, state: {}, sequence }, step);
    });
    journal.recovered({ kind: 'recovered', address: ACTOR, events });
    return brought;
  };
  foldUpTo(1);
  t.notOk(journal.isWhole(ACTOR, recall));
  t.same(bring(1), [1]);
  t.ok(journal.isWhole(ACTOR, recall), 'or the market would wait for it for ever');

  foldUpTo(90);
  t.notOk(journal.isWhole(ACTOR, recall));
  t.same(bring(90), [2]);
  t.ok(journal.isWhole(ACTOR, recall));
  t.same(told.length, 2);
  t.end();
});
