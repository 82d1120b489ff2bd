// The ways to build a portfolio that can be asked for; apart, so that help needs no more.

/** Ways to choose weights. */
export const OPTIMISE_METHODS = [
  'min-variance',
  'max-sharpe',
  'black-litterman',
  'target-return',
  'risk-parity',
  'hrp',
] as const;

/** One of them. */
export type OptimiseMethod = (typeof OPTIMISE_METHODS)[number];
