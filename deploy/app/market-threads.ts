// The threads of a market: where its actors are placed, and what becomes of what shards say.

import { type Journal, Placement } from '../../engine/index.js';
import { type MarketShardsOptions, marketShards } from './market-shards.js';
import { Shards, type ShardsOptions } from './shards.js';
import { readPlacement, writePlacement } from './stored-placement.js';

/** What the shards of a market are made from, and who hears of them. */
export interface MarketThreadsOptions
  extends Omit<MarketShardsOptions, 'placement'>,
    Pick<ShardsOptions, 'onMessage' | 'onRestart' | 'onFailure'> {
  readonly journal: Journal;
}

/** Starts the shards of a market: where they were left when it goes on, else where hashes say. */
export function startShards(given: MarketThreadsOptions): Shards {
  const { options, file, journal, commits, onMessage, onRestart, onFailure } = given;
  const { shardCount, resume } = options;
  const placement = resume ? readPlacement(journal, shardCount) : new Placement(shardCount);
  return new Shards(
    {
      ...marketShards({ ...given, placement }),
      storePlacement: (changed) => writePlacement(journal, changed),
      settled: () => commits.settled(),
      onMessage,
      onRestart,
      onFailure,
    },
    file.bars.symbols,
  );
}
