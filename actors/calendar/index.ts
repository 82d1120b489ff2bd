// The door of the calendar module: civil dates, the exchange's sessions and their hours.

export * from './civil.js';
export * from './exchange.js';
export { earlyClosesOf, holidaysOf, type SpecialDay } from './holidays.js';
export * from './periods.js';
export * from './session.js';
export { verifyCalendarCase } from './verify.js';
