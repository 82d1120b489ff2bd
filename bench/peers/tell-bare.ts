// The limit of the tell workload: array mailboxes and a loop, without anything an actor is for.

import type { Sample } from '../lib/case.js';
import { ratePerSecond } from '../lib/clock.js';
import { ACTORS, type Add } from '../lib/counting-system.js';

interface Bare {
  sum: number;
  readonly mailbox: Add[];
}

/** Pushes bursts into mailboxes found by address and empties them in turn. */
export async function tell(burst: number): Promise<Sample> {
  const messages = ACTORS * burst;
  const names = Array.from({ length: ACTORS }, (_, index) => `count/${index}`);
  const actors = new Map<string, Bare>(names.map((name) => [name, { sum: 0, mailbox: [] }]));
  const rate = await ratePerSecond(() => {
    for (let message = 0; message < burst; message++) {
      for (const name of names) actors.get(name)!.mailbox.push({ kind: 'add', amount: message });
    }
    for (const actor of actors.values()) {
      for (const { amount } of actor.mailbox) actor.sum += amount;
      actor.mailbox.length = 0;
    }
    return messages;
  });
  return { rate };
}
