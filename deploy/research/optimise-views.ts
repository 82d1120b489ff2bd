// Views on the stocks to choose from, blended with the returns that their weights imply.

import { fromRows, type Matrix, multiplyVector } from '../../actors/linear/index.js';
import { blackLitterman, contradictions } from '../../actors/optimise/index.js';
import { type Refusal, refusal } from '../../engine/index.js';
import type { OptimiseProblem } from './optimise-run.js';

/** What one stock returns, or how much more than another. Units: a fraction a year. */
export interface View {
  readonly symbol: string;
  /** The stock that it does better than; a return of its own where absent. */
  readonly than?: string;
  readonly return: number;
}

/** What views are blended with. */
export interface Prior {
  readonly views: readonly View[];
  /** Weights that the market is taken to hold, in the order of the problem's symbols. */
  readonly market: ArrayLike<number>;
  /** Uncertainty of the implied returns, as a share of the covariance. */
  readonly tau: number;
  readonly riskAversion: number;
  /** A year's, a fraction: implied returns are beyond it. */
  readonly riskFree: number;
}

/** A problem as views leave it, and which of them contradict each other, in words. */
export interface Blended {
  readonly kind: 'blended';
  readonly problem: OptimiseProblem;
  readonly findings: readonly string[];
}

/**
 * The problem with the means and covariance that remain after the views.
 * Errors: `optimise.bad_views` for none, or one on a stock that is not there, and those of the model.
 * Source: Black and Litterman 1992; He and Litterman 1999.
 */
export function blended(problem: OptimiseProblem, prior: Prior): Blended | Refusal {
  const { symbols, covariance } = problem;
  const { views, market, tau, riskAversion, riskFree } = prior;
  const rows = rowsOf(symbols, views);
  if ('kind' in rows) return rows;
  const found = blackLitterman({
    covariance,
    marketWeights: market,
    riskAversion,
    tau,
    views: rows,
    viewReturns: views.map((view) => view.return - (view.than === undefined ? riskFree : 0)),
  });
  if (found.kind === 'refusal') return found;
  const mean = found.mean.map((excess) => excess + riskFree);
  const findings = findingsOf(views, rows, mean);
  return { kind: 'blended', problem: { ...problem, mean, covariance: found.covariance }, findings };
}

/** The portfolios that views speak of, one a row. */
function rowsOf(symbols: readonly string[], views: readonly View[]): Matrix | Refusal {
  if (views.length === 0) return refusal('optimise.bad_views', 'expected a view, was none');
  const rows: Float64Array[] = [];
  for (const { symbol, than } of views) {
    const row = new Float64Array(symbols.length);
    for (const [name, sign] of [
      [symbol, 1],
      [than, -1],
    ] as const) {
      if (name === undefined) continue;
      const at = symbols.indexOf(name);
      if (at < 0 || symbol === than) {
        const text = `expected views on two of the stocks to choose from, was ${name}`;
        return refusal('optimise.bad_views', text);
      }
      row[at] = sign;
    }
    rows.push(row);
  }
  return fromRows(rows);
}

/** Which views contradict those before them, and where the blend has them meet. */
function findingsOf(views: readonly View[], rows: Matrix, mean: Float64Array): string[] {
  const blend = multiplyVector(rows, mean);
  const returns = views.map((view) => view.return);
  return contradictions(rows, returns).map(({ view, others, implied }) => {
    const before = others.map((at) => textOf(views[at]!)).join(' and ');
    const numbers = `by which it is ${figure(implied)}; the blend has ${figure(blend[view]!)}`;
    return `the view ${textOf(views[view]!)} contradicts ${before}, ${numbers}`;
  });
}

function textOf({ symbol, than, return: stated }: View): string {
  return `${symbol}${than === undefined ? '' : `>${than}`}=${figure(stated)}`;
}

/** A fraction, to four places and no more than it needs. */
function figure(value: number): string {
  return String(Number(value.toFixed(4)));
}
