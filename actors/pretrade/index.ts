// The door of the pretrade module.

export type { OrderFacts, PortfolioSide, RateFact, TradingState } from './facts.js';
export type { Finding, Verdict } from './finding.js';
export { type Judgement, judgeOrder } from './judge.js';
export {
  DEFAULT_MARGIN,
  type MarginPolicy,
  stockMargin,
} from './margin.js';
export { optionMargin } from './option-margin.js';
export { DEFAULT_POLICY, type PretradePolicy } from './policy.js';
export { PRETRADE_RULES } from './rules.js';
export type { MarginOption } from './spread-margin.js';
