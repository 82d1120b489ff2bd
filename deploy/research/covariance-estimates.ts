// The estimates of covariance that can be asked for; apart, so that help needs no more.

/** Estimates of covariance: Ledoit and Wolf's, the plain sample, or weighted by age. */
export const COVARIANCES = ['shrunk', 'sample', 'ewma'] as const;

/** One of them. */
export type CovarianceEstimate = (typeof COVARIANCES)[number];
