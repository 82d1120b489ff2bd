// Reads the record of a group at a point: measures, broken limits, figures to tell.

import {
  type LimitConfig,
  type LimitState,
  type Measures,
  measuresOf,
  peakAfterFlow,
} from '../limits/index.js';
import { GROUP } from './board.js';
import type { GroupConfig, GroupLevel } from './board-config.js';

/** A group at a point. Units: dollars, unless they are fractions. */
export interface GroupFigures {
  readonly id: string;
  readonly level: GroupLevel;
  readonly members: number;
  readonly equity: number;
  readonly grossExposure: number;
  readonly netExposure: number;
  readonly drawdown: number;
  /** What all positions ask of equity; 0 of a sector, whose options are not told apart. */
  readonly margin: number;
  /** Quantile and tail mean of the summed profits: less than the sum of the members' own. */
  readonly var99: number;
  readonly cvar99: number;
  /** Members whose figures are of an earlier point, as they are stopped or on their way back. */
  readonly behind: number;
  readonly limits: readonly LimitState[];
}

/** Highest equity until a point, moved by what members paid in or out since the one before. */
export function peakOf(record: Float64Array, before: Float64Array | undefined): number {
  const equity = record[GROUP.equity]!;
  if (before === undefined) return Math.max(0, equity);
  const flow = record[GROUP.paidIn]! - before[GROUP.paidIn]!;
  return Math.max(equity, peakAfterFlow(before[GROUP.peak]!, before[GROUP.equity]!, flow));
}

/** What limits are judged by. */
export function measuresIn(record: Float64Array): Measures {
  return measuresOf({
    equity: record[GROUP.equity]!,
    gross: record[GROUP.gross]!,
    net: record[GROUP.net]!,
    largest: record[GROUP.singleName]!,
    var99: record[GROUP.var99]!,
    gamma: record[GROUP.gamma]!,
    vega: record[GROUP.vega]!,
    margin: record[GROUP.margin]!,
    peak: record[GROUP.peak]!,
  });
}

/** Which limits are broken, by bit. */
export function bitsOf(bits: number, limits: readonly LimitConfig[]): boolean[] {
  return limits.map((_limit, at) => ((bits >>> at) & 1) === 1);
}

/** The figures of a group, with how its limits stand. */
export function figuresOf(
  { id, level, members }: GroupConfig,
  record: Float64Array,
  limits: readonly LimitState[],
): GroupFigures {
  return {
    id,
    level,
    members: members.length,
    equity: record[GROUP.equity]!,
    grossExposure: record[GROUP.gross]!,
    netExposure: record[GROUP.net]!,
    drawdown: measuresIn(record).drawdown,
    margin: record[GROUP.margin]!,
    var99: record[GROUP.var99]!,
    cvar99: record[GROUP.cvar99]!,
    behind: record[GROUP.behind]!,
    limits,
  };
}
