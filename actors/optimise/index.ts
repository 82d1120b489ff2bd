// The door of the optimise module: portfolios built from means, covariances, budgets and views.

export * from './black-litterman.js';
export * from './clusters.js';
export * from './constraints.js';
export * from './contradictions.js';
export * from './hierarchical.js';
export * from './mean-variance.js';
export * from './quadratic.js';
export { PORTFOLIO_FUNCTIONS } from './reference.js';
export * from './risk-budget.js';
export * from './turnover.js';
