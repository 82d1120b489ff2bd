// The door of the risk module.

export { expectedShortfall, historicalRisk, type TailRisk } from './historical.js';
export { QUANTILE_METHODS, type QuantileMethod, quantileOfSorted } from './quantile.js';
export { ScenarioBook } from './scenario-book.js';
export {
  attachScenarioMatrix,
  beginReturns,
  correlationOf,
  createScenarioMatrix,
  putReturn,
  SCENARIOS,
  type ScenarioMatrix,
} from './scenario-matrix.js';
export { type RiskCase, verifyRiskCase } from './verify.js';
