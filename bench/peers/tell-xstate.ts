// The tell workload on xstate: transition actors, the lightest kind that it has with a state.

import { createActor, fromTransition } from 'xstate';
import type { Sample } from '../lib/case.js';
import { ratePerSecond } from '../lib/clock.js';
import { ACTORS } from '../lib/counting-system.js';

/** Sends bursts; xstate handles an event before `send` returns. */
export async function tell(burst: number): Promise<Sample> {
  const messages = ACTORS * burst;
  const logic = fromTransition(
    (
      state: { readonly sum: number },
      event: { readonly type: 'add'; readonly amount: number },
    ) => ({
      sum: state.sum + event.amount,
    }),
    { sum: 0 },
  );
  const actors = Array.from({ length: ACTORS }, () => createActor(logic).start());
  const rate = await ratePerSecond(() => {
    for (let message = 0; message < burst; message++) {
      for (const actor of actors) actor.send({ type: 'add', amount: message });
    }
    return messages;
  });
  if (actors[0]!.getSnapshot().context.sum === 0) throw new Error('expected a sum above 0');
  return { rate };
}
