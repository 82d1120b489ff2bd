// The door of the universe module: who is listed under which name, actions, factors, selection.

export * from './as-of.js';
export * from './factors.js';
export * from './fundamentals.js';
export * from './lives.js';
export * from './master.js';
export * from './security-kind.js';
export * from './select.js';
