// The door of the funnel module.

export { type Backfill, emptyBackfill, loadMore, planSession } from './backfill.js';
export {
  createFunnelBehaviour,
  type FunnelCounted,
  type FunnelMessage,
  type FunnelState,
  type PointSummarised,
} from './behaviour.js';
export {
  type BackfillConfig,
  type FunnelConfig,
  STAGE_NAMES,
  type StageConfig,
  type StageName,
} from './config.js';
export { countStages, diffOf, type StageChange, type StageCounts, type StageDiff } from './diff.js';
export { changeReason, createFunnelEvaluator, type FunnelEvaluator } from './evaluator.js';
export { type HeldCorrelation, type NarrativeText, narrate } from './narrative.js';
