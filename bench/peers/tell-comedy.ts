// The tell workload on comedy, with actors in memory: its `send` returns a promise each time.

import { createSystem } from 'comedy';
import type { Sample } from '../lib/case.js';
import { ratePerSecond } from '../lib/clock.js';
import { ACTORS } from '../lib/counting-system.js';

const silent = { isDebug: () => false, debug() {}, info() {}, warn() {}, error() {} };

/** Sends bursts and waits until all of each was handled. */
export async function tell(burst: number): Promise<Sample> {
  const messages = ACTORS * burst;
  const system = createSystem({ log: silent, test: true, root: {} });
  const root = await system.rootActor();
  let left = 0;
  let drained: () => void = () => {};
  const actors = await Promise.all(
    Array.from({ length: ACTORS }, () => {
      let sum = 0;
      return root.createChild({
        add(amount: number): void {
          sum += amount;
          if (--left === 0) drained();
        },
        // Read once, so that the sum can't be optimised away.
        destroy: () => void sum,
      });
    }),
  );
  const rate = await ratePerSecond(async () => {
    left = messages;
    const done = new Promise<void>((resolve) => {
      drained = resolve;
    });
    for (let message = 0; message < burst; message++) {
      for (const actor of actors) void actor.send('add', message);
    }
    await done;
    return messages;
  });
  await system.destroy();
  return { rate };
}
