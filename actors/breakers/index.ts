// The door of the breakers module: halts of symbols and of the whole market.

export {
  type BreakerConfig,
  Breakers,
  createBreakers,
  type MarketLevel,
  NO_BREAKERS,
  type QuoteNow,
} from './breakers.js';
