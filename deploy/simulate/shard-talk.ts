// What a simulated shard and its owner say to each other: the real shard's words, less the frames.

import type { Address, Envelope, Message, Record, Reply, Snapshot } from '../../engine/index.js';
import type { ToShard } from '../roles/shard-messages.js';

/** Owner to shard. */
export type ToSimShard =
  | Extract<ToShard, { readonly kind: 'ask' | 'committed' | 'recovered' }>
  | { readonly kind: 'restart' | 'passivate'; readonly address: Address }
  /** So many questions at once, from somebody who waits for no answer. */
  | { readonly kind: 'flood'; readonly to: Address; readonly count: number }
  /** The market has been fed up to this frame. */
  | { readonly kind: 'fed'; readonly frames: number }
  /** Every shard has judged the points up to this one. */
  | { readonly kind: 'judged'; readonly pointIndex: number };

/** A simulated shard's state at a frame. */
export interface SimSnapshot {
  /** Frames of the market handled. */
  readonly frames: number;
  /** Steps among them: frames that were no snapshots. */
  readonly step: number;
  readonly lastPoint: number;
  readonly actors: ReadonlyMap<Address, Snapshot>;
}

/** Shard to owner. */
export type FromSimShard =
  | { readonly kind: 'answer'; readonly id: number; readonly reply: Reply }
  | { readonly kind: 'append'; readonly ticket: number; readonly records: readonly Record[] }
  | {
      readonly kind: 'published';
      readonly topic: string;
      readonly event: Message;
      readonly from: Address;
    }
  | { readonly kind: 'outbound'; readonly envelope: Envelope }
  | { readonly kind: 'recover'; readonly address: Address; readonly after: number }
  | { readonly kind: 'point'; readonly pointIndex: number }
  | { readonly kind: 'snapshot'; readonly snapshot: SimSnapshot };
