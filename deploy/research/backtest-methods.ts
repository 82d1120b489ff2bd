// The methods of value at risk that can be tried on history; apart, so that help needs no more.

/** Methods that can be tried. */
export const BACKTEST_METHODS = [
  'historical',
  'age-weighted',
  'filtered-ewma',
  'filtered-garch',
  'normal',
  'cornish-fisher',
  'ewma',
] as const;

/** One of them. */
export type BacktestMethod = (typeof BACKTEST_METHODS)[number];
