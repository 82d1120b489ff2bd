// What long pasts of actors have come to at a start: kept, the next start need not fold them again.

import type { ActorSystem, Address, Snapshot } from '../../engine/index.js';
import { pack } from './packed.js';
import type { ShardConfig } from './shard-config.js';
import type { FromShard } from './shard-messages.js';

/**
 * Events read at a start from which on the state that they come to is stored for the next one: to
 * read and fold this many takes a millisecond, as storing a state does once.
 */
const FOLDED_DUE = 100;

/** What the owner is told of it, before the market adds to it; nothing where pasts are short. */
export function foldedPast(
  journaled: ShardConfig['journaled'],
  system: ActorSystem,
): (FromShard & { readonly kind: 'folded' }) | undefined {
  const states: [Address, Snapshot][] = [];
  for (const [address, events] of journaled) {
    if (events.length < FOLDED_DUE) continue;
    const state = system.states.encode(address);
    if (state !== undefined) states.push([address, state]);
  }
  if (states.length === 0) return undefined;
  const sequences = new Map(states.map(([address, { sequence }]) => [address, sequence]));
  return { kind: 'folded', states: pack(states, 1), sequences };
}
