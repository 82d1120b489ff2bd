// The door of the patterns module: candlestick patterns of closed bars, and their check.

export {
  ASKED_PATTERNS,
  type Candle,
  createPatternEngine,
  PATTERN_FEATURES,
  type PatternEngine,
  patternsAmong,
} from './engine.js';
export { verifyPatternCase } from './verify.js';
