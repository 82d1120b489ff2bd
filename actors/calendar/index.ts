// The door of the calendar module: civil dates and session times.

export * from './civil.js';
export * from './session.js';
