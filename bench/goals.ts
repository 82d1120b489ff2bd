// What was asked of the speed, figure by figure, and what bounds each: the words of the table.

import { ACTOR_GOALS } from './goals/actor-goals.js';
import type { Goal } from './goals/goal.js';
import { RISK_GOALS } from './goals/risk-goals.js';
import { RUN_GOALS } from './goals/run-goals.js';

/** The goals, in the order of the table. */
export const GOALS: readonly Goal[] = [...RUN_GOALS, ...RISK_GOALS, ...ACTOR_GOALS];
