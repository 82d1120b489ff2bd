// Chooses a universe by declared rules, and tells for everyone why it is in or out.

import { isShare, type SecurityKind } from './security-kind.js';

/** What is known of one candidate over the days looked at. */
export interface Candidate {
  readonly symbol: string;
  /** Days with a price, of all days. */
  readonly days: number;
  readonly allDays: number;
  /** Close of the last day, as traded. Units: dollars. */
  readonly close: number;
  /** Median of the days. Units: dollars. */
  readonly dollarVolume: number;
  /** Whether fundamentals of a company are known under it. */
  readonly hasFundamental: boolean;
  /** By the listing files; undefined where they do not have the symbol. */
  readonly kind: SecurityKind | undefined;
}

/** Limits of the rules. */
export interface SelectLimits {
  readonly priceMin: number;
  /** Units: dollars a day, median. */
  readonly dollarVolumeMin: number;
  readonly count: number;
}

/** Five dollars is where funds may hold and margin begins; ten million a day can be traded in. */
export const SELECT_LIMITS: SelectLimits = {
  priceMin: 5,
  dollarVolumeMin: 10_000_000,
  count: 500,
};

/** One rule, with why it is there. */
export interface SelectRule {
  readonly code: string;
  readonly text: string;
  holds(candidate: Candidate, limits: SelectLimits): boolean;
}

/** The rules in their order; the first that does not hold is the reason. */
export const SELECT_RULES: readonly SelectRule[] = [
  {
    code: 'not_a_share',
    text: 'test issues, funds, units, warrants, rights, preferred stock and notes are no company',
    holds: ({ kind }) => kind === undefined || isShare(kind),
  },
  {
    code: 'odd_symbol',
    text: 'a symbol with a suffix other than a class of shares is a unit, a warrant or preferred',
    holds: ({ symbol }) => /^[A-Z]{1,5}(\.[A-Z])?$/.test(symbol) && !/\.[UWRP]$/.test(symbol),
  },
  {
    code: 'no_company',
    text: 'neither fundamentals nor a listing as a share: most often a fund',
    holds: ({ hasFundamental, kind }) => hasFundamental || (kind !== undefined && isShare(kind)),
  },
  {
    code: 'not_traded_every_day',
    text: 'what does not trade every day has no price to compare',
    holds: ({ days, allDays }) => days === allDays,
  },
  {
    code: 'price_too_low',
    text: 'below the least price a tick is a large part of it',
    holds: ({ close }, { priceMin }) => close >= priceMin,
  },
  {
    code: 'too_little_traded',
    text: 'a median day below the least dollar volume can not be traded in',
    holds: ({ dollarVolume }, { dollarVolumeMin }) => dollarVolume >= dollarVolumeMin,
  },
];

/** The reason of those that pass every rule but are not among the most traded. */
export const BEYOND_COUNT = 'beyond_count';

/** What became of one candidate. */
export interface Selected {
  readonly candidate: Candidate;
  /** '' for those chosen. */
  readonly reason: string;
  /** Rank by dollar volume among those that pass every rule, from 1; 0 for the others. */
  readonly rank: number;
}

/** Chooses; the chosen first, by rank, then the others by symbol. */
export function selectUniverse(
  candidates: readonly Candidate[],
  limits: SelectLimits = SELECT_LIMITS,
): readonly Selected[] {
  const passed: Candidate[] = [];
  const out: Selected[] = [];
  for (const candidate of candidates) {
    const broken = SELECT_RULES.find((rule) => !rule.holds(candidate, limits));
    if (broken === undefined) passed.push(candidate);
    else out.push({ candidate, reason: broken.code, rank: 0 });
  }
  passed.sort((a, b) => b.dollarVolume - a.dollarVolume || (a.symbol < b.symbol ? -1 : 1));
  const ranked = passed.map((candidate, index) => ({
    candidate,
    reason: index < limits.count ? '' : BEYOND_COUNT,
    rank: index + 1,
  }));
  out.sort((a, b) => (a.candidate.symbol < b.candidate.symbol ? -1 : 1));
  return [...ranked, ...out];
}
