// Curves drawn over the candles: features whose whole history follows from the bars on the page.

/** The part of a bar that curves are made of. */
export interface Ends {
  readonly high: number;
  readonly low: number;
  readonly close: number;
}

/** One curve: the feature it is, and its value at each bar; NaN until it has enough bars. */
export interface Curve {
  readonly feature: string;
  readonly values: readonly number[];
}

type Window = (bars: readonly Ends[]) => number;

function mean(bars: readonly Ends[]): number {
  return bars.reduce((sum, bar) => sum + bar.close, 0) / bars.length;
}

/** The mean and so many standard deviations of the population. */
function band(deviations: number): Window {
  return (bars) => {
    const middle = mean(bars);
    const variance = bars.reduce((sum, bar) => sum + (bar.close - middle) ** 2, 0) / bars.length;
    return middle + deviations * Math.sqrt(variance);
  };
}

const highest: Window = (bars) => Math.max(...bars.map((bar) => bar.high));
const lowest: Window = (bars) => Math.min(...bars.map((bar) => bar.low));

/** By overlay: the curves, each a feature, its window of bars, and what is made of them. */
const OVERLAYS: Readonly<Record<string, readonly (readonly [string, number, Window])[]>> = {
  'mean of 20': [['sma_20', 20, mean]],
  'mean of 50': [['sma_50', 50, mean]],
  'mean of 200': [['sma_200', 200, mean]],
  'Bollinger band 20': [
    ['bb_upper_20', 20, band(2)],
    ['bb_middle_20', 20, mean],
    ['bb_lower_20', 20, band(-2)],
  ],
  'Donchian channel 20': [
    ['donchian_upper_20', 20, highest],
    ['donchian_lower_20', 20, lowest],
  ],
};

/** Names of the overlays to choose from. */
export const OVERLAY_NAMES: readonly string[] = Object.keys(OVERLAYS);

/** Bars before the first one shown that the longest curve needs. */
export const OVERLAY_BARS = 200;

/** The curves of an overlay; none for a name that is not one. */
export function curvesOf(overlay: string, bars: readonly Ends[]): readonly Curve[] {
  return (OVERLAYS[overlay] ?? []).map(([feature, length, value]) => ({
    feature,
    values: bars.map((_, index) =>
      index + 1 < length ? Number.NaN : value(bars.slice(index + 1 - length, index + 1)),
    ),
  }));
}
