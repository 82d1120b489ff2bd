// Margin of options that bound each other's loss: spreads, and a call written beside a put.

import { type MarginPolicy, writtenMargin } from './margin.js';

/** An option, as far as margin reads it. Units: US dollars a share. */
export interface MarginOption {
  readonly symbol: string;
  readonly type: 'call' | 'put';
  readonly strike: number;
  /** Last day on which it can be exercised, yyyymmdd. */
  readonly expiryDate: number;
  /** Signed shares that it is for. */
  readonly shares: number;
  /** Market value, 0 or more. */
  readonly price: number;
  /** Whether it has more than nine months to go. */
  readonly isLongDated: boolean;
  /** True where it delivers something else than its stock, so that it pairs with nothing. */
  readonly isAdjusted: boolean;
}

/** An option written with one of its kind bought that ends no sooner. Units of size: shares. */
export interface Spread {
  readonly written: MarginOption;
  readonly bought: MarginOption;
  readonly size: number;
}

/**
 * What spreads ask together: their value, for what is bought is paid in full, and their largest
 * loss at any strike, or what is written asks by itself where that is less. Units: US dollars.
 * Source: FINRA Regulatory Notice 12-44 (maximum potential loss at every exercise price).
 */
export function spreadMargin(
  spreads: readonly Spread[],
  spot: number,
  policy: MarginPolicy,
): number {
  let [paid, received, asked] = [0, 0, 0];
  for (const { written, bought, size } of spreads) {
    paid += size * bought.price;
    received += size * written.price;
    asked += size * (written.price + writtenMargin({ ...written, spot }, policy));
  }
  return Math.max(0, paid - received + Math.min(asked, largestLoss(spreads)));
}

/** At the worst of the strikes: between them nothing is worse, as both sides have as many. */
function largestLoss(spreads: readonly Spread[]): number {
  let worst = 0;
  for (const { written, bought } of spreads) {
    for (const { strike } of [written, bought]) {
      const loss = spreads.reduce((sum, one) => sum + one.size * lossAt(one, strike), 0);
      worst = Math.max(worst, loss);
    }
  }
  return worst;
}

function lossAt({ written, bought }: Spread, price: number): number {
  return intrinsic(written, price) - intrinsic(bought, price);
}

/** What an option is worth if it ends at a price. Units: US dollars a share. */
export function intrinsic({ type, strike }: MarginOption, price: number): number {
  return Math.max(0, type === 'call' ? price - strike : strike - price);
}

/**
 * What spreads ask less together than each for itself, those that end alike in both legs counted
 * as one: a butterfly, a condor, an iron condor. Units: US dollars.
 */
export function savedTogether(
  spreads: readonly Spread[],
  spot: number,
  policy: MarginPolicy,
): number {
  const alike = new Map<string, Spread[]>();
  for (const spread of spreads) {
    const key = `${spread.written.expiryDate} ${spread.bought.expiryDate}`;
    const known = alike.get(key);
    if (known === undefined) alike.set(key, [spread]);
    else known.push(spread);
  }
  let saved = 0;
  for (const group of alike.values()) {
    if (group.length === 1) continue;
    const apart = group.reduce((sum, one) => sum + spreadMargin([one], spot, policy), 0);
    saved += Math.max(0, apart - spreadMargin(group, spot, policy));
  }
  return saved;
}

/** Options written and bounded by nothing: how many shares, and what each asks. */
interface Uncovered {
  readonly type: 'call' | 'put';
  readonly size: number;
  readonly asks: number;
}

/**
 * What calls and puts that are written bare ask less beside each other: the stock can't hurt both,
 * so of each two the larger counts. Units: US dollars. Source: FINRA Rule 4210(f)(2), straddles.
 */
export function savedByStraddles(uncovered: readonly Uncovered[]): number {
  const [calls, puts] = (['call', 'put'] as const).map((type) =>
    uncovered
      .filter((one) => one.type === type)
      .sort((one, other) => other.asks - one.asks)
      .map((one) => ({ ...one, left: one.size })),
  );
  let saved = 0;
  while (calls?.[0] !== undefined && puts?.[0] !== undefined) {
    const [call, put] = [calls[0], puts[0]];
    const size = Math.min(call.left, put.left);
    saved += size * Math.min(call.asks, put.asks);
    call.left -= size;
    put.left -= size;
    if (call.left === 0) calls.shift();
    if (put.left === 0) puts.shift();
  }
  return saved;
}
