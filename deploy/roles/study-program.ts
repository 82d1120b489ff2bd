// The thread that makes one risk study and ends: seconds of arithmetic, beside the market's own.

import { parentPort, workerData } from 'node:worker_threads';
import { Fault } from '../../engine/index.js';
import { inRepository } from '../app/paths.js';
import type { Member } from '../config/members.js';
import type { PortfolioConfig, PortfoliosConfig } from '../config/portfolio-config.js';
import { checkScenarios, readScenarios } from '../config/scenario-config.js';
import { parseYaml } from '../config/yaml-source.js';
import type { MarketBars } from '../research/market-file.js';
import type { MeasureInput } from '../research/measure-input.js';
import { recentReturns } from '../research/recent-returns.js';
import { type ReturnHistory, returnsOfBars } from '../research/return-history.js';
import { measureRisk, type RiskMeasures } from '../research/risk-measures.js';
import { type HeldWeights, type RiskStudy, studyRisk } from '../research/risk-study.js';
import { type StressOutcome, stressOutcome } from '../research/stress-run.js';
import {
  historicalScenarios,
  possibleScenarios,
  type StressScenario,
  userScenarios,
} from '../research/stress-scenarios.js';
import type { TailOptions } from '../research/tail-methods.js';

/** What is asked of a thread. */
export type StudyAsk =
  | { readonly kind: 'study' }
  | { readonly kind: 'measures'; readonly window: number; readonly options: TailOptions }
  /** Scenarios in YAML; those of the product where it is empty. */
  | { readonly kind: 'stress'; readonly scenarios: string };

/** What a study is made of; the bars are shared, the rest is copied. */
export interface StudyTask {
  readonly ask: StudyAsk;
  readonly bars: MarketBars;
  /** Sessions that have closed: the study looks at no later one. */
  readonly sessions: number;
  readonly portfolio: PortfolioConfig;
  readonly config: PortfoliosConfig;
  readonly members: ReadonlyMap<string, Member>;
  readonly held: HeldWeights;
}

/** What comes of each. */
export interface StudyResults {
  readonly study: RiskStudy;
  readonly measures: RiskMeasures;
  readonly stress: readonly StressOutcome[];
}

/** A result, or why there is none. */
export type StudyOutcome =
  | { readonly result: StudyResults[keyof StudyResults] }
  | { readonly code: string; readonly text: string };

function outcomeOf(task: StudyTask): StudyOutcome {
  try {
    return { result: resultOf(task, returnsOfBars(task.bars, task.sessions)) };
  } catch (error) {
    // A bug ends the thread, which its owner tells.
    if (!(error instanceof Fault)) throw error;
    return { code: error.code, text: error.message };
  }
}

function resultOf(
  { ask, members, held, portfolio, config }: StudyTask,
  history: ReturnHistory,
): StudyResults[keyof StudyResults] {
  const book = (window?: number): MeasureInput => {
    const recent = recentReturns(history, members, [...held.weights.keys()], window);
    return { ...held, recent, history, members };
  };
  switch (ask.kind) {
    case 'study': {
      const made = scenariosOf('', history, members);
      return studyRisk({ portfolio, config, held, history, members, ...made });
    }
    case 'measures': {
      const input = book(ask.window);
      const days = input.recent.dates.length;
      if (days >= ask.window) return measureRisk(input, ask.options);
      const text = `expected a window of no more than the ${days} returns there are, was ${ask.window}`;
      throw new Fault('risk.too_little_history', text);
    }
    case 'stress': {
      const input = book();
      const { scenarios } = scenariosOf(ask.scenarios, history, members);
      return scenarios.map((scenario) => stressOutcome(input, scenario));
    }
  }
}

/** Bad times of the past, then scenarios of a text, or those of the product that can be made. */
function scenariosOf(
  text: string,
  history: ReturnHistory,
  members: ReadonlyMap<string, Member>,
): { readonly scenarios: readonly StressScenario[]; readonly leftOut: readonly string[] } {
  const past = historicalScenarios(history, members);
  if (text !== '') {
    const configs = checkScenarios(parseYaml(text, 'scenarios'), members);
    return { scenarios: [...past, ...userScenarios(configs, history, members)], leftOut: [] };
  }
  const file = inRepository('deploy', 'config', 'scenarios.yaml');
  const own = possibleScenarios(readScenarios(file, members), history, members);
  return { scenarios: [...past, ...own.scenarios], leftOut: own.leftOut };
}

// Only its owner starts it, with a task.
parentPort?.postMessage(outcomeOf(workerData as StudyTask));
