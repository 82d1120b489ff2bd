// The actor kinds of a system, readied once: policies by message kind, supervision checked.

import type { Message } from '../core/address.js';
import type { Behaviour, LanePolicy } from '../core/behaviour.js';
import { Fault } from '../core/fault.js';
import { checkPolicy, DEFAULT_POLICY, type SupervisorPolicy } from '../core/supervision.js';
import { LANES, WaitPolicies } from './mailbox.js';

/** A behaviour whose type parameters the system does not know. */
export type AnyBehaviour = Behaviour<unknown, Message, Message>;

/** One actor kind, ready to run. */
export interface Kind {
  readonly behaviour: AnyBehaviour;
  /** How messages wait, by message kind. */
  readonly waits: WaitPolicies;
  /** How actors of this kind treat their children's failures. */
  readonly supervision: SupervisorPolicy;
}

const OVERFLOWS: readonly string[] = ['reject', 'conflate', 'drop_oldest'];

const SYSTEM_LANE = { lane: 'system', overflow: 'reject' } as const;

/** Kinds of the messages that an ask ends in. */
export const ANSWERS = ['answered', 'unanswered'] as const;

/** Kind of the message that tells a watcher of an actor's end. */
export const TERMINATED = 'terminated';

/** Message kinds that the system itself sends; every actor may get them. */
const SYSTEM_MESSAGES: readonly string[] = [TERMINATED, ...ANSWERS];

/** Whether a message is one that the system itself sends. */
export function isOfSystem({ kind }: Message): boolean {
  return SYSTEM_MESSAGES.includes(kind);
}

/** The message an actor gets, if it declares it, as its last one before it stops. */
export const STOPPING = 'stopping';

/**
 * Readies the behaviours of a system.
 * Errors: faults of `checkPolicy`'s codes; `behaviour.bad_version` for a version below 1;
 * `behaviour.kind_twice`; `behaviour.bad_lane` for a lane or overflow that there is not.
 */
export function readyKinds(behaviours: readonly AnyBehaviour[]): ReadonlyMap<string, Kind> {
  const kinds = new Map<string, Kind>();
  for (const behaviour of behaviours) {
    const { kind, version } = behaviour;
    if (!Number.isSafeInteger(version) || version < 1) {
      const text = `expected a version of ${kind} from 1, was ${version}`;
      throw new Fault('behaviour.bad_version', text);
    }
    if (kinds.has(kind)) {
      throw new Fault('behaviour.kind_twice', `expected one behaviour of kind ${kind}, were two`);
    }
    const waits = new WaitPolicies();
    for (const name of SYSTEM_MESSAGES) waits.set(name, SYSTEM_LANE);
    for (const [name, policy] of Object.entries<LanePolicy>(behaviour.lanes)) {
      const odd = oddityOf(policy);
      if (odd !== undefined) {
        throw new Fault('behaviour.bad_lane', `messages ${name} of ${kind}: ${odd}`);
      }
      waits.set(name, policy);
    }
    kinds.set(kind, {
      behaviour,
      waits,
      supervision: readyPolicy(behaviour.supervision, kind),
    });
  }
  return kinds;
}

/** What is wrong with how messages are to wait, or undefined. */
function oddityOf({ lane, overflow, conflateBy }: LanePolicy): string | undefined {
  if (!LANES.includes(lane)) return `expected a lane of ${LANES.join(', ')}, was ${lane}`;
  if (!OVERFLOWS.includes(overflow)) {
    return `expected an overflow of ${OVERFLOWS.join(', ')}, was ${overflow}`;
  }
  const isOdd = conflateBy !== undefined && overflow !== 'conflate';
  return isOdd ? `expected a key beside conflate alone, was beside ${overflow}` : undefined;
}

/** Fills a policy up from the defaults. Errors: faults of `checkPolicy`'s codes. */
export function readyPolicy(
  given: Partial<SupervisorPolicy> | undefined,
  where: string,
): SupervisorPolicy {
  const policy = { ...DEFAULT_POLICY, ...given };
  const no = checkPolicy(policy);
  if (no !== undefined) throw new Fault(no.code, `supervision of ${where}: ${no.text}`);
  return policy;
}
