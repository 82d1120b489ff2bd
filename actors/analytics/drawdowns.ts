// Falls of equity below its highest mark: the deepest, all of them, and return against them.

import { annualReturn, type Returns, ratio } from './performance.js';

/** A fall and its recovery. Indices are of prices: 0 is before the first return. */
export interface Drawdown {
  /** Lowest equity over the peak, less one: negative. */
  readonly depth: number;
  readonly peak: number;
  /** First index of the lowest equity. */
  readonly valley: number;
  /** First later index with equity back at the peak; undefined when it never came. */
  readonly recovery: number | undefined;
}

/** Every fall in order of time, each from its peak to the first return to it. */
export function drawdownEpisodes(returns: Returns): Drawdown[] {
  const episodes: Drawdown[] = [];
  let equity = 1;
  let top = 1;
  let peak = 0;
  let depth = 0;
  let valley = 0;
  for (let index = 1; index <= returns.length; index++) {
    equity *= 1 + returns[index - 1]!;
    if (equity >= top) {
      if (depth < 0) episodes.push({ depth, peak, valley, recovery: index });
      // Equal highs keep the first as the peak, unless a fall lay between them.
      if (equity > top || depth < 0) peak = index;
      top = equity;
      depth = 0;
    } else if (equity / top - 1 < depth) {
      depth = equity / top - 1;
      valley = index;
    }
  }
  if (depth < 0) episodes.push({ depth, peak, valley, recovery: undefined });
  return episodes;
}

/** The `count` deepest falls, deepest first; of equals the earlier. */
export function deepestDrawdowns(returns: Returns, count: number): Drawdown[] {
  return drawdownEpisodes(returns)
    .sort((a, b) => a.depth - b.depth || a.peak - b.peak)
    .slice(0, count);
}

/** The deepest fall; undefined where equity never fell. */
export function maxDrawdown(returns: Returns): Drawdown | undefined {
  return deepestDrawdowns(returns, 1)[0];
}

/** Compounded return a year over the size of the deepest fall. Source: Young 1991. */
export function calmarRatio(returns: Returns, periodsPerYear: number): number {
  const depth = maxDrawdown(returns)?.depth ?? 0;
  return ratio(annualReturn(returns, periodsPerYear), Math.abs(depth));
}
