// The door of the risk module.

export { QUANTILE_METHODS, type QuantileMethod, quantileOfSorted } from '../statistics/index.js';
export * from './atr-stop.js';
export * from './backtest.js';
export * from './contributions.js';
export * from './drawdown-monitor.js';
export * from './filtered.js';
export * from './garch.js';
export { expectedShortfall, historicalRisk, type TailRisk } from './historical.js';
export * from './horizon.js';
export { addTo, createPlainKernel } from './kernels/scenario-kernel.js';
export * from './monte-carlo.js';
export * from './parametric.js';
export type { PortfolioMark } from './portfolio-mark.js';
export { RISK_FUNCTIONS } from './reference.js';
export { ScenarioBook, type ScenarioDrift } from './scenario-book.js';
export {
  attachReturns,
  attachScenarioMatrix,
  beginReturns,
  correlationOf,
  createScenarioMatrix,
  putReturn,
  realisedVolatility,
  SCENARIO_SLOTS_LATE,
  SCENARIOS,
  type ScenarioMatrix,
  type ScenarioMatrixHandle,
  type ScenarioReturns,
} from './scenario-matrix.js';
export { ScenarioTrial } from './scenario-trial.js';
export * from './sizing.js';
export * from './stress.js';
export { worstTail } from './worst.js';
