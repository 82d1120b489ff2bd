// The door of the statistics module: moments, distributions, quantiles, covariances, draws.

export * from './covariance.js';
export * from './distributions.js';
export * from './draws.js';
export * from './minimise.js';
export * from './moments.js';
export * from './quantile.js';
export * from './regression.js';
export * from './shrinkage.js';
