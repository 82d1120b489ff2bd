// What measures of risk are made of.

import type { Member } from '../config/members.js';
import type { StudiedOption } from './option-bend.js';
import type { RecentReturns } from './recent-returns.js';
import type { ReturnHistory } from './return-history.js';

/** Weights by row, shares of equity. */
export type Weights = ReadonlyMap<number, number>;

/** What is measured: weights, their recent returns in the same order, and where they come from. */
export interface MeasureInput {
  readonly weights: Weights;
  readonly recent: RecentReturns;
  readonly history: ReturnHistory;
  readonly members: ReadonlyMap<string, Member>;
  /** Units: dollars. */
  readonly equity: number;
  /** Options that weights have by their delta; none when absent. */
  readonly options?: readonly StudiedOption[];
}
