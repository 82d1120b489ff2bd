// Circuit breakers: what of a market is abnormal, by event time alone, in shared memory.

import { assert } from '../../engine/index.js';

/** One step of the market-wide breaker. */
export interface MarketLevel {
  /** Mean fall of all symbols since the last close that halts; a fraction above 0. */
  readonly fall: number;
  /** How long. Units: microseconds of event time. */
  readonly haltUs: number;
}

/** When trading is halted; Infinity never does. */
export interface BreakerConfig {
  /** Move between two points of a session, or since the last one; a fraction. */
  readonly moveMax: number;
  /** How long such a move halts its symbol. Units: microseconds of event time. */
  readonly moveHaltUs: number;
  /** Largest spread, a fraction of its middle. */
  readonly spreadMax: number;
  /** Largest age of the last print. Units: microseconds of event time. */
  readonly ageMaxUs: number;
  /** Steps of the market-wide breaker, from the smallest fall. */
  readonly market: readonly MarketLevel[];
}

/** Nothing is ever halted. */
export const NO_BREAKERS: BreakerConfig = {
  moveMax: Number.POSITIVE_INFINITY,
  moveHaltUs: 0,
  spreadMax: Number.POSITIVE_INFINITY,
  ageMaxUs: Number.POSITIVE_INFINITY,
  market: [],
};

/** A symbol's quote, and the price that moves are measured from. NaN where there is none. */
export interface QuoteNow {
  readonly last: number;
  readonly bid: number;
  readonly ask: number;
  readonly lastTimeUs: number;
  /** At the last point of this session; NaN before its first. */
  readonly reference: number;
}

/** Numbers behind the rows': until when the market is halted, its session, steps reached in it. */
const MARKET = { until: 0, session: 1, reached: 2, size: 3 } as const;

/** Memory of so many rows: the event time until which each is halted; then `MARKET`. */
export function createBreakers(rowCount: number): SharedArrayBuffer {
  return new SharedArrayBuffer((rowCount + MARKET.size) * 8);
}

/** The breakers as one thread sees them. Whoever owns a row writes it; shard 0 the market. */
export class Breakers {
  readonly config: BreakerConfig;
  readonly #until: Float64Array;
  readonly #market: number;

  constructor(memory: SharedArrayBuffer, config: BreakerConfig) {
    this.config = config;
    this.#until = new Float64Array(memory);
    this.#market = this.#until.length - MARKET.size;
    assert(this.#market >= 0, 'breakers.memory_has_a_market');
  }

  /**
   * Takes a row's prices at two points of one session; the first has none before it, for a gap
   * over night or a split is no abnormal market.
   */
  // hot
  notePoint(row: number, before: number, now: number, timeUs: number): void {
    if (Math.abs(now / before - 1) > this.config.moveMax) {
      this.#halt(row, timeUs + this.config.moveHaltUs);
    }
  }

  /** Takes the prices of rows at two points of one session. */
  // hot
  notePoints(rows: Int32Array, before: Float64Array, now: Float64Array, timeUs: number): void {
    for (let index = 0; index < rows.length; index++) {
      const row = rows[index]!;
      this.notePoint(row, before[row]!, now[row]!, timeUs);
    }
  }

  /**
   * Takes the mean return of all symbols since the last close. Each step halts once in a session
   * (yyyymmdd), however long the fall lasts; points told again, of it or one before, reach none.
   */
  noteMarket(meanReturn: number, timeUs: number, session: number): void {
    const values = this.#until;
    const reachedAt = this.#market + MARKET.reached;
    const sessionAt = this.#market + MARKET.session;
    if (session < values[sessionAt]!) return;
    if (session > values[sessionAt]!) {
      values[reachedAt] = 0;
      values[sessionAt] = session;
    }
    const { market } = this.config;
    for (let step = values[reachedAt]!; step < market.length; step++) {
      const { fall, haltUs } = market[step]!;
      if (!(meanReturn <= -fall)) return;
      this.#halt(this.#market, timeUs + haltUs);
      values[reachedAt] = step + 1;
    }
  }

  /** A halt is never cut short: a replay, which tells old points again, finds it as it was. */
  // hot
  #halt(index: number, untilUs: number): void {
    if (untilUs > this.#until[index]!) this.#until[index] = untilUs;
  }

  /** Event time until which a row is halted, its own or with the market; 0 for never yet. */
  haltedUntil(row: number): number {
    return Math.max(this.#until[row]!, this.#until[this.#market]!);
  }

  /** Event time until which the market is halted. */
  get marketHaltedUntil(): number {
    return this.#until[this.#market]!;
  }

  /** Whether a symbol may be traded, as far as the market goes. */
  stateOf(row: number, quote: QuoteNow, nowUs: number): 'open' | 'halted' | 'wide' | 'stale' {
    const { moveMax, spreadMax, ageMaxUs } = this.config;
    if (row < 0) return 'stale';
    if (this.haltedUntil(row) > nowUs) return 'halted';
    if (Math.abs(quote.last / quote.reference - 1) > moveMax) return 'halted';
    if (2 * (quote.ask - quote.bid) > spreadMax * (quote.ask + quote.bid)) return 'wide';
    // What was never printed has no age: where ages count, it is not a young one.
    const isYoung = ageMaxUs === Number.POSITIVE_INFINITY || nowUs - quote.lastTimeUs <= ageMaxUs;
    return isYoung ? 'open' : 'stale';
  }
}
