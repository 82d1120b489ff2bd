// Messages a second from outside to 500 actors of one thread: our runtime.

import type { Sample } from '../lib/case.js';
import { ratePerSecond } from '../lib/clock.js';
import { ACTORS, type Add, countingSystem } from '../lib/counting-system.js';

/** Tells bursts and runs the turns until none is left. */
export async function tell(burst: number): Promise<Sample> {
  const messages = ACTORS * burst;
  const { system, refs } = countingSystem();
  const rate = await ratePerSecond(() => {
    for (let message = 0; message < burst; message++) {
      for (const to of refs) system.tell<Add>(to, { kind: 'add', amount: message });
    }
    while (system.hasWork) system.step(messages);
    return messages;
  });
  const { turns, rejected } = system.counters;
  if (rejected > 0 || turns === 0) throw new Error(`expected no rejection, was ${rejected}`);
  return { rate };
}
