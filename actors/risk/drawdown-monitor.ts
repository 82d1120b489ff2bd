// Watches how far equity has fallen below its highest mark.

/** Where a drawdown stands; overwritten by every step. */
export interface DrawdownState {
  equity: number;
  peak: number;
  /** `1 - equity / peak`, at least 0. */
  drawdown: number;
  drawdownMax: number;
  breached: boolean;
}

/** A state at its first equity, which is above 0. */
export function createDrawdown(equity: number): DrawdownState {
  return { equity, peak: equity, drawdown: 0, drawdownMax: 0, breached: false };
}

/** Takes the next equity; true when the drawdown has just reached the limit from below it. */
export function stepDrawdown(state: DrawdownState, equity: number, limit: number): boolean {
  state.equity = equity;
  if (equity > state.peak) state.peak = equity;
  state.drawdown = 1 - equity / state.peak;
  if (state.drawdown > state.drawdownMax) state.drawdownMax = state.drawdown;
  const before = state.breached;
  state.breached = state.drawdown >= limit;
  return state.breached && !before;
}

/** Drawdowns by index of the price (0 before the first return), and where each breach began. */
export interface DrawdownWatch {
  readonly drawdowns: Float64Array;
  readonly breaches: readonly number[];
  readonly drawdownMax: number;
}

/** Watches the equity that returns compound to, from 1 before the first. */
export function watchDrawdown(returns: ArrayLike<number>, limit: number): DrawdownWatch {
  const state = createDrawdown(1);
  const drawdowns = new Float64Array(returns.length + 1);
  const breaches: number[] = [];
  for (let index = 0; index < returns.length; index++) {
    if (stepDrawdown(state, state.equity * (1 + returns[index]!), limit)) breaches.push(index + 1);
    drawdowns[index + 1] = state.drawdown;
  }
  return { drawdowns, breaches, drawdownMax: state.drawdownMax };
}
