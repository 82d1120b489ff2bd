// Journaled events are put back where they were decided: in order, once, and no sooner.

import t from 'tap';
import type { Address, Message } from '../../engine/index.js';
import { type PlacedEvent, Recall } from './recall.js';

const A: Address = 'counter/a';
const B: Address = 'counter/b';
const C: Address = 'counter/c';

/** An event of that sequence, decided after a step. */
function placed(sequence: number, step: number): PlacedEvent {
  return { sequence, step, event: { kind: `event-${sequence}` } };
}

/** What has been folded, in order. */
class Folded {
  readonly folded: string[] = [];

  recall(address: Address, { kind }: Message): boolean {
    this.folded.push(`${address} ${kind}`);
    return true;
  }

  take(): string[] {
    return this.folded.splice(0);
  }
}

t.test('events come with their step, those of one actor in order', async (t) => {
  const events = new Map([
    [A, [placed(1, 0), placed(2, 3), placed(3, 3), placed(4, 7)]],
    [B, [placed(1, 2), placed(2, 7)]],
  ]);
  const recall = new Recall(events, () => 0);
  const system = new Folded();
  recall.foldUpTo(0, system);
  t.same(system.take(), [`${A} event-1`]);
  recall.foldUpTo(1, system);
  t.same(system.take(), []);
  t.notOk(recall.hasReached(B, 1));
  recall.foldUpTo(3, system);
  t.same(system.take(), [`${A} event-2`, `${A} event-3`, `${B} event-1`]);
  t.ok(recall.hasReached(A, 3));
  t.notOk(recall.hasReached(A, 4));
  t.notOk(recall.isDone);
  recall.foldUpTo(100, system);
  t.same(system.take(), [`${A} event-4`, `${B} event-2`]);
  t.ok(recall.isDone);
  t.ok(recall.hasReached(A, 5), 'of those after the start all have been');
});

t.test('what a state holds is left out, and known all the same', async (t) => {
  const events = new Map([
    [A, [placed(3, 0), placed(4, 5)]],
    [B, [placed(1, 0)]],
    [C, []],
  ]);
  const recall = new Recall(events, (address) => (address === A ? 3 : 1));
  const system = new Folded();
  t.same([recall.lastOf(A), recall.lastOf(B), recall.lastOf(C)], [4, 1, 0]);
  recall.foldUpTo(0, system);
  t.same(system.take(), []);
  recall.foldUpTo(5, system);
  t.same(system.take(), [`${A} event-4`]);
  t.ok(recall.isDone);
});

t.test('without events everything has been reached', async (t) => {
  const recall = new Recall(new Map(), () => 0);
  t.ok(recall.isDone);
  t.ok(recall.hasReached(A, 1));
});
