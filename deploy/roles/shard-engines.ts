// What a shard computes with: made once a thread, for code that is made twice is compiled twice.

import { type AlertRuleSets, compileAlertRules } from '../../actors/alerts/index.js';
import { createFunnelEvaluator, type FunnelEvaluator } from '../../actors/funnel/index.js';
import {
  CATALOGUE,
  type CrossSection,
  createCrossSection,
  createFeatureEngine,
  type FeatureEngine,
  indicatorsAmong,
} from '../../actors/indicators/index.js';
import {
  createPatternEngine,
  type PatternEngine,
  patternsAmong,
} from '../../actors/patterns/index.js';
import { Columns, toJson } from '../../engine/index.js';
import type { ShardConfig } from './shard-config.js';

/** Code over state that is handed to it: none of it remembers a market. */
export interface ShardEngines {
  readonly features: FeatureEngine;
  readonly patterns: PatternEngine;
  readonly funnel: FunnelEvaluator;
  readonly alerts: AlertRuleSets;
  /** Starts from the order of rows that it found last, which changes its speed alone. */
  readonly crossSection: CrossSection;
}

/** What this thread has made, of which configuration. */
let made: { readonly of: string; readonly engines: ShardEngines } | undefined;

/**
 * The engines of a configuration, those that this thread rehearsed with where it did: code is
 * compiled for the closures that ran it.
 */
export function enginesOf(config: Parameters<typeof createEngines>[0]): ShardEngines {
  const { funnel, alerts, market, bars } = config;
  const of = toJson([funnel, alerts, market.columns.names, bars.symbols.length]);
  if (made?.of !== of) made = { of, engines: createEngines(config) };
  return made.engines;
}

/** Makes the engines for a configuration's funnel, rules, columns and number of rows. */
export function createEngines({
  funnel,
  alerts,
  market,
  bars,
}: Pick<ShardConfig, 'funnel' | 'alerts' | 'market' | 'bars'>): ShardEngines {
  const { layout, names } = new Columns(market.columns);
  return {
    features: createFeatureEngine([...CATALOGUE, ...indicatorsAmong(names)]),
    patterns: createPatternEngine({ asked: patternsAmong(names) }),
    funnel: createFunnelEvaluator(funnel, layout),
    alerts: compileAlertRules(alerts, layout),
    crossSection: createCrossSection(bars.symbols.length),
  };
}
