// The door of the patterns module: candlestick patterns of closed bars, and their check.

export {
  type Candle,
  createPatternEngine,
  PATTERN_FEATURES,
  type PatternEngine,
} from './engine.js';
export { type PatternCase, type PatternVerdict, verifyPatternCase } from './verify.js';
