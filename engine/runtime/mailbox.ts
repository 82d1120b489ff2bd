// The bounded queues of one actor: system before command before data.

import type { Address, Message } from '../core/address.js';
import type { LanePolicy, Overflow } from '../core/behaviour.js';
import { LIMITS } from '../core/limits.js';
import { hashText } from '../shard/placement.js';
import type { Envelope, Origin } from './envelope.js';
import { LaneQueue } from './lane-queue.js';

/** What became of a message offered to a mailbox. */
export type Offered = 'queued' | 'conflated' | 'dropped_oldest' | 'rejected' | 'keyless';

/** Every lane, the most urgent first. */
export const LANES: readonly string[] = ['system', 'command', 'data'];

/** A kind's waiting policy, ready for use. */
export interface WaitPolicy {
  /** 0 system, 1 command, 2 data. */
  readonly lane: number;
  readonly overflow: Overflow;
  readonly conflateBy: ((message: Message) => string | number) | undefined;
  /** Hash of the message kind, for the mark of the turn under way. */
  readonly hash: number;
}

/** The waiting policies of one actor kind. */
export class WaitPolicies {
  readonly #policies = new Map<string, WaitPolicy>();
  // Messages of one kind come in runs, and looking it up is a third of what delivering one costs.
  #lastKind = '';
  #lastPolicy: WaitPolicy | undefined = undefined;

  /** Sets the policy of a message kind. */
  set(kind: string, policy: LanePolicy): void {
    this.#policies.set(kind, waitPolicy(policy, kind));
    this.#lastKind = '';
    this.#lastPolicy = undefined;
  }

  /** The policy of a message kind; undefined where the actor kind does not understand it. */
  // hot
  get(kind: string): WaitPolicy | undefined {
    if (kind === this.#lastKind) return this.#lastPolicy;
    const policy = this.#policies.get(kind);
    this.#lastKind = kind;
    this.#lastPolicy = policy;
    return policy;
  }
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

const NOWHERE: Origin = { from: '', ask: 0, cause: '', commandKey: '' };

/** One actor's mailbox. Lanes are made when first used: most actors use one. */
export class Mailbox {
  readonly #to: Address;
  #system: LaneQueue | undefined = undefined;
  #command: LaneQueue | undefined = undefined;
  #data: LaneQueue | undefined = undefined;
  /** Messages waiting in all lanes. */
  length = 0;
  /** Origin of the message that was taken last. */
  takenOrigin: Origin = NOWHERE;
  /** Message that the last offer pushed out, for its asker to be told. */
  displaced: Envelope | undefined = undefined;

  constructor(to: Address) {
    this.#to = to;
  }

  /** Adds a message under its kind's policy. */
  // hot
  offer(message: Message, origin: Origin, policy: WaitPolicy): Offered {
    const lane = this.#laneOf(policy) ?? this.#open(policy);
    if (policy.overflow === 'conflate') return this.#conflate(lane, message, origin, policy);
    if (lane.push(message, origin)) {
      this.length++;
      return 'queued';
    }
    if (policy.overflow === 'reject') return 'rejected';
    // Other kinds of the lane have said for themselves what it may do with them.
    this.displaced = lane.dropOldest(message.kind);
    if (this.displaced === undefined) return 'rejected';
    lane.push(message, origin);
    return 'dropped_oldest';
  }

  #conflate(lane: LaneQueue, message: Message, origin: Origin, policy: WaitPolicy): Offered {
    const key = policy.conflateBy === undefined ? '' : keyBy(policy.conflateBy, message);
    if (key === undefined) return 'keyless';
    const old = lane.replace(message, origin, key);
    if (old !== undefined) {
      this.displaced = old;
      return 'conflated';
    }
    if (!lane.push(message, origin)) return 'rejected';
    lane.remember(message.kind, key);
    this.length++;
    return 'queued';
  }

  /** Takes the next message, the oldest of the first lane that has one, and notes its origin. */
  // hot
  take(): Message | undefined {
    if (this.length === 0) return undefined;
    this.length--;
    const lane = firstFilled(this.#system, this.#command, this.#data);
    this.takenOrigin = lane.firstOrigin;
    return lane.shift();
  }

  /** How many more messages the lane of a policy takes. */
  roomFor(policy: WaitPolicy): number {
    return capacityOf(policy) - (this.#laneOf(policy)?.length ?? 0);
  }

  /** The waiting messages, in the order they would be taken. */
  *[Symbol.iterator](): Generator<Envelope> {
    if (this.#system !== undefined) yield* this.#system;
    if (this.#command !== undefined) yield* this.#command;
    if (this.#data !== undefined) yield* this.#data;
  }

  // hot
  #laneOf({ lane }: WaitPolicy): LaneQueue | undefined {
    if (lane === 0) return this.#system;
    return lane === 1 ? this.#command : this.#data;
  }

  #open(policy: WaitPolicy): LaneQueue {
    const opened = new LaneQueue(this.#to, capacityOf(policy));
    if (policy.lane === 0) this.#system = opened;
    else if (policy.lane === 1) this.#command = opened;
    else this.#data = opened;
    return opened;
  }
}

/** A message's key; undefined where the behaviour can't make one: no turn is there to fail. */
function keyBy(conflateBy: (message: Message) => unknown, message: Message) {
  try {
    const key = conflateBy(message);
    return typeof key === 'string' || typeof key === 'number' ? key : undefined;
  } catch {
    return undefined;
  }
}

/** The first lane that has a message, one of which does. */
// hot
function firstFilled(
  system: LaneQueue | undefined,
  command: LaneQueue | undefined,
  data: LaneQueue | undefined,
): LaneQueue {
  if (system !== undefined && system.length > 0) return system;
  return command !== undefined && command.length > 0 ? command : data!;
}
