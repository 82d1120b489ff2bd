// What a shard computes with: made once a thread, for code that is made twice is compiled twice.

import { createFunnelEvaluator, type FunnelEvaluator } from '../../actors/funnel/index.js';
import {
  CATALOGUE,
  type CrossSection,
  createCrossSection,
  createFeatureEngine,
  type FeatureEngine,
} from '../../actors/indicators/index.js';
import { Columns } from '../../engine/index.js';
import type { ShardConfig } from './shard-messages.js';

/** Code over state that is handed to it: none of it remembers a market. */
export interface ShardEngines {
  readonly features: FeatureEngine;
  readonly funnel: FunnelEvaluator;
  /** Starts from the order of rows that it found last, which changes its speed alone. */
  readonly crossSection: CrossSection;
}

/** Makes the engines for a configuration's funnel, columns and number of rows. */
export function createEngines({ funnel, market, bars }: ShardConfig): ShardEngines {
  return {
    features: createFeatureEngine(CATALOGUE),
    funnel: createFunnelEvaluator(funnel, new Columns(market.columns).layout),
    crossSection: createCrossSection(bars.symbols.length),
  };
}
