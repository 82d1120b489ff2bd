// The door of the reference module: results compared with reference vectors.

export * from './compare.js';
export * from './panel.js';
export * from './reference-case.js';
export * from './registry.js';
