// The tell workload on Node's EventEmitter: a call of a listener, without mailbox or isolation.

import { EventEmitter } from 'node:events';
import type { Sample } from '../lib/case.js';
import { ratePerSecond } from '../lib/clock.js';
import { ACTORS, type Add } from '../lib/counting-system.js';

/** Emits bursts; a listener has run before `emit` returns. */
export async function tell(burst: number): Promise<Sample> {
  const messages = ACTORS * burst;
  let total = 0;
  const emitters = Array.from({ length: ACTORS }, () => {
    const state = { sum: 0 };
    return new EventEmitter().on('add', (message: Add) => {
      state.sum += message.amount;
      total++;
    });
  });
  const rate = await ratePerSecond(() => {
    for (let message = 0; message < burst; message++) {
      for (const emitter of emitters) emitter.emit('add', { kind: 'add', amount: message });
    }
    return messages;
  });
  if (total === 0) throw new Error('expected messages, was none');
  return { rate };
}
