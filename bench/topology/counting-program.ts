// The program of a benchmark's shard: counting actors behind the messages of its owner.

import { ActorSystem, type CreateShardProgram, type Envelope } from '../../engine/index.js';
import { counting, quietPorts } from '../lib/counting-system.js';

/** Turns run in one pass. */
const TURNS_A_PASS = 4096;

/** What the owner posts: an envelope; one with an ask number is answered by that number. */
export const createShardProgram: CreateShardProgram = (_config, context) => {
  // The system keeps behaviours of all message types in one list; each reads only its own.
  const behaviours = [counting] as unknown as ConstructorParameters<typeof ActorSystem>[0];
  const system = new ActorSystem(behaviours, quietPorts());
  return {
    onFrames: (_ring, count) => count,
    onMessage(message) {
      // The owner is the only sender, and envelopes are all it posts.
      const envelope = message as Envelope;
      if (envelope.ask === 0) {
        system.border.deliver(envelope);
        return;
      }
      const { to, message: asked, ask } = envelope;
      system.ask({ address: to }, asked, { deadlineUs: 10_000_000 }, () => context.post(ask));
    },
    step: () => system.step(TURNS_A_PASS),
    dueMs: () => (system.hasWork ? 0 : system.dueInUs() / 1000),
    isHeld: () => false,
  };
};
