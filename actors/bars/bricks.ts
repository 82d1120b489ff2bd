// Renko bricks: the price in steps of one size, fixed or taken from the average true range.

import {
  type Bar,
  type BarBuilder,
  type BarState,
  type Emit,
  noCounts,
  type Trade,
} from './bar.js';
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

/** What the average true range of sessions is made of. */
interface RangeState {
  session: { startUs: number; high: number; low: number; close: number };
  previousClose: number;
  sum: number;
  count: number;
  size: number | undefined;
}

/** What a builder of bricks remembers. */
export interface BricksState extends BarState {
  /** Ends of the last brick. */
  top: number;
  bottom: number;
  lastUs: number;
  /** Bricks so far. */
  count: number;
  /** Since the last brick. */
  readonly since: { startUs: number; volume: number; turnover: number; trades: number };
  /** Where the size of a brick is the average true range. */
  readonly range: RangeState;
}

function newState(): BricksState {
  const none = Number.NaN;
  return {
    counters: noCounts(),
    top: none,
    bottom: none,
    lastUs: Number.NEGATIVE_INFINITY,
    count: 0,
    since: { startUs: none, volume: 0, turnover: 0, trades: 0 },
    range: {
      session: { startUs: none, high: none, low: none, close: none },
      previousClose: none,
      sum: 0,
      count: 0,
      size: undefined,
    },
  };
}

/**
 * Builds bricks of a fixed size. The first trade's price is where they start; a brick in the other
 * direction begins at the start of the last one, so that a turn takes a move of two sizes. Volume
 * since the last brick goes to the first of those that one trade completes.
 * Source: S. Nison, Beyond Candlesticks, 1994, chapter 8.
 */
export function createRenko(size: number, kept: BricksState = newState()): BarBuilder<Trade> {
  return createBricks(kept, () => size);
}

/**
 * Builds bricks of one average true range of the sessions completed so far (Wilder's mean of
 * `period`), as of the session a trade is in; there are none before so many sessions are complete.
 */
export function createAtrRenko(
  period: number,
  sessions: Grid,
  kept: BricksState = newState(),
): BarBuilder<Trade> {
  const state = kept.range;
  return createBricks(kept, ({ timeUs, price }) => {
    const interval = sessions(timeUs);
    if (interval === undefined) return undefined;
    if (interval.startUs !== state.session.startUs) {
      completeSession(state, period);
      state.session = { startUs: interval.startUs, high: price, low: price, close: price };
    }
    const { session, size } = state;
    session.high = Math.max(session.high, price);
    session.low = Math.min(session.low, price);
    session.close = price;
    return size !== undefined && size > 0 ? size : undefined;
  });
}

function completeSession(state: RangeState, period: number): void {
  const { high, low, close } = state.session;
  const range = Math.max(high, state.previousClose) - Math.min(low, state.previousClose);
  if (!Number.isNaN(range)) {
    state.count++;
    const { sum, count } = state;
    state.sum = count <= period ? sum + range : (sum / period) * (period - 1) + range;
    if (count >= period) state.size = decimal(state.sum / period);
  }
  if (!Number.isNaN(close)) state.previousClose = close;
}

function createBricks(state: BricksState, sizeOf: SizeOf): BarBuilder<Trade> {
  const { counters, since } = state;
  return {
    counters,
    state,
    push(trade, emit) {
      const { timeUs, price, size, setsPrice } = trade;
      if (timeUs < state.lastUs) {
        // Bricks are the order in which prices came: one that was missed can't be put back.
        counters.tooLate++;
        return;
      }
      counters.taken++;
      state.lastUs = timeUs;
      if (Number.isNaN(since.startUs)) since.startUs = timeUs;
      since.volume += size;
      since.turnover += size * price;
      since.trades++;
      if (!setsPrice) return;
      const step = sizeOf(trade);
      if (step !== undefined) drawBricks(state, price, step, emit);
    },
    advance() {
      // Time completes no brick.
    },
    finish() {
      // A brick that is not complete is none.
    },
    forming: () => undefined,
  };
}

/** Draws every brick that a price completes. */
function drawBricks(state: BricksState, price: number, step: number, emit: Emit): void {
  if (Math.abs(price - state.top) / step > BRICKS_PER_TRADE_MAX) {
    state.counters.tooFar++;
    state.top = state.bottom = price;
  }
  if (Number.isNaN(state.top)) state.top = state.bottom = price;
  while (reaches(price - state.top, step)) drawBrick(state, state.top, step, emit);
  while (reaches(state.bottom - price, step)) drawBrick(state, state.bottom, -step, emit);
}

function drawBrick(state: BricksState, from: number, step: number, emit: Emit): void {
  const { since } = state;
  const to = decimal(from + step);
  const bar: Bar = {
    id: state.count++,
    startUs: since.startUs,
    endUs: state.lastUs,
    open: from,
    high: Math.max(from, to),
    low: Math.min(from, to),
    close: to,
    volume: since.volume,
    turnover: since.turnover,
    trades: since.trades,
    version: 1,
  };
  state.bottom = bar.low;
  state.top = bar.high;
  since.startUs = state.lastUs;
  since.volume = since.turnover = since.trades = 0;
  emit({ kind: 'closed', bar });
}
