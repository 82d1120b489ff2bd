// Which shared columns the market keeps: the row that is a symbol actor's published state.

import { FEATURES, type FeatureSpec, type Indicator } from '../indicators/index.js';
import { PATTERN_FEATURES } from '../patterns/index.js';

/** Columns that come straight from prints, ahead of the feature catalogue. */
export const PRINT_COLUMNS = [
  'open',
  'high',
  'low',
  'close',
  'volume',
  'bid',
  'ask',
  'last_time_us',
  'arrival_us',
  'session_fraction',
  'price_factor',
  'volume_factor',
  'trading',
] as const;

/** Index of each print column, for code that must not look names up. */
export const COLUMN = {
  open: 0,
  high: 1,
  low: 2,
  close: 3,
  volume: 4,
  bid: 5,
  ask: 6,
  lastTimeUs: 7,
  arrivalUs: 8,
  sessionFraction: 9,
  priceFactor: 10,
  volumeFactor: 11,
  trading: 12,
} as const;

/** What a row computes from its own bars, in column order: the catalogue and the patterns. */
export const ROW_FEATURES: readonly FeatureSpec[] = rowFeaturesWith([]);

/** The same with indicators that are asked for, behind the catalogue: they step with it. */
export function rowFeaturesWith(asked: readonly Indicator[]): readonly FeatureSpec[] {
  return [...FEATURES, ...asked.flatMap(({ outputs }) => outputs), ...PATTERN_FEATURES];
}

/** The funnel's column: consecutive stages passed. */
export const STAGE_COLUMN = 'stage';

/** Set by the backfill plan: 1 where a row's history has been loaded. */
export const HISTORY_LOADED_COLUMN = 'history_loaded';

/**
 * All column names, in order: prints, features, cross-section, the plan's flag, the stage, and what
 * is kept only because conditions ask for it: measures of order books and more patterns.
 */
export function marketColumnNames(
  features: readonly string[],
  crossSection: readonly string[],
  asked: readonly string[] = [],
): string[] {
  const own = [...PRINT_COLUMNS, ...features, ...crossSection];
  return [...own, HISTORY_LOADED_COLUMN, STAGE_COLUMN, ...asked];
}
