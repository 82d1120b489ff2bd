// The smallest move of one sector, of one factor, and of what is likeliest, that reaches a limit.

import type { LimitConfig } from '../../actors/limits/index.js';
import { historicalRisk, portfolioProfits } from '../../actors/risk/index.js';
import { covarianceOf, deviation } from '../../actors/statistics/index.js';
import { SCENARIO_FACTORS } from '../config/scenario-config.js';
import type { FactorLoadings } from './factor-loadings.js';
import { bookProfits } from './held-columns.js';
import type { MeasureInput } from './measure-input.js';
import { MovedTails } from './moved-tails.js';
import { OptionMover } from './option-moves.js';
import { measured, ROUNDING, sizesOf } from './stress-run.js';

/** One way that prices may move: a change of each holding's price per unit of the move. */
interface Direction {
  readonly kind: 'sector' | 'factor' | 'likeliest';
  readonly name: string;
  readonly shocks: Float64Array;
  /** Largest move looked at, in units of the direction. */
  readonly most: number;
}

/** A move that reaches a limit. Units: a fraction of price or factor; deviations if likeliest. */
export interface NearestMove {
  readonly name: string;
  readonly move: number;
}

/** By kind of direction, undefined where no move of that kind reaches it. */
export interface NearestMoves {
  readonly sector: NearestMove | undefined;
  readonly factor: NearestMove | undefined;
  /** Along the mean move of prices on a day that the book loses: its deviations of a day. */
  readonly likeliest: NearestMove | undefined;
}

/** Places looked at on each side of none, and halvings of the step in which a limit is crossed. */
const STEPS = 40;
const HALVINGS = 30;

/** Deviations of a day that are looked at: as many as the worst day of a century. */
const DEVIATIONS_MAX = 25;

/** For each limit the smallest move of each kind; no stock loses more than all of its price. */
export function nearestMoves(
  book: MeasureInput,
  limits: readonly LimitConfig[],
  { byRow }: FactorLoadings,
): NearestMoves[] {
  const trials = directionsOf(book, byRow).map((direction) => {
    const { shocks, most } = direction;
    return {
      direction,
      after: measuresAlong(book, shocks),
      least: -Math.min(most, 1 / Math.max(0, ...shocks)),
      most: Math.min(most, 1 / Math.max(0, ...shocks.map((shock) => -shock))),
    };
  });
  return limits.map(({ measure, limit }) => {
    const best = new Map<Direction['kind'], NearestMove>();
    for (const { direction, after, least, most } of trials) {
      const isBroken = (move: number): boolean => after(move, measure) > limit * (1 + ROUNDING);
      const { kind, name } = direction;
      // Only what is nearer than the best so far is looked for.
      const known = Math.abs(best.get(kind)?.move ?? Infinity);
      const move = firstBreach(isBroken, Math.max(least, -known), Math.min(most, known));
      if (move !== undefined) best.set(kind, { name, move });
    }
    return {
      sector: best.get('sector'),
      factor: best.get('factor'),
      likeliest: best.get('likeliest'),
    };
  });
}

/** For each limit the smallest move of all prices, which options are valued anew for. */
export function uniformMoves(
  book: MeasureInput,
  limits: readonly LimitConfig[],
): { readonly value: number; readonly shock: number | undefined }[] {
  const after = measuresAlong(book, new Float64Array(book.weights.size).fill(1));
  return limits.map(({ measure, limit }) => {
    const isBroken = (move: number): boolean => after(move, measure) > limit * (1 + ROUNDING);
    return { value: after(0, measure), shock: firstBreach(isBroken, -1, 1) };
  });
}

/** One sector at a time, one factor at a time, and the mean move of a day that the book loses. */
function directionsOf(book: MeasureInput, loadings: FactorLoadings['byRow']): Direction[] {
  const { weights, recent, history, members } = book;
  const rows = [...weights.keys()];
  const sectorOf = (row: number): string => members.get(history.symbols[row]!)?.sector ?? 'unknown';
  const sectors = [...new Set(rows.map(sectorOf))].sort();
  const bySector = sectors.map((name): Direction => {
    const shocks = Float64Array.from(rows, (row) => (sectorOf(row) === name ? 1 : 0));
    return { kind: 'sector', name, shocks, most: 1 };
  });
  const isFitted = loadings.some((one) => one !== undefined);
  const byFactor = (isFitted ? SCENARIO_FACTORS : []).map((name): Direction => {
    // A stock without a year of its own is taken to move as little as one that does not load.
    const shocks = Float64Array.from(rows, (row) => loadings[row]?.get(name) ?? 0);
    return { kind: 'factor', name, shocks, most: 1 };
  });
  const profits = bookProfits(book);
  const sigma = deviation(profits);
  if (!(sigma > 0)) return [...bySector, ...byFactor];
  const shocks = Float64Array.from(
    recent.columns,
    (column) => -covarianceOf(column, profits) / sigma,
  );
  const likeliest = {
    kind: 'likeliest',
    name: 'deviations',
    shocks,
    most: DEVIATIONS_MAX,
  } as const;
  return [...bySector, ...byFactor, likeliest];
}

