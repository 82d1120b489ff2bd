// The door of the microstructure module: what books and trades say of a market.

export {
  type BookFrames,
  type BookMessage,
  type BookShown,
  type BookState,
  createBookBehaviour,
  type ShowBook,
} from './behaviour.js';
export { BOOK_ROW_COLUMNS, bookColumnsAmong, HAS_BOOK_COLUMN } from './book-columns.js';
export {
  imbalance,
  microPrice,
  midPrice,
  OrderFlow,
  type Quote,
  quotedSpread,
} from './book-measures.js';
export {
  BOOK_COLUMNS,
  BOOK_FEATURES,
  type BookFeature,
  LADDER_COLUMN,
  LADDER_LEVELS,
} from './features.js';
export { HEAT_ROWS, HeatMap, type HeatSample } from './heat-map.js';
export { InformedFlow } from './informed-flow.js';
export {
  fitSquareRoot,
  Liquidity,
  type LiquidityEstimates,
  type SquareRootFit,
} from './liquidity.js';
export { QuoteHistory } from './quote-history.js';
export { type SidedTrade, TradingCosts } from './spreads.js';
export { type Instrument, SymbolBook } from './symbol-book.js';
export { Accuracy, type Aggressor, leeReady, quoteRule, TickRule } from './trade-side.js';
export { type ValueArea, VolumeProfile, VwapBands } from './volume-profile.js';
export { WeightedMean, Window } from './window.js';
