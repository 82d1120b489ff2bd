// The door of the limits module.

export * from './limits.js';
export * from './measures.js';
export * from './standing.js';
