// What a goal of speed is.

import type { Better } from '../lib/statistics.js';

/** A goal of speed against another figure of the same run. */
export interface PeerGoal {
  readonly id: string;
  readonly name: string;
  /** How many times as good ours is to be. */
  readonly times?: number;
}

/** A goal. */
export interface Goal {
  /** What is asked for, with the bound as a person would write it. */
  readonly what: string;
  /** Figure it is about. */
  readonly id: string;
  readonly target: number;
  readonly better: Better;
  readonly peers?: readonly PeerGoal[];
  /** What keeps the figure from being better: shown whether the goal is met or not. */
  readonly bounds: string;
}

/** What makes goals of one direction. */
function goal(better: Better) {
  return (
    id: string,
    target: number,
    what: string,
    bounds: string,
    ...peers: readonly PeerGoal[]
  ): Goal => ({ what, id, target, better, bounds, ...(peers.length === 0 ? {} : { peers }) });
}

/** A goal of a figure that is the better the higher it is. */
export const higher = goal('higher');

/** A goal of a figure that is the better the lower it is. */
export const lower = goal('lower');

/** A peer that the figure is compared with, `times` as good as which it is to be. */
export function peer(id: string, name: string, times?: number): PeerGoal {
  return { id, name, ...(times === undefined ? {} : { times }) };
}
