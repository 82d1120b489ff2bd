// What goes wrong and when: a list without end, made from the seed, each fault by its number.

import { Chance } from './chance.js';

/** What befalls an actor, or all of a node's: turns that fail, and levers that operators pull. */
const ACTOR_FAULT_KINDS = [
  'passivate',
  'restart_actor',
  'stop_actor',
  'suspend_actor',
  'move_actor',
  'drain_node',
  'turn_fails',
] as const;

/** Ways of the world to fail. */
export const FAULT_KINDS = [
  'crash_node',
  'crash_process',
  'hang',
  'slow_disk',
  'full_disk',
  'delay',
  'drop',
  'duplicate',
  'reorder',
  'clock_jump',
  'slow_consumer',
  ...ACTOR_FAULT_KINDS,
] as const;

/** One of them. */
export type FaultKind = (typeof FAULT_KINDS)[number];

/** Whether a fault befalls actors, which are the application's. */
export function isOfActors(kind: FaultKind): kind is (typeof ACTOR_FAULT_KINDS)[number] {
  return (ACTOR_FAULT_KINDS as readonly FaultKind[]).includes(kind);
}

/** One fault of a plan. */
export interface SimFault {
  /** Its number in the plan, from 0. */
  readonly index: number;
  readonly atUs: number;
  readonly kind: FaultKind;
  /** The node it hits, where it hits one. */
  readonly node: number;
  readonly durationUs: number;
  /** How hard it is, in [0, 1). */
  readonly size: number;
}

/** Time from one fault to the next, on average. Units: microseconds. */
const GAP_US = 1_000;

/** Longest time a fault lasts. Units: microseconds. */
const DURATION_US = 2_500;

/** Fault number `index` of a seed's plan. */
export function faultAt(seed: number, index: number, nodeCount: number): SimFault {
  const chance = new Chance(seed, `fault ${index}`);
  return {
    index,
    atUs: index * GAP_US + chance.below(GAP_US),
    kind: chance.pick(FAULT_KINDS),
    node: chance.below(nodeCount),
    durationUs: chance.between(100, DURATION_US),
    size: chance.next(),
  };
}

/** A fault in words, for the plan that is printed. */
export function describeFault({ index, atUs, kind, node, durationUs }: SimFault): string {
  return `fault ${index} at ${atUs} us: ${kind}, node ${node}, ${durationUs} us`;
}
