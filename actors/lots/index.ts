// The door of the lots module: exact decimals and tax lots.

export * from './decimal.js';
export * from './holding-period.js';
export * from './lot.js';
