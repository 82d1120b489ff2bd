// What a funnel is made of; read from a file by the deployment, checked there.

import type { Condition } from '../conditions/index.js';

/** Names of the stages, in order; the counts of a day carry them. */
export const STAGE_NAMES = [
  'hygiene',
  'history',
  'structural',
  'energy',
  'participation',
  'confirmed',
] as const;

/** One of them. */
export type StageName = (typeof STAGE_NAMES)[number];

/** One stage: what it asks for and why. */
export interface StageConfig {
  readonly name: StageName;
  readonly title: string;
  readonly meaning: string;
  readonly condition: Condition;
}

/** How history is loaded: so many symbols a session, the most liquid first. */
export interface BackfillConfig {
  readonly perSession: number;
  /** Sessions already done before the first streamed one. */
  readonly sessionsDone: number;
}

/** A whole funnel. */
export interface FunnelConfig {
  readonly name: string;
  readonly stages: readonly StageConfig[];
  readonly backfill: BackfillConfig;
  readonly research: {
    /** Stop below the close, in average true ranges. */
    readonly stopAtrs: number;
    /** Position whose liquidation is judged. Units: dollars. */
    readonly positionDollars: number;
    /** Largest share of a day's volume that one would trade. */
    readonly participation: number;
  };
}
