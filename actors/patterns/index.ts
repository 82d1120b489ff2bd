// The door of the patterns module: candlestick patterns of closed bars, and their check.

export { SETTINGS } from './candles.js';
export {
  ASKED_PATTERNS,
  type Candle,
  createPatternEngine,
  PATTERN_FEATURES,
  type PatternEngine,
  patternsAmong,
} from './engine.js';
export { type Comparison, type Form, formOf, type Part, type Side } from './form.js';
export type { PatternRow } from './row.js';
export { lookbackOf, PATTERN_ROWS } from './rules.js';
export { verifyPatternCase } from './verify.js';
