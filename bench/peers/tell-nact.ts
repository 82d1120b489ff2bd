// The tell workload on nact: stateful actors whose function returns the next state.

import { dispatch, spawn, start } from 'nact';
import type { Sample } from '../lib/case.js';
import { ratePerSecond } from '../lib/clock.js';
import { ACTORS, type Add } from '../lib/counting-system.js';

/** Dispatches bursts and waits until all of each was handled. */
export async function tell(burst: number): Promise<Sample> {
  const messages = ACTORS * burst;
  const system = start();
  let left = 0;
  let drained: () => void = () => {};
  const receive = (sum: number, message: Add): number => {
    if (--left === 0) drained();
    return sum + message.amount;
  };
  const actors = Array.from({ length: ACTORS }, (_, index) =>
    spawn(system, receive, `count-${index}`, { initialState: 0 }),
  );
  const rate = await ratePerSecond(async () => {
    left = messages;
    const done = new Promise<void>((resolve) => {
      drained = resolve;
    });
    for (let message = 0; message < burst; message++) {
      for (const actor of actors) dispatch(actor, { kind: 'add', amount: message });
    }
    await done;
    return messages;
  });
  return { rate };
}
