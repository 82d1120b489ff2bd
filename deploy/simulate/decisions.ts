// What people decide about limits meanwhile: overrides by two of them, and the kill switch.

import { Chance } from '../../engine/index.js';
import { limitsOn, watchedOf } from './watched.js';

/** Share of operations that are decisions, where somebody watches limits. */
const SHARE = 0.06;

const PEOPLE = ['ann', 'bob', 'carl'] as const;

/** Longest override: some sessions. Units: minutes of market time. */
const MINUTES_MAX = 4_000;

/** Overrides back from the latest that one may be approved or taken back. */
const BACK = 3;

/** A decision; `back` counts the overrides that were asked for since the one that is meant. */
export type Decision = { readonly by: string } & (
  | {
      readonly kind: 'override';
      readonly scope: string;
      readonly measure: string;
      readonly severity: string;
      readonly minutes: number;
    }
  | { readonly kind: 'approve' | 'revoke'; readonly back: number }
  | { readonly kind: 'kill'; readonly on: boolean }
);

/** The decision that is made in the place of operation number `index`; mostly there is none. */
export function decisionAt(seed: number, index: number): Decision | undefined {
  const { board } = watchedOf(seed);
  if (board.groups.length === 0) return undefined;
  const chance = new Chance(seed, `decision ${index}`);
  if (!chance.happens(SHARE)) return undefined;
  const by = chance.pick(PEOPLE);
  const kind = chance.next();
  if (kind < 0.35) {
    const { scope, measure, severity } = chance.pick(limitsOn(board));
    return {
      kind: 'override',
      by,
      scope,
      measure,
      severity,
      minutes: chance.between(1, MINUTES_MAX),
    };
  }
  if (kind < 0.65) return { kind: 'approve', by, back: chance.below(BACK) };
  if (kind < 0.75) return { kind: 'revoke', by, back: chance.below(BACK) };
  return { kind: 'kill', by, on: chance.happens(0.3) };
}
