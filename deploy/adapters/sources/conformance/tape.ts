// A small day of made-up records, the same every time: what conforming sources must give back.

import type { BarRecord, QuoteRecord, TradeRecord } from '../record.js';
import { newYorkUs } from '../vendors/new-york.js';

/** A tape of one symbol. */
export interface Tape {
  readonly symbol: string;
  readonly trades: readonly TradeRecord[];
  readonly quotes: readonly QuoteRecord[];
  readonly minutes: readonly BarRecord[];
  readonly days: readonly BarRecord[];
}

/** The minute the tape begins in. Units: microseconds UTC. */
export const TAPE_START_US = newYorkUs('2021-01-04 09:30:00');

/** Records of each kind: more than a page of any vendor that has fixed pages. */
const TAPE_LENGTH = 1_250;

/**
 * Minutes of a session, and how far apart those in which somebody trades are: a night is longer
 * than any vendor's page of minutes, a page of wall clock is never full.
 */
const SESSION_MINUTES = 390;
const TRADED_MINUTES = 1.25;

/** Time between two trades; a whole number of the coarsest step. Units: microseconds. */
const STEP_US = 2_000_000;

/** A vendor's number of the first trade. */
const FIRST_NUMBER = 1_001;

/** A tape whose prices and sizes are exact in cents and in ten-thousandths. */
export function tapeOf(symbol: string): Tape {
  const indexes = Array.from({ length: TAPE_LENGTH }, (_, index) => index);
  const priceOf = (index: number): number => 130 + ((index * 7) % 11) / 4;
  const barOf = (every: '1m' | '1d', timeUs: number, index: number): BarRecord => {
    const open = priceOf(index);
    const close = priceOf(index + 1);
    const low = Math.min(open, close) - 0.5;
    const high = Math.max(open, close) + 0.25;
    const volume = 1_000 + index;
    return { kind: 'bar', symbol, every, timeUs, open, high, low, close, volume };
  };
  return {
    symbol,
    trades: indexes.map((index) => ({
      kind: 'trade',
      symbol,
      timeUs: TAPE_START_US + index * STEP_US,
      price: priceOf(index),
      size: 100 + index,
      id: String(FIRST_NUMBER + index),
      sequence: FIRST_NUMBER + index,
      conditions: '',
    })),
    quotes: indexes.map((index) => ({
      kind: 'quote',
      symbol,
      timeUs: TAPE_START_US + index * STEP_US,
      bid: priceOf(index) - 0.25,
      ask: priceOf(index) + 0.25,
      bidSize: 300 + index,
      askSize: 200 + index,
      sequence: FIRST_NUMBER + index,
    })),
    minutes: indexes.map((index) => barOf('1m', minuteUs(index), index)),
    days: indexes.map((index) => barOf('1d', dayUs(index), index)),
  };
}

/** Start of a bar of a minute: one in five has none, and none is at night. */
function minuteUs(index: number): number {
  const minute = Math.floor(index * TRADED_MINUTES);
  const day = Math.floor(minute / SESSION_MINUTES);
  return TAPE_START_US + day * 86_400e6 + (minute % SESSION_MINUTES) * 60e6;
}

/** Start of a bar of a day: Monday to Friday. */
function dayUs(index: number): number {
  const day = 4 + Math.floor(index / 5) * 7 + (index % 5);
  return newYorkUs(new Date(Date.UTC(2021, 0, day)).toISOString().slice(0, 10));
}
