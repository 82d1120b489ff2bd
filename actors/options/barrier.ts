// Single-barrier European options, watched continuously, in closed form.

import { type Refusal, refusal } from '../../engine/index.js';
import { blackScholes } from './black-scholes.js';
import { normalCdf } from './normal.js';
import { checkTerms, type OptionTerms } from './terms.js';

/** Which side the barrier is on, and whether touching it starts or ends the option. */
export type BarrierKind = 'DownIn' | 'DownOut' | 'UpIn' | 'UpOut';

/** An option with a barrier. */
export interface BarrierOption extends OptionTerms {
  readonly barrierType: BarrierKind;
  readonly barrier: number;
  /** Cash paid when knocked out (at that moment), or never knocked in (at expiry). */
  readonly rebate: number;
}

/** The six building blocks, named as in the source. */
interface Blocks {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
  readonly e: number;
  readonly f: number;
}

function blocksOf(option: BarrierOption): Blocks {
  const { type, spot, strike, barrier, rate, dividendYield, volatility, timeYears } = option;
  const phi = type === 'call' ? 1 : -1;
  const eta = option.barrierType.startsWith('Down') ? 1 : -1;
  const variance = volatility * volatility;
  const deviation = volatility * Math.sqrt(timeYears);
  const mu = (rate - dividendYield - variance / 2) / variance;
  const asset = spot * Math.exp(-dividendYield * timeYears);
  const cash = strike * Math.exp(-rate * timeYears);
  const shift = (1 + mu) * deviation;
  const ratio = barrier / spot;
  const x1 = Math.log(spot / strike) / deviation + shift;
  const x2 = Math.log(spot / barrier) / deviation + shift;
  const y1 = Math.log((barrier * ratio) / strike) / deviation + shift;
  const y2 = Math.log(ratio) / deviation + shift;
  const direct = (x: number): number =>
    phi * (asset * normalCdf(phi * x) - cash * normalCdf(phi * (x - deviation)));
  const assetMirror = ratio ** (2 * (mu + 1));
  const cashMirror = ratio ** (2 * mu);
  const mirrored = (y: number): number =>
    phi *
    (asset * assetMirror * normalCdf(eta * y) -
      cash * cashMirror * normalCdf(eta * (y - deviation)));
  return {
    a: direct(x1),
    b: direct(x2),
    c: mirrored(y1),
    d: mirrored(y2),
    e:
      option.rebate *
      Math.exp(-rate * timeYears) *
      (normalCdf(eta * (x2 - deviation)) - cashMirror * normalCdf(eta * (y2 - deviation))),
    f: option.rebate === 0 ? 0 : option.rebate * touchValue(option, eta, mu),
  };
}

/** Value of one unit paid at the first touch; NaN where a negative rate leaves it without. */
function touchValue(option: BarrierOption, eta: number, mu: number): number {
  const { spot, barrier, rate, volatility, timeYears } = option;
  const deviation = volatility * Math.sqrt(timeYears);
  const lambda = Math.sqrt(mu * mu + (2 * rate) / (volatility * volatility));
  const ratio = barrier / spot;
  const z = Math.log(ratio) / deviation + lambda * deviation;
  return (
    ratio ** (mu + lambda) * normalCdf(eta * z) +
    ratio ** (mu - lambda) * normalCdf(eta * (z - 2 * lambda * deviation))
  );
}

function combine(option: BarrierOption, { a, b, c, d, e, f }: Blocks): number {
  const isStrikeAbove = option.strike > option.barrier;
  const isCall = option.type === 'call';
  switch (option.barrierType) {
    case 'DownIn':
      if (isCall) return isStrikeAbove ? c + e : a - b + d + e;
      return isStrikeAbove ? b - c + d + e : a + e;
    case 'UpIn':
      if (isCall) return isStrikeAbove ? a + e : b - c + d + e;
      return isStrikeAbove ? a - b + d + e : c + e;
    case 'DownOut':
      if (isCall) return isStrikeAbove ? a - c + f : b - d + f;
      return isStrikeAbove ? a - b + c - d + f : f;
    case 'UpOut':
      if (isCall) return isStrikeAbove ? f : a - b + c - d + f;
      return isStrikeAbove ? b - d + f : a - c + f;
  }
}

/**
 * Price of a single-barrier option that has not been touched before; where the spot is at or
 * beyond the barrier it is the plain option (in) or the rebate (out).
 * Errors: the refusals of the terms; `options.barrier`; `options.rebate` (negative, or with a
 * negative rate for which its value has no real solution); `options.no_chance_left`.
 * Source: Reiner and Rubinstein 1991, as in Haug, 2nd ed., 4.17.1.
 */
export function barrierPrice(option: BarrierOption): number | Refusal {
  const refused = checkTerms(option);
  if (refused !== undefined) return refused;
  const { barrier, rebate, spot, volatility, timeYears } = option;
  if (!(barrier > 0 && Number.isFinite(barrier))) {
    return refusal('options.barrier', `expected a positive barrier, was ${barrier}`);
  }
  if (!(rebate >= 0 && Number.isFinite(rebate))) {
    return refusal('options.rebate', `expected a rebate of 0 or more, was ${rebate}`);
  }
  const isDown = option.barrierType === 'DownIn' || option.barrierType === 'DownOut';
  if (isDown ? spot <= barrier : spot >= barrier) {
    if (option.barrierType === 'DownOut' || option.barrierType === 'UpOut') return rebate;
    const plain = blackScholes(option);
    return 'price' in plain ? plain.price : plain;
  }
  if (volatility * timeYears === 0) {
    return refusal('options.no_chance_left', 'expected volatility and time above 0');
  }
  const price = combine(option, blocksOf(option));
  if (Number.isNaN(price)) {
    const text = `expected a rate for which the rebate has a value, was ${option.rate}`;
    return refusal('options.rebate', text);
  }
  return Math.max(0, price);
}
