// Renko bricks: the price in steps of one size, fixed or taken from the average true range.

import { type Bar, type BarBuilder, type Emit, noCounts, type Trade } from './bar.js';
import { reaches } from './event-bars.js';
import type { Grid } from './grid.js';

/** Ends of bricks are decimal prices: summing sizes must not drift away from them. */
const PLACES = 1e8;

/** Bricks that one trade may complete; a move of more is a bad size, or a bad print. */
const BRICKS_PER_TRADE_MAX = 10_000;

function decimal(price: number): number {
  return Math.round(price * PLACES) / PLACES;
}

/** Tells the size of a brick before a trade is looked at; undefined while none is known. */
type SizeOf = (trade: Trade) => number | undefined;

/**
 * Builds bricks of a fixed size. The first trade's price is where they start; a brick in the other
 * direction begins at the start of the last one, so that a turn takes a move of two sizes. Volume
 * since the last brick goes to the first of those that one trade completes.
 * Source: S. Nison, Beyond Candlesticks, 1994, chapter 8.
 */
export function createRenko(size: number): BarBuilder<Trade> {
  return createBricks(() => size);
}

/**
 * Builds bricks of one average true range of the sessions completed so far (Wilder's mean of
 * `period`), as of the session a trade is in; there are none before so many sessions are complete.
 */
export function createAtrRenko(period: number, sessions: Grid): BarBuilder<Trade> {
  let session = { startUs: Number.NaN, high: Number.NaN, low: Number.NaN, close: Number.NaN };
  let previousClose = Number.NaN;
  let sum = 0;
  let count = 0;
  let size: number | undefined;
  const complete = (): void => {
    const { high, low, close } = session;
    const range = Math.max(high, previousClose) - Math.min(low, previousClose);
    if (!Number.isNaN(range)) {
      count++;
      sum = count <= period ? sum + range : (sum / period) * (period - 1) + range;
      if (count >= period) size = decimal(sum / period);
    }
    if (!Number.isNaN(close)) previousClose = close;
  };
  return createBricks(({ timeUs, price }) => {
    const interval = sessions(timeUs);
    if (interval === undefined) return undefined;
    if (interval.startUs !== session.startUs) {
      complete();
      session = { startUs: interval.startUs, high: price, low: price, close: price };
    }
    session.high = Math.max(session.high, price);
    session.low = Math.min(session.low, price);
    session.close = price;
    return size !== undefined && size > 0 ? size : undefined;
  });
}

function createBricks(sizeOf: SizeOf): BarBuilder<Trade> {
  const counters = noCounts();
  let top = Number.NaN;
  let bottom = Number.NaN;
  let lastUs = Number.NEGATIVE_INFINITY;
  let count = 0;
  const since = { startUs: Number.NaN, volume: 0, turnover: 0, trades: 0 };

  const brick = (from: number, to: number, timeUs: number, emit: Emit): void => {
    const bar: Bar = {
      id: count++,
      startUs: since.startUs,
      endUs: timeUs,
      open: from,
      high: Math.max(from, to),
      low: Math.min(from, to),
      close: to,
      volume: since.volume,
      turnover: since.turnover,
      trades: since.trades,
      version: 1,
    };
    [bottom, top] = [bar.low, bar.high];
    since.startUs = timeUs;
    since.volume = since.turnover = since.trades = 0;
    emit({ kind: 'closed', bar });
  };

  return {
    counters,
    push(trade, emit) {
      const { timeUs, price, size, setsPrice } = trade;
      if (timeUs < lastUs) {
        // Bricks are the order in which prices came: one that was missed can't be put back.
        counters.tooLate++;
        return;
      }
      counters.taken++;
      lastUs = timeUs;
      if (Number.isNaN(since.startUs)) since.startUs = timeUs;
      since.volume += size;
      since.turnover += size * price;
      since.trades++;
      if (!setsPrice) return;
      const step = sizeOf(trade);
      if (step === undefined) return;
      if (Math.abs(price - top) / step > BRICKS_PER_TRADE_MAX) {
        counters.tooFar++;
        top = bottom = price;
      }
      if (Number.isNaN(top)) top = bottom = price;
      while (reaches(price - top, step)) brick(top, decimal(top + step), timeUs, emit);
      while (reaches(bottom - price, step)) brick(bottom, decimal(bottom - step), timeUs, emit);
    },
    advance() {
      // Time completes no brick.
    },
    finish() {
      // A brick that is not complete is none.
    },
  };
}
