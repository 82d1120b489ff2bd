// The door of the patterns module: candlestick patterns of closed bars, and their check.

export {
  type Candle,
  createPatternEngine,
  PATTERN_FEATURES,
  type PatternEngine,
} from './engine.js';
export { verifyPatternCase } from './verify.js';
