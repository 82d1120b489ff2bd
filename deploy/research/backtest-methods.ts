// The methods of value at risk and the words of their options; apart, so that help needs no more.

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

/** Methods: those that are backtested, and simulations of all holdings together. */
export const TAIL_METHODS = [...BACKTEST_METHODS, 'monte-carlo', 'monte-carlo-t'] as const;

/** One of them. */
export type TailMethod = (typeof TAIL_METHODS)[number];
