// The door of the analytics module: performance of return series, alone and against a benchmark.

export * from './bacon.js';
export * from './benchmark.js';
export * from './drawdowns.js';
export * from './money-weighted.js';
export * from './performance.js';
export { PERFORMANCE_FUNCTIONS } from './reference.js';
