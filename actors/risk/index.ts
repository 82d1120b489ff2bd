// The door of the risk module.

export { expectedShortfall, historicalRisk, type TailRisk } from './historical.js';
export { QUANTILE_METHODS, type QuantileMethod, quantileOfSorted } from './quantile.js';
export {
  correlationOf,
  SCENARIO_SLOTS,
  SCENARIOS,
  ScenarioBook,
  type ScenarioMatrix,
} from './scenario-book.js';
export { type RiskCase, verifyRiskCase } from './verify.js';
