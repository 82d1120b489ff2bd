// The program of a benchmark's shard: marks its portfolios at every move of all prices.

import {
  attachScenarioMatrix,
  SCENARIOS,
  type ScenarioMatrixHandle,
} from '../../actors/risk/index.js';
import { type CreateShardProgram, Histogram } from '../../engine/index.js';
import { heldPortfolios } from '../lib/held-portfolio.js';

/** What a shard is configured with. */
export interface MarkingConfig {
  readonly matrix: ScenarioMatrixHandle;
  readonly prices: SharedArrayBuffer;
  /** Ages of risk figures at the moment they are replaced. Units: microseconds. */
  readonly ages: SharedArrayBuffer;
  readonly shardCount: number;
  readonly portfolios: number;
}

/** All prices have moved. */
export interface Moved {
  readonly pointIndex: number;
  readonly movedUs: number;
  readonly isMeasured: boolean;
}

/** Risk is made at each point: there is one in a session. */
export const createShardProgram: CreateShardProgram = (data, { shard, post, monotonicUs }) => {
  // The owner builds the configuration with this type.
  const config = data as MarkingConfig;
  const { shardCount, portfolios } = config;
  const matrix = attachScenarioMatrix(config.matrix, shard);
  const prices = new Float64Array(config.prices);
  const ages = new Histogram(config.ages);
  const { initial, receive } = heldPortfolios({ matrix, prices, pointsPerSession: 1 });
  const states = Array.from({ length: portfolios }, (_, index) =>
    initial(index * shardCount + shard),
  );
  let lastMovedUs = 0;
  return {
    onFrames: (_ring, count) => count,
    onMessage(message) {
      // The owner is the only sender, and this is all it posts.
      const { pointIndex, movedUs, isMeasured } = message as Moved;
      const place = { pointIndex, timeUs: pointIndex, date: 20_210_104, dayIndex: SCENARIOS };
      for (const state of states) {
        receive(state, { kind: 'marked', ...place, isClose: false, opensSession: false, prices });
        if (state.marked?.riskAsOfUs !== pointIndex) throw new Error('expected risk made anew');
        if (isMeasured) ages.record(monotonicUs() - lastMovedUs);
      }
      lastMovedUs = movedUs;
      post(pointIndex);
    },
    step: () => 0,
    dueMs: () => Number.POSITIVE_INFINITY,
    isHeld: () => false,
  };
};
