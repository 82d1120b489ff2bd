// The door of the risk module.

export { expectedShortfall, historicalRisk, type TailRisk } from './historical.js';
export { QUANTILE_METHODS, type QuantileMethod, quantileOfSorted } from './quantile.js';
export {
  correlationOf,
  SCENARIO_SLOTS,
  ScenarioBook,
  type ScenarioMatrix,
  SCENARIOS,
} from './scenario-book.js';
export { type RiskCase, verifyRiskCase } from './verify.js';
