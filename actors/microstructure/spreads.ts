// What trading cost: effective spreads now, realised spreads once the price has moved on.

import { WeightedMean, Window } from './window.js';

/** Trades that means are taken over. */
const TRADES = 1_000;

/** Trades that may wait to be looked back at; more are counted and left out. */
const WAITING_MAX = 16_384;

/**
 * Effective spread `2 D (P - M)`, realised spread `2 D (P - M after a delay)`, and their difference,
 * the price impact; each over the middle `M` of before the trade, weighted by size, over the last
 * 1,000 trades. `D` is 1 for a buy and -1 for a sell.
 * Units: basis points of the middle. Source: Huang and Stoll, "Dealer versus auction markets",
 * J. Financial Economics 41 (1996); SEC Rule 605 for the delay of five seconds.
 */
export class TradingCosts {
  readonly #effective = new WeightedMean(TRADES);
  readonly #realised = new WeightedMean(TRADES);
  readonly #impact = new WeightedMean(TRADES);
  readonly #delayUs: number;
  readonly #times = new Window(WAITING_MAX);
  readonly #sides = new Window(WAITING_MAX);
  readonly #prices = new Window(WAITING_MAX);
  readonly #sizes = new Window(WAITING_MAX);
  readonly #mids = new Window(WAITING_MAX);
  #waiting = 0;
  /** Trades that found no room to wait. */
  unrealised = 0;

  constructor(delayUs: number) {
    this.#delayUs = delayUs;
  }

  get effectiveBps(): number {
    return this.#effective.value;
  }

  get realisedBps(): number {
    return this.#realised.value;
  }

  get impactBps(): number {
    return this.#impact.value;
  }

  /** A trade, with its side and the middle of before it. */
  // hot
  push(timeUs: number, trade: SidedTrade, mid: number): void {
    const { side, price, size } = trade;
    if (side === 0 || mid !== mid) return;
    this.#effective.push((2 * side * (price - mid) * 10_000) / mid, size);
    if (this.#waiting === WAITING_MAX) this.unrealised++;
    else this.#waiting++;
    this.#times.push(timeUs);
    this.#sides.push(side);
    this.#prices.push(price);
    this.#sizes.push(size);
    this.#mids.push(mid);
  }

  /** The middle at a time: looks back at the trades whose delay is over. */
  // hot
  onMid(timeUs: number, mid: number): void {
    while (this.#waiting > 0) {
      const at = this.#times.count - this.#waiting;
      if (timeUs - this.#times.at(at) < this.#delayUs) return;
      this.#waiting--;
      const side = this.#sides.at(at);
      const before = this.#mids.at(at);
      const size = this.#sizes.at(at);
      const scale = (2 * side * 10_000) / before;
      this.#realised.push((this.#prices.at(at) - mid) * scale, size);
      this.#impact.push((mid - before) * scale, size);
    }
  }
}

/** A trade and who began it. Units: price and size as the caller's. */
export interface SidedTrade {
  side: number;
  price: number;
  size: number;
}
