// Limits on a portfolio's measures: utilisation, and breaches told once per transition.

/** Measures that a limit may bound. */
export const LIMIT_MEASURES = [
  'gross_exposure',
  'net_exposure',
  'single_name',
  'drawdown',
  'var99',
  'gamma',
  'vega',
  'margin',
] as const;

/** One of them. All are fractions of equity, at least 0. */
export type LimitMeasure = (typeof LIMIT_MEASURES)[number];

/** How serious a limit is, from the mildest. */
export const LIMIT_LEVELS = ['warning', 'soft', 'hard'] as const;

/** One of them. */
export type LimitLevel = (typeof LIMIT_LEVELS)[number];

/**
 * What a breach does, from the mildest: tell; let only trades pass that bring a position down;
 * propose to close everything besides; let none pass; let none of the firm pass.
 */
export const LIMIT_ACTIONS = ['alert', 'reduce_only', 'flatten', 'block', 'kill'] as const;

/** One of them. */
export type LimitAction = (typeof LIMIT_ACTIONS)[number];

/** One limit. */
export interface LimitConfig {
  readonly measure: LimitMeasure;
  readonly severity: LimitLevel;
  /** Largest value allowed, a fraction of equity. */
  readonly limit: number;
  /** What a breach does; it is told where this is left out. */
  readonly action?: LimitAction;
}

/** A limit and where it stands. */
export interface LimitState extends LimitConfig {
  readonly value: number;
  /** value / limit. */
  readonly utilisation: number;
  readonly breached: boolean;
}

/** A limit that has just been broken or has just been kept again. */
export interface LimitTransition {
  readonly kind: 'limit_breached' | 'limit_cleared';
  readonly measure: LimitMeasure;
  readonly severity: LimitLevel;
  readonly limit: number;
  readonly value: number;
}

/** A breach clears only below this share of the limit, so that a value on the edge is told once. */
export const CLEAR_SHARE = 0.95;

/**
 * Judges the measures against the limits; `breached` holds a flag per limit and is updated.
 * A measure that is NaN (nothing to divide by) leaves its flag as it was.
 */
export function judgeLimits(
  limits: readonly LimitConfig[],
  measures: Readonly<Record<LimitMeasure, number>>,
  breached: boolean[],
): { readonly states: LimitState[]; readonly transitions: LimitTransition[] } {
  const transitions: LimitTransition[] = [];
  const states: LimitState[] = [];
  // Plain fields: this runs for every portfolio at every point, and a spread costs ten times more.
  for (let index = 0; index < limits.length; index++) {
    const { measure, severity, limit } = limits[index]!;
    const value = measures[measure];
    const before = breached[index] ?? false;
    const after = value > limit || (before && !(value < limit * CLEAR_SHARE));
    breached[index] = after;
    if (after !== before) {
      const kind = after ? 'limit_breached' : 'limit_cleared';
      transitions.push({ kind, measure, severity, limit, value });
    }
    states.push({ measure, severity, limit, value, utilisation: value / limit, breached: after });
  }
  return { states, transitions };
}
