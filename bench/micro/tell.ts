// Messages a second from outside to 500 actors of one thread: our runtime.

import type { Sample } from '../lib/case.js';
import { ratePerSecond } from '../lib/clock.js';
import { type Add, BURST, BURST_MESSAGES, countingSystem } from '../lib/counting-system.js';

/** Tells bursts and runs the turns until none is left. */
export async function run(): Promise<Sample> {
  const { system, refs } = countingSystem();
  const rate = await ratePerSecond(() => {
    for (let message = 0; message < BURST; message++) {
      for (const to of refs) system.tell<Add>(to, { kind: 'add', amount: message });
    }
    while (system.hasWork) system.step(BURST_MESSAGES);
    return BURST_MESSAGES;
  });
  const { turns, rejected } = system.counters;
  if (rejected > 0 || turns === 0) throw new Error(`expected no rejection, was ${rejected}`);
  return { rate };
}
