// The door of the pretrade module.

export type { OrderFacts, PortfolioSide, TradingState } from './facts.js';
export { type Judgement, judgeOrder } from './judge.js';
export { DEFAULT_POLICY, type PretradePolicy } from './policy.js';
export { type Finding, PRETRADE_RULES, type Verdict } from './rules.js';
