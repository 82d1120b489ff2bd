// The door of the limits module.

export * from './limits.js';
export * from './standing.js';
