// The thread that makes one risk study and ends: seconds of arithmetic, beside the market's own.

import { parentPort, workerData } from 'node:worker_threads';
import { Fault } from '../../engine/index.js';
import { inRepository } from '../app/paths.js';
import type { Member } from '../config/members.js';
import type { PortfolioConfig, PortfoliosConfig } from '../config/portfolio-config.js';
import { readScenarios } from '../config/scenario-config.js';
import type { MarketBars } from '../research/market-file.js';
import { returnsOfBars } from '../research/return-history.js';
import { type HeldWeights, type RiskStudy, studyRisk } from '../research/risk-study.js';
import { historicalScenarios, userScenarios } from '../research/stress-scenarios.js';

/** What a study is made of; the bars are shared, the rest is copied. */
export interface StudyTask {
  readonly bars: MarketBars;
  /** Sessions that have closed: the study looks at no later one. */
  readonly sessions: number;
  readonly portfolio: PortfolioConfig;
  readonly config: PortfoliosConfig;
  readonly members: ReadonlyMap<string, Member>;
  readonly held: HeldWeights;
}

/** What comes of it. */
export type StudyOutcome =
  | { readonly study: RiskStudy }
  | { readonly code: string; readonly text: string };

function outcomeOf({ bars, sessions, members, ...rest }: StudyTask): StudyOutcome {
  try {
    const history = returnsOfBars(bars, sessions);
    const configs = readScenarios(inRepository('deploy', 'config', 'scenarios.yaml'), members);
    const scenarios = [
      ...historicalScenarios(history, members),
      ...userScenarios(configs, history, members),
    ];
    return { study: studyRisk({ ...rest, history, members, scenarios }) };
  } catch (error) {
    // A bug ends the thread, which its owner tells.
    if (!(error instanceof Fault)) throw error;
    return { code: error.code, text: error.message };
  }
}

// Only its owner starts it, with a task.
parentPort?.postMessage(outcomeOf(workerData as StudyTask));
