// What an actor comes back from while its shard runs: nothing that it was told is missing.

import t from 'tap';
import type { Address, Snapshot } from '../../engine/index.js';
import { Checkpoints } from './checkpoints.js';

const HEARERS: Address[] = ['portfolio/a', 'portfolio/b'];
const FUNNEL: Address = 'funnel/main';

function snapshot(sequence: number): Snapshot {
  return { state: sequence, version: 1, sequence };
}

t.test('one that was away when all were kept still has everything it was told', async (t) => {
  const checkpoints = new Checkpoints(HEARERS, FUNNEL);
  checkpoints.told(1, { kind: 'marked' });
  checkpoints.keep(new Map([[HEARERS[0]!, snapshot(3)]]), 1);
  checkpoints.told(2, { kind: 'marked' });
  const events = [{ sequence: 1, step: 1, event: { kind: 'traded' } }];
  const away = checkpoints.recovered(HEARERS[1]!, events);
  t.equal(away.snapshot, undefined);
  t.same(
    away.messages?.map(({ after }) => after),
    [0, 1],
  );
  const kept = checkpoints.recovered(HEARERS[0]!, []);
  t.match(kept, { snapshot: { sequence: 3 }, messages: [{ after: 0 }] });
  t.equal(kept.messages?.length, 1);
});

t.test('the funnel hears what it alone was told since its checkpoint', async (t) => {
  const checkpoints = new Checkpoints(HEARERS, FUNNEL);
  checkpoints.toldOther(1, { kind: 'point_summarised' });
  checkpoints.keep(new Map([[FUNNEL, snapshot(0)]]), 2);
  checkpoints.told(3, { kind: 'marked' });
  checkpoints.toldOther(3, { kind: 'point_summarised' });
  t.same(
    checkpoints.recovered(FUNNEL, []).messages?.map(({ message }) => message.kind),
    ['point_summarised'],
  );
  t.same(
    checkpoints.recovered(HEARERS[0]!, []).messages?.map(({ message }) => message.kind),
    ['marked'],
  );
});

t.test('new checkpoints are due once some sessions were told', async (t) => {
  const checkpoints = new Checkpoints(HEARERS, FUNNEL);
  const keepAll = (step: number): void =>
    checkpoints.keep(new Map(HEARERS.map((address) => [address, snapshot(step)])), step);
  keepAll(0);
  for (let step = 1; step <= 199; step++) checkpoints.told(step, { kind: 'marked' });
  t.equal(checkpoints.isDue, false);
  checkpoints.told(200, { kind: 'marked' });
  t.equal(checkpoints.isDue, true);
  keepAll(200);
  t.equal(checkpoints.isDue, false);
});

t.test('what is forfeited is counted, and told no more', async (t) => {
  const checkpoints = new Checkpoints(HEARERS, FUNNEL);
  checkpoints.keep(new Map(HEARERS.map((address) => [address, snapshot(1)])), 0);
  for (let step = 1; step <= 301; step++) checkpoints.told(step, { kind: 'marked' });
  checkpoints.keep(new Map([[HEARERS[0]!, snapshot(2)]]), 301);
  t.equal(checkpoints.isLong, true, 'the other one has missed too much');
  t.equal(checkpoints.forfeit(HEARERS[1]!, 301), 301);
  t.equal(checkpoints.isLong, false);
  t.same(checkpoints.recovered(HEARERS[1]!, []).messages, []);
});
