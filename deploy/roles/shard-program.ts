// What the engine's worker loads: the market's program for a thread that begins, or stands by.

import type { CreateShardProgram, PrepareShard } from '../../engine/index.js';
import { MarketShard } from './market-shard.js';
import { rehearse } from './rehearsal.js';
import type { ShardConfig } from './shard-config.js';
import { enginesOf } from './shard-engines.js';
import type { FromShard } from './shard-messages.js';

/** Entry point that the engine's worker loads. */
export const createShardProgram: CreateShardProgram = (data, context) => {
  // The owner builds the configuration with this type; it crossed by structured clone.
  const config = data as ShardConfig;
  // One that replaces another is waited for. What a rehearsal leaves is collected while the actors
  // are made.
  if (config.isFirst) {
    const steps = prepareShard(config, context);
    while (steps.next().done === false);
  }
  const shard = new MarketShard(config, context, {}, enginesOf(config));
  context.post({ kind: 'ready' } satisfies FromShard);
  return shard;
};

/** Entry point for a thread that stands by, with the configuration of any shard. */
export const prepareShard: PrepareShard = (data, context) => {
  // As above.
  const config = data as ShardConfig;
  const engines = enginesOf(config);
  return rehearse(config, context, (own, alone) => new MarketShard(own, alone, {}, engines));
};
