// Historical stress: what a window of the past would do to today's holdings, and the worst ones.

/** Profit of each holding under a set of shocks, and of all together. */
export interface StressResult {
  readonly profits: Float64Array;
  readonly total: number;
  /** Index of the holding that loses most; the first of equals. */
  readonly worst: number;
}

/** Applies price shocks (fractions) to holdings given as weights of a notional, bought and held. */
export function applyShocks(
  shocks: ArrayLike<number>,
  weights: ArrayLike<number>,
  notional: number,
): StressResult {
  const profits = Float64Array.from(
    { length: shocks.length },
    (_, index) => notional * weights[index]! * shocks[index]!,
  );
  let total = 0;
  let worst = 0;
  for (let index = 0; index < profits.length; index++) {
    total += profits[index]!;
    if (profits[index]! < profits[worst]!) worst = index;
  }
  return { profits, total, worst };
}

/** A window of returns; `from` and `to` are indices of prices, the returns lie between them. */
export interface WorstWindow {
  /** Compounded return. */
  readonly value: number;
  readonly from: number;
  readonly to: number;
}

/** Compounded returns of every window of `periods` returns that follow each other. */
export function overlappingReturns(returns: ArrayLike<number>, periods: number): Float64Array {
  const out = new Float64Array(Math.max(0, returns.length - periods + 1));
  for (let start = 0; start < out.length; start++) {
    let growth = 1;
    for (let index = start; index < start + periods; index++) growth *= 1 + returns[index]!;
    out[start] = growth - 1;
  }
  return out;
}

/** The worst window of `periods` returns, the first of equals; undefined with too few returns. */
export function worstWindow(returns: ArrayLike<number>, periods: number): WorstWindow | undefined {
  const windows = overlappingReturns(returns, periods);
  if (windows.length === 0) return undefined;
  let worst = 0;
  for (let start = 1; start < windows.length; start++) {
    if (windows[start]! < windows[worst]!) worst = start;
  }
  return { value: windows[worst]!, from: worst, to: worst + periods };
}
