// The bounded queues of one actor: system before command before data.

import type { Address, Message } from '../core/address.js';
import type { LanePolicy, Overflow } from '../core/behaviour.js';
import { LIMITS } from '../core/limits.js';
import { hashText } from '../shard/placement.js';
import type { Envelope } from './envelope.js';
import { LaneQueue } from './lane-queue.js';

/** What became of a message offered to a mailbox. */
export type Offered = 'queued' | 'conflated' | 'dropped_oldest' | 'rejected';

const LANES: readonly string[] = ['system', 'command', 'data'];

/** A kind's waiting policy, ready for use. */
export interface WaitPolicy {
  /** 0 system, 1 command, 2 data. */
  readonly lane: number;
  readonly overflow: Overflow;
  readonly conflateBy: ((message: Message) => string | number) | undefined;
  /** Hash of the message kind, for the mark of the turn under way. */
  readonly hash: number;
}

/** Readies a declared policy. */
export function waitPolicy(policy: LanePolicy, kind: string): WaitPolicy {
  return {
    lane: LANES.indexOf(policy.lane),
    overflow: policy.overflow,
    conflateBy: policy.conflateBy,
    hash: hashText(kind),
  };
}

function capacityOf({ lane }: WaitPolicy): number {
  return lane === 0 ? LIMITS.systemLaneCapacity : LIMITS.laneCapacity;
}

/** One actor's mailbox. Lanes are made when first used: most actors use one. */
export class Mailbox {
  readonly #to: Address;
  readonly #lanes: [LaneQueue | undefined, LaneQueue | undefined, LaneQueue | undefined] = [
    undefined,
    undefined,
    undefined,
  ];
  /** Messages waiting in all lanes. */
  length = 0;
  /** Message that the last offer pushed out, for its asker to be told. */
  displaced: Envelope | undefined = undefined;

  constructor(to: Address) {
    this.#to = to;
  }

  /** Adds a message under its kind's policy. */
  // hot
  offer(envelope: Envelope, policy: WaitPolicy): Offered {
    let lane = this.#lanes[policy.lane];
    if (lane === undefined) {
      lane = new LaneQueue(this.#to, capacityOf(policy));
      this.#lanes[policy.lane] = lane;
    }
    if (policy.overflow === 'conflate') return this.#conflate(lane, envelope, policy);
    if (lane.push(envelope)) {
      this.length++;
      return 'queued';
    }
    if (policy.overflow === 'reject') return 'rejected';
    // Other kinds of the lane have said for themselves what it may do with them.
    this.displaced = lane.dropOldest(envelope.message.kind);
    if (this.displaced === undefined) return 'rejected';
    lane.push(envelope);
    return 'dropped_oldest';
  }

  #conflate(lane: LaneQueue, envelope: Envelope, policy: WaitPolicy): Offered {
    const key = policy.conflateBy === undefined ? '' : policy.conflateBy(envelope.message);
    const old = lane.replace(envelope, key);
    if (old !== undefined) {
      this.displaced = old;
      return 'conflated';
    }
    if (!lane.push(envelope)) return 'rejected';
    lane.remember(envelope.message.kind, key);
    this.length++;
    return 'queued';
  }

  /** Takes the next message: the oldest of the first lane that has one. */
  // hot
  take(): Envelope | undefined {
    if (this.length === 0) return undefined;
    this.length--;
    return this.#lanes[0]?.shift() ?? this.#lanes[1]?.shift() ?? this.#lanes[2]?.shift();
  }

  /** How many more messages the lane of a policy takes. */
  roomFor(policy: WaitPolicy): number {
    return capacityOf(policy) - (this.#lanes[policy.lane]?.length ?? 0);
  }

  /** The waiting messages, in the order they would be taken. */
  *[Symbol.iterator](): Generator<Envelope> {
    for (const lane of this.#lanes) if (lane !== undefined) yield* lane;
  }
}
