// Overrides of limits: as asked for, approved, revoked; and the spans of market time they are for.

/** The limit that an override sets aside. */
export interface OverriddenLimit {
  readonly scope: string;
  readonly measure: string;
  readonly severity: string;
}

/** An override as it was asked for. */
export interface AskedOverride extends OverriddenLimit {
  readonly id: number;
  readonly reason: string;
  readonly by: string;
  /** Event time. Units: microseconds. */
  readonly untilUs: number;
}

/** One with what became of it. Times are event time; Infinity for never. Units: microseconds. */
export interface Override extends AskedOverride {
  readonly askedUs: number;
  /** Empty until another person has approved it. */
  readonly approvedBy: string;
  readonly approvedUs: number;
  /** Empty until somebody has revoked it. */
  readonly revokedBy: string;
  readonly revokedUs: number;
}

/** Where an override stands: `ahead` is one of an earlier replay, whose time is yet to come. */
export type OverrideState = 'requested' | 'in_force' | 'ahead' | 'expired' | 'revoked';

/** An override that nobody has answered yet. */
export function asked(override: AskedOverride, askedUs: number): Override {
  const never = Number.POSITIVE_INFINITY;
  const nobody = { approvedBy: '', approvedUs: never, revokedBy: '', revokedUs: never };
  return { ...override, askedUs, ...nobody };
}

/** Where it stands at an event time. */
export function stateOf(override: Override, nowUs: number): OverrideState {
  if (override.revokedBy !== '') return 'revoked';
  if (override.untilUs <= nowUs) return 'expired';
  if (override.approvedBy === '') return override.askedUs > nowUs ? 'ahead' : 'requested';
  return override.approvedUs > nowUs ? 'ahead' : 'in_force';
}

/** A span of event time, its end not included. Units: microseconds. */
export interface Span {
  readonly fromUs: number;
  readonly untilUs: number;
}

/** A limit is never set aside. */
export const NO_SPAN: Span = { fromUs: 0, untilUs: 0 };

/**
 * The span in which overrides of one limit set it aside, now or next: those that overlap are one,
 * for a second never shortens the first.
 */
export function spanOf(overrides: readonly Override[], nowUs: number): Span {
  const spans = overrides
    .map(({ approvedUs, untilUs, revokedUs }) => ({
      fromUs: approvedUs,
      untilUs: Math.min(untilUs, revokedUs),
    }))
    .filter(({ fromUs, untilUs }) => fromUs < untilUs && untilUs > nowUs)
    .sort((one, other) => one.fromUs - other.fromUs);
  const first = spans[0];
  if (first === undefined) return NO_SPAN;
  let { untilUs } = first;
  for (const span of spans) if (span.fromUs <= untilUs) untilUs = Math.max(untilUs, span.untilUs);
  return { fromUs: first.fromUs, untilUs };
}
