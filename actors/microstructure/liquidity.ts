// What trades of a trailing window say of liquidity: Amihud, Kyle, Roll, and the square-root law.

import { amihudIlliquidity, kyleLambda, rollSpread } from '../execution/index.js';
import { Window } from './window.js';

/** Intervals of the window: with intervals of a second, five minutes. */
const INTERVALS = 300;

/** Intervals below which nothing is estimated. */
const INTERVALS_MIN = 30;

/** Trades whose price changes give Roll's spread. */
const TRADES = 1_000;

/** Estimates over the window; NaN where there is too little, or nothing to estimate. */
export interface LiquidityEstimates {
  /** Mean |return| over money traded, of intervals with trades. Units: per million of money. */
  amihud: number;
  /** Price change of signed volume. Units: of the price, for one unit of size. */
  kyleLambda: number;
  kyleT: number;
  /** Units: of the price. */
  rollSpread: number;
  /** Constant of the square-root law, and its standard error. */
  impactCoefficient: number;
  impactError: number;
}

/**
 * Estimates made anew at the end of each interval of event time from the intervals of the window:
 * price change of the middle, signed volume, money traded.
 *
 * The square-root law `|return| = Y sigma sqrt(Q / V)` is fitted through the origin over the
 * intervals, with `sigma` the deviation of their returns, `V` their mean volume and `Q` their net
 * signed volume; the error is that of least squares. It speaks of the flow of all, not of one
 * trader's order, and over one interval: a rough guide to the cost of so much in so little time.
 * Source: Amihud (2002), Kyle (1985) and Roll (1984) as in the execution module; Toth et al.,
 * "Anomalous price impact", Phys. Rev. X 1 (2011).
 */
export class Liquidity {
  readonly estimates: LiquidityEstimates = {
    amihud: Number.NaN,
    kyleLambda: Number.NaN,
    kyleT: Number.NaN,
    rollSpread: Number.NaN,
    impactCoefficient: Number.NaN,
    impactError: Number.NaN,
  };
  readonly #intervalUs: number;
  readonly #mids = new Window(INTERVALS + 1);
  readonly #signed = new Window(INTERVALS);
  readonly #volumes = new Window(INTERVALS);
  readonly #money = new Window(INTERVALS);
  readonly #trades = new Window(TRADES);
  #interval = Number.NaN;
  #mid = Number.NaN;
  #signedNow = 0;
  #volumeNow = 0;
  #moneyNow = 0;

  constructor(intervalUs: number) {
    this.#intervalUs = intervalUs;
  }

  /** A trade and who began it. Units: of price and size. */
  // hot
  onTrade(price: number, size: number, side: number): void {
    this.#trades.push(price);
    this.#signedNow += side * size;
    this.#volumeNow += size;
    this.#moneyNow += price * size;
  }

  /** The middle at a time, after the trades before it; true when an interval has ended. */
  // hot
  onMid(timeUs: number, mid: number): boolean {
    const interval = Math.floor(timeUs / this.#intervalUs);
    const hasEnded = interval > this.#interval;
    if (hasEnded) this.#close(interval);
    if (this.#interval !== this.#interval) {
      this.#interval = interval;
      this.#mids.push(mid);
    }
    this.#mid = mid;
    return hasEnded;
  }

  /** Ends the interval, and those without any news since, as many as the window holds. */
  #close(interval: number): void {
    const passed = Math.min(INTERVALS, interval - this.#interval);
    for (let ended = 0; ended < passed; ended++) {
      this.#mids.push(this.#mid);
      this.#signed.push(this.#signedNow);
      this.#volumes.push(this.#volumeNow);
      this.#money.push(this.#moneyNow);
      this.#signedNow = 0;
      this.#volumeNow = 0;
      this.#moneyNow = 0;
    }
    this.#interval = interval;
    if (this.#signed.count >= INTERVALS_MIN) this.#estimate();
  }

  #estimate(): void {
    const mids = this.#mids.toArray();
    const signed = this.#signed.toArray();
    const changes = mids.slice(1).map((mid, index) => mid - mids[index]!);
    const out = this.estimates;
    const amihud = amihudIlliquidity(mids, [0, ...this.#money.toArray()]);
    out.amihud = typeof amihud === 'number' ? amihud * 1e6 : Number.NaN;
    const kyle = kyleLambda(signed, changes);
    out.kyleLambda = 'lambda' in kyle ? kyle.lambda : Number.NaN;
    out.kyleT = 'lambda' in kyle ? kyle.tStatistic : Number.NaN;
    const roll = rollSpread(this.#trades.toArray(), 1);
    out.rollSpread = 'spread' in roll ? roll.spread : Number.NaN;
    const returns = changes.map((change, index) => change / mids[index]!);
    const fitted = fitSquareRoot(returns, signed, this.#volumes.toArray());
    out.impactCoefficient = fitted.coefficient;
    out.impactError = fitted.error;
  }
}

/** A constant of the square-root law and its standard error; NaN where there is nothing to fit. */
export interface SquareRootFit {
  readonly coefficient: number;
  readonly error: number;
}

/** Fits `return = Y sign(Q) sigma sqrt(|Q| / V)` by least squares through the origin. */
export function fitSquareRoot(
  returns: readonly number[],
  signed: readonly number[],
  volumes: readonly number[],
): SquareRootFit {
  const count = returns.length;
  const mean = returns.reduce((sum, value) => sum + value, 0) / count;
  const spread = returns.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const sigma = Math.sqrt(spread / (count - 1));
  const volume = volumes.reduce((sum, value) => sum + value, 0) / count;
  let products = 0;
  let squares = 0;
  const terms = signed.map((size) => Math.sign(size) * sigma * Math.sqrt(Math.abs(size) / volume));
  terms.forEach((term, index) => {
    products += term * returns[index]!;
    squares += term * term;
  });
  if (!(squares > 0 && count > 2)) return { coefficient: Number.NaN, error: Number.NaN };
  const coefficient = products / squares;
  const unexplained = terms.reduce(
    (sum, term, index) => sum + (returns[index]! - coefficient * term) ** 2,
    0,
  );
  return { coefficient, error: Math.sqrt(unexplained / (count - 1) / squares) };
}
