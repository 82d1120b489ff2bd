// The door of the bars module: every style of bar, over trades and quotes, in files and live.

export {
  type Bar,
  type BarBuilder,
  type BarCounters,
  type BarEvent,
  type BarState,
  DRAFTS_KEPT,
  type Emit,
  latestBars,
  type QuoteSide,
  type Trade,
} from './bar.js';
export { type NextEnd, nextEndOf } from './due.js';
export {
  createGrid,
  EVERY_EXPECTED,
  type Every,
  everyOf,
  type Grid,
  type Hours,
  type Interval,
} from './grid.js';
export { BarHistory } from './history.js';
export { LiveBars, type SeriesNow, type SymbolBars, type ToldBar } from './live.js';
export { createQuoteBars, type Quote } from './quote-bars.js';
export {
  type BarSeries,
  type BarsPlan,
  createSeriesBuilder,
  firstBarTakes,
  measuresOf,
  NO_BARS,
  type Print,
  rowsWithBars,
  SERIES_STYLES,
  type SeriesStyle,
} from './series.js';
export { BAR_STYLES, type BarStyle, barsOf, createBarBuilder } from './style.js';
