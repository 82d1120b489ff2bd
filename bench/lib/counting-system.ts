// Five hundred actors that add numbers: the workload that every system of the tell suite runs.

import {
  ActorSystem,
  type Behaviour,
  type Ref,
  ref,
  type SystemPorts,
} from '../../engine/index.js';
import { nowUs } from './clock.js';

/** Actors of the tell suite. */
export const ACTORS = 500;

/** Messages each actor is sent before the system may catch up: as in a system that keeps up. */
export const BURST = 32;

/** The same where mailboxes fill up: just below the bound of one lane of ours. */
export const BURST_DEEP = 1_000;

/** The one message. */
export interface Add {
  readonly kind: 'add';
  readonly amount: number;
}

/** What an actor of this workload remembers. */
export interface Counted {
  sum: number;
}

/** The behaviour: one field overwritten a turn; `show` answers with it. */
export const counting: Behaviour<Counted, Add | { readonly kind: 'show' }> = {
  kind: 'count',
  version: 1,
  lanes: {
    add: { lane: 'command', overflow: 'reject' },
    show: { lane: 'command', overflow: 'reject' },
  },
  initial: () => ({ sum: 0 }),
  receive(state, message, turn) {
    switch (message.kind) {
      case 'add':
        state.sum += message.amount;
        return;
      case 'show':
        turn.reply({ kind: 'shown' });
    }
  },
  evolve() {},
  encode: ({ sum }) => sum,
  decode: (encoded) => ({ sum: Number(encoded) }),
};

/** A world without a disk and without other threads. */
export function quietPorts(): SystemPorts {
  return {
    nowUs: () => 0,
    monotonicUs: nowUs,
    append: (_records, done) => done(),
    recover: (_address, done) => done({ events: [] }),
    outbound() {
      throw new Error('expected every address to be local');
    },
    watching() {},
    isLocal: () => true,
    publish() {},
  };
}

/** A system of counting actors, started. */
export function countingSystem(): { system: ActorSystem; refs: readonly Ref<Add>[] } {
  // The system keeps behaviours of all message types in one list; each reads only its own.
  const behaviours = [counting] as unknown as ConstructorParameters<typeof ActorSystem>[0];
  const system = new ActorSystem(behaviours, quietPorts());
  const refs = Array.from({ length: ACTORS }, (_, index) => ref<Add>('count', String(index)));
  for (const { address } of refs) system.start(address);
  return { system, refs };
}
