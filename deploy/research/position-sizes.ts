// How many shares of one stock each rule of sizing allows, from its own past.

import {
  averageTrueRange,
  kellyContinuous,
  type Size,
  type SizingRule,
  sizePosition,
} from '../../actors/risk/index.js';
import { deviation } from '../../actors/statistics/index.js';
import type { Refusal } from '../../engine/index.js';
import type { MarketBars } from './market-file.js';
import { returnsOfBars } from './return-history.js';

/** Trading days of a year, and bars of the average true range (Wilder's own). */
const YEAR = 252;
const RANGE_BARS = 14;

/** What the rules are told. Shares and volatilities are fractions; volatility is a year's. */
export interface SizingTerms {
  /** Units: dollars. */
  readonly equity: number;
  readonly lotSize: number;
  /** Most of the equity that a position may be. */
  readonly leverageMax: number;
  /** Returns that Kelly, volatility and the worst day rest on. */
  readonly window: number;
  /** Interest a year that Kelly's excess return is beyond. */
  readonly riskFree: number;
  /** Part of Kelly's share that is taken. */
  readonly kellyFraction: number;
  readonly targetVolatility: number;
  /** Share of the equity that may be lost between entry and stop, and the stop in ranges. */
  readonly riskShare: number;
  readonly multiple: number;
  readonly fixedShare: number;
  /** Dollars that the worst day may cost. */
  readonly lossMax: number;
}

/** One rule, what it rests on, and its size or why there is none. */
export interface SizedRule {
  readonly rule: string;
  readonly basis: string;
  readonly size: Size | Refusal;
}

/** The last price and sizes by every rule; `bars` are those of one symbol. */
export interface PositionSizes {
  readonly price: number;
  readonly rules: readonly SizedRule[];
}

/** Sizes a long position. Errors: `data.no_sessions` for bars of fewer than two sessions. */
export function sizesOf(bars: MarketBars, terms: SizingTerms): PositionSizes {
  const history = returnsOfBars(bars, bars.dates.length);
  const returns = history.returns[0]!.filter((value) => !Number.isNaN(value)).slice(-terms.window);
  const price = bars.close[bars.close.length - 1]!;
  const ranges = averageTrueRange(restated(bars), RANGE_BARS);
  const range = ranges[ranges.length - 1]!;
  const assetVolatility = deviation(returns) * Math.sqrt(YEAR);
  const worstMove = returns.reduce((worst, value) => Math.min(worst, value), 0);
  const share = kellyContinuous(returns, terms.riskFree / YEAR);
  const kelly = (fraction: number): SizingRule => ({ kind: 'kelly', share, fraction });
  const { targetVolatility, riskShare, multiple, fixedShare, lossMax, kellyFraction } = terms;
  const input = { equity: terms.equity, price, lotSize: terms.lotSize };
  const of = (rule: string, basis: string, sizing: SizingRule): SizedRule => {
    return { rule, basis, size: sizePosition(sizing, input, terms.leverageMax) };
  };
  const percent = (value: number): string => `${(100 * value).toFixed(2)} %`;
  const stop = price - multiple * range;
  return {
    price,
    rules: [
      of(
        'Kelly, full',
        `mean over variance of ${returns.length} days: ${share.toFixed(2)}`,
        kelly(1),
      ),
      of(`Kelly, ${kellyFraction} of it`, 'the same', kelly(kellyFraction)),
      of(
        'volatility target',
        `${percent(targetVolatility)} of ${percent(assetVolatility)} a year`,
        {
          kind: 'volatility_target',
          targetVolatility,
          assetVolatility,
        },
      ),
      of('ATR stop', `${multiple} ranges of ${range.toFixed(2)}, stop ${stop.toFixed(2)}`, {
        kind: 'atr_stop',
        riskShare,
        averageTrueRange: range,
        multiple,
      }),
      of('fixed fraction', percent(fixedShare), { kind: 'fixed_fraction', share: fixedShare }),
      of('maximum loss', `worst day ${percent(worstMove)}`, {
        kind: 'maximum_loss',
        lossMax,
        worstMove,
      }),
    ],
  };
}

/** Highs, lows and closes in shares of today: those before a split are divided by it. */
function restated({ high, low, close, split }: MarketBars) {
  const factors = new Float64Array(close.length).fill(1);
  for (let at = close.length - 2; at >= 0; at--) factors[at] = factors[at + 1]! * split[at + 1]!;
  const by = (prices: Float64Array) => prices.map((price, at) => price / factors[at]!);
  return { high: by(high), low: by(low), close: by(close) };
}
