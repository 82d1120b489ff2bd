// What the simulated owner says to a shard besides the real words.

import type { Address } from '../../engine/index.js';
import type { ToShard } from '../roles/shard-messages.js';

/** Owner to simulated shard. */
export type ToSimShard =
  | ToShard
  /** So many questions at once, from somebody who waits for no answer. */
  | { readonly kind: 'flood'; readonly to: Address; readonly count: number }
  /** The market has been fed up to this frame. */
  | { readonly kind: 'fed'; readonly frames: number };
