// The door of the bars module: every style of bar, over trades and quotes.

export {
  type Bar,
  type BarBuilder,
  type BarCounters,
  type BarEvent,
  DRAFTS_KEPT,
  type Emit,
  latestBars,
  type Trade,
} from './bar.js';
export { createGrid, type Every, type Grid, type Hours, type Interval, isEvery } from './grid.js';
export { createQuoteBars, type Quote, type QuoteBar, type QuoteBarBuilder } from './quote-bars.js';
export { BAR_STYLES, type BarStyle, barsOf, createBarBuilder } from './style.js';
