// What may be asked of measures and sizes, in flags and requests alike; apart, so that help needs
// no more.

/** The least and the most that is allowed. */
export type Bounds = readonly [low: number, high: number];

/** Of measures of risk; the methods, the quantile and the covariance are words of their own. */
export const MEASURE_BOUNDS = {
  confidence: [0.5, 0.9999],
  window: [30, 2_000],
  degrees: [2.1, 200],
  paths: [1_000, 1_000_000],
  seed: [0, 4_294_967_295],
} as const satisfies Readonly<Record<string, Bounds>>;

/** Of sizes of positions, and what stands where nothing is asked. */
export const SIZE_BOUNDS = {
  equity: [1, 1e12],
  lot: [0.000001, 1e6],
  leverage: [0.01, 100],
  window: [20, 5_000],
  riskFree: [-0.2, 1],
  kelly: [0.01, 1],
  volatility: [0.001, 5],
  risk: [0.0001, 1],
  multiple: [0.1, 100],
  share: [0.0001, 100],
  loss: [0.01, 1e12],
} as const satisfies Readonly<Record<string, Bounds>>;

/** Sizes where nothing else is asked. */
export const SIZE_DEFAULTS = {
  lot: 1,
  leverage: 1,
  window: 252,
  riskFree: 0,
  kelly: 0.5,
  volatility: 0.1,
  risk: 0.01,
  multiple: 3,
  share: 0.05,
} as const;
