// Tells the stage of a row: how many of the funnel's stages, in order, it passes.

import {
  type ColumnLayout,
  compileRow,
  createExplainer,
  HistoryPlan,
  type LeafOutcome,
  type RowView,
  TRUE,
} from '../conditions/index.js';
import type { FunnelConfig } from './config.js';

/** All stages of a funnel, compiled over one column layout. */
export interface FunnelEvaluator {
  /** Float64 slots of state a row takes, for values of past bars. */
  readonly stateLength: number;
  /** Consecutive stages passed, 0 to the number of stages. */
  evaluate(values: Float64Array, from: number, state: Float64Array, base: number): number;
  /** Keeps what later bars need of the closing one. */
  commit(values: Float64Array, from: number, state: Float64Array, base: number): void;
  /** Every leaf of one stage with the values seen in a row. */
  explain(stage: number, row: RowView, which?: 'all' | 'deciding'): LeafOutcome[];
}

/** Compiles a funnel. Errors: bug when the layout lacks a feature of it. */
export function createFunnelEvaluator(config: FunnelConfig, layout: ColumnLayout): FunnelEvaluator {
  const plan = new HistoryPlan(layout);
  const tests = config.stages.map((stage) => compileRow(stage.condition, plan));
  const stateLength = plan.layOut(0);
  const explainers = config.stages.map((stage) => createExplainer(stage.condition, plan));
  const count = tests.length;
  return {
    stateLength,
    // hot
    evaluate(values, from, state, base) {
      for (let stage = 0; stage < count; stage++) {
        if (tests[stage]!(values, from, state, base) !== TRUE) return stage;
      }
      return count;
    },
    commit(values, from, state, base) {
      plan.commit(values, from, state, base);
    },
    explain: (stage, row, which) => explainers[stage]!(row, which),
  };
}

/** Why a row's stage changed: what it fails now, or what it newly passes. */
export function changeReason(
  evaluator: FunnelEvaluator,
  fromStage: number,
  toStage: number,
  row: RowView,
): string {
  const rises = toStage > fromStage;
  // Leaves of an `any` or a `not` that change nothing are no reason.
  const leaves = evaluator.explain(rises ? toStage - 1 : toStage, row, 'deciding');
  const { values, state, stateBase } = row;
  // The conditions may still hold for a row that has not traded: stages ask for a bar.
  if (!rises && evaluator.evaluate(values, 0, state, stateBase) > toStage) {
    return 'no bar this session';
  }
  if (rises) return leaves.map(({ label, detail }) => `${label} (${detail})`).join('; ');
  return leaves
    .map((leaf) => {
      if (leaf.outcome === 'pass') return `now ${leaf.label} (${leaf.detail})`;
      const known = leaf.outcome === 'fail' ? 'no longer' : 'not known';
      return `${known} ${leaf.label} (${leaf.detail})`;
    })
    .join('; ');
}