/** Measures after prices have moved so far along a direction; positions are left alone. */
type MeasuresAfter = (move: number, measure: LimitConfig['measure']) => number;

/** The measures along a direction, its shocks in the order of the weights. */
function measuresAlong(book: MeasureInput, shocks: Float64Array): MeasuresAfter {
  const { options = [] } = book;
  return options.length === 0
    ? ofStocks(book, shocks)
    : ofOptions(book, shocks, new OptionMover(options, book.equity));
}

/**
 * With options, which are valued anew, in value at risk after the move too; sizes have them by the
 * delta they then have.
 */
function ofOptions(
  { weights, recent }: MeasureInput,
  shocks: Float64Array,
  mover: OptionMover,
): MeasuresAfter {
  const rows = [...weights.keys()];
  const places = new Map(rows.map((row, at) => [row, at]));
  const held = Float64Array.from(weights.values());
  const stocks = held.map((weight, at) => weight - (mover.deltas.get(rows[at]!) ?? 0));
  const tails = new MovedTails({ rows, stocks, shocks, columns: recent.columns, mover });
  return (move, measure) => {
    // Every option's stock has a weight of its own, 0 or not.
    const shockOf = (row: number): number => move * shocks[places.get(row)!]!;
    const moved = mover.moved(shockOf);
    let equity = 1;
    let gamma = 0;
    const after = stocks.map((weight, at) => {
      const shock = move * shocks[at]!;
      const options = moved.get(rows[at]!);
      equity += held[at]! * shock + (options?.bend ?? 0);
      gamma += options?.gamma ?? 0;
      return weight * (1 + shock) + (options?.exposure ?? 0);
    });
    if (equity <= 0) return Infinity;
    if (measure === 'drawdown') return Math.max(0, 1 - equity);
    if (measure === 'gamma') return Math.abs(gamma) / equity;
    if (measure === 'vega') return Math.abs(mover.vega(shockOf)) / equity;
    const var99 = measure === 'var99' ? tails.at(move) / equity : Number.NaN;
    return measured(measure, { ...sizesOf(after.map((size) => size / equity)), var99 });
  };
}

function ofStocks({ weights, recent }: MeasureInput, shocks: Float64Array): MeasuresAfter {
  const held = Float64Array.from(weights.values());
  const profits = portfolioProfits(recent.columns, held);
  const moved = held.map((weight, at) => weight * shocks[at]!);
  const slopes = portfolioProfits(recent.columns, moved);
  const slope = moved.reduce((sum, part) => sum + part, 0);
  return (move, measure) => {
    const equity = 1 + move * slope;
    // Nothing is left to measure by, and every limit is broken.
    if (equity <= 0) return Infinity;
    if (measure === 'drawdown') return Math.max(0, 1 - equity);
    if (measure === 'var99') {
      const values = profits.map((profit, day) => (profit + move * slopes[day]!) / equity).sort();
      return historicalRisk(values, 0.99).valueAtRisk;
    }
    const after = held.map((weight, at) => (weight + move * moved[at]!) / equity);
    return measured(measure, { ...sizesOf(after), var99: Number.NaN });
  };
}

/** The smallest move, either way, that breaks: by steps, then halved; 0 where none is needed. */
function firstBreach(
  isBroken: (move: number) => boolean,
  least: number,
  most: number,
): number | undefined {
  if (isBroken(0)) return 0;
  for (let step = 1; step <= STEPS; step++) {
    const found = [least, most]
      .filter((end) => isBroken((end * step) / STEPS))
      .map((end) => {
        let inside = (end * (step - 1)) / STEPS;
        let broken = (end * step) / STEPS;
        for (let halving = 0; halving < HALVINGS; halving++) {
          const middle = (inside + broken) / 2;
          if (isBroken(middle)) broken = middle;
          else inside = middle;
        }
        return broken;
      });
    if (found.length > 0) return found.reduce((a, b) => (Math.abs(b) < Math.abs(a) ? b : a));
  }
  return undefined;
}
