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

/** A group at a point: NaN where it is not known. Units: dollars, unless they are fractions. */
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
  /** Members that have told nothing yet: without them no sum is known, and no limit judged. */
  readonly unmarked: number;
  readonly limits: readonly LimitState[];
}

/** Highest equity until a point, moved by what members paid in or out since the one before. */
export function peakOf(record: Float64Array, before: Float64Array | undefined): number {
  const equity = record[GROUP.equity]!;
  if (before === undefined) return Math.max(0, equity);
  const flow = record[GROUP.paidIn]! - before[GROUP.paidIn]!;
  return Math.max(equity, peakAfterFlow(before[GROUP.peak]!, before[GROUP.equity]!, flow));
}

/**
 * What limits are judged by. Part of a group says nothing of the whole: what one member holds may
 * hedge another, so that a limit of a sum without it would be broken, and act, for nothing.
 */
export function measuresIn(record: Float64Array): Measures {
  return measuresOf({
    equity: summed(record, GROUP.equity),
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

/** A sum of a record: NaN where a member is not in it. */
function summed(record: Float64Array, at: number): number {
  return record[GROUP.unmarked]! > 0 ? Number.NaN : record[at]!;
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
    equity: summed(record, GROUP.equity),
    grossExposure: summed(record, GROUP.gross),
    netExposure: summed(record, GROUP.net),
    drawdown: measuresIn(record).drawdown,
    margin: summed(record, GROUP.margin),
    var99: summed(record, GROUP.var99),
    cvar99: summed(record, GROUP.cvar99),
    behind: record[GROUP.behind]!,
    unmarked: record[GROUP.unmarked]!,
    limits,
  };
}
