// An actor's encoded state as text that does not depend on how the state is held: for hashes, and
// for people.

import { type EncodedPortfolio, plainState } from '../../actors/portfolio/index.js';
import { type Address, kindOf, toJson } from '../../engine/index.js';

/** JSON of the state that an actor's behaviour has encoded. */
export function stateText(address: Address, encoded: unknown): string {
  if (kindOf(address) !== 'portfolio') return toJson(encoded);
  // The portfolio behaviour encodes its states so.
  return toJson(plainState(encoded as EncodedPortfolio));
}
