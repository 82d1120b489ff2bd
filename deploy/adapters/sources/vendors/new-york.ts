// New York's wall clock as the vendors of stocks write it.

import { newYorkOffsetUs } from '../../../../actors/calendar/index.js';

/** New York's standard time behind UTC: near enough to ask which offset holds. */
const STANDARD_US = 5 * 3_600_000_000;

/**
 * A wall clock of New York, `2021-01-04` or `2021-01-04 09:30:00`, as time; NaN where it is none.
 * Units: microseconds UTC.
 */
export function newYorkUs(text: string): number {
  const parts = /^(\d{4}-\d\d-\d\d)(?: (\d\d:\d\d:\d\d))?$/.exec(text);
  if (parts === null) return Number.NaN;
  const wallUs = Date.parse(`${parts[1]}T${parts[2] ?? '00:00:00'}Z`) * 1000;
  if (!(wallUs > 0)) return Number.NaN;
  return wallUs + newYorkOffsetUs(wallUs + STANDARD_US);
}

/** New York's wall clock at a time, as `2021-01-04 09:30:00`. */
export function newYorkText(timeUs: number): string {
  const wallMs = (timeUs - newYorkOffsetUs(timeUs)) / 1000;
  return new Date(wallMs).toISOString().slice(0, 19).replace('T', ' ');
}
