// What changed in a funnel from one close to the next.

import { STAGE_NAMES, type StageName } from './config.js';

/** One symbol's change of stage between two closes. */
export interface StageChange {
  readonly row: number;
  readonly fromStage: number;
  readonly toStage: number;
  readonly why: string;
}

/** Changes by kind: `entered` and `left` are about the first stage, the others above it. */
export interface StageDiff {
  readonly entered: readonly StageChange[];
  readonly left: readonly StageChange[];
  readonly promoted: readonly StageChange[];
  readonly demoted: readonly StageChange[];
}

/** Sorts changes into kinds; within each the highest stage first, then by row. */
export function diffOf(changes: readonly StageChange[]): StageDiff {
  const sorted = [...changes].sort((a, b) => b.toStage - a.toStage || a.row - b.row);
  return {
    entered: sorted.filter((change) => change.fromStage === 0 && change.toStage > 0),
    left: sorted.filter((change) => change.toStage === 0 && change.fromStage > 0),
    promoted: sorted.filter((c) => c.fromStage > 0 && c.toStage > c.fromStage),
    demoted: sorted.filter((c) => c.toStage > 0 && c.toStage < c.fromStage),
  };
}

/** How many rows pass each stage. */
export type StageCounts = Readonly<Record<StageName, number>>;

/** Counts rows by the stages they pass. */
export function countStages(stages: Uint8Array): StageCounts {
  /** Rows whose last stage is the one of that number; 0 for none. */
  const ending = new Int32Array(STAGE_NAMES.length + 1);
  for (let row = 0; row < stages.length; row++) ending[stages[row]!]!++;
  let passing = 0;
  const counts: [StageName, number][] = [];
  for (let index = STAGE_NAMES.length; index > 0; index--) {
    passing += ending[index]!;
    counts.unshift([STAGE_NAMES[index - 1]!, passing]);
  }
  // Every stage has been counted, which the type of `fromEntries` does not see.
  return Object.fromEntries(counts) as Record<StageName, number>;
}
