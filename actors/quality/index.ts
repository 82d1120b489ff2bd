// The door of the quality module: codes, sale conditions, rules of ticks and days, planted faults.

export * from './codes.js';
export * from './daily-rules.js';
export * from './plant.js';
export * from './plant-score.js';
export * from './sale-conditions.js';
export type { PlantedDay } from './spoil.js';
export * from './tick-columns.js';
export * from './tick-rules.js';
