// The threads of a market: where its actors are placed, and what becomes of what shards say.

import { type Journal, Placement, type ShardThreads } from '../../../engine/index.js';
import type { FromShard } from '../../roles/shard-messages.js';
import type { MarketListener } from '../market-options.js';
import type { Judged } from '../shards/judged.js';
import { Shards } from '../shards/shards.js';
import { readPlacement, writePlacement } from '../shards/stored-placement.js';
import type { FoldedStates } from '../start/folded-states.js';
import { type MarketShardsOptions, marketShards } from './market-shards.js';

/** What the shards of a market are made from, and who hears of them. */
export interface MarketThreadsOptions extends Omit<MarketShardsOptions, 'placement'> {
  readonly journal: Journal;
  readonly threads: ShardThreads;
  readonly folded: FoldedStates;
  readonly judged: Judged;
  readonly listener: MarketListener;
  /** So many messages will never reach an actor that can't be brought forward. */
  readonly onMissed: (count: number) => void;
}

/** Starts the shards of a market: where they were left when it goes on, else where hashes say. */
export function startShards(given: MarketThreadsOptions): Shards {
  const { options, file, journal, commits, judged, listener } = given;
  const { shardCount, resume, hungMs } = options;
  const placement = resume ? readPlacement(journal, shardCount) : new Placement(shardCount);
  const shards: Shards = new Shards(
    {
      ...marketShards({ ...given, placement }),
      threads: given.threads,
      hungMs,
      storePlacement: (changed) => writePlacement(journal, changed),
      settled: () => commits.settled(),
      onMessage: (shard, message) => {
        hear(given, shards, shard, message);
        listener.onEvent(shard, message);
      },
      onRestart: (shard, fault) => listener.onRestart(shard, fault),
      onFailure: (fault) => judged.fail(fault),
    },
    file.bars.symbols,
  );
  return shards;
}

/** Does what the market itself must with a message of a shard. */
function hear(
  { commits, folded, judged, listener, onMissed }: MarketThreadsOptions,
  shards: Shards,
  shard: number,
  message: FromShard,
): void {
  switch (message.kind) {
    case 'append':
      commits.append(message, (ticket, fault) => shards.committed(shard, ticket, fault));
      break;
    case 'recover': {
      const { address, after } = message;
      // What the actor asked to append before it failed must be there, or it would be missed.
      void commits
        .settled()
        .then(() => shards.recovered(shard, address, commits.eventsOf(address, after)));
      break;
    }
    case 'folded':
      folded.keep(message.states, message.sequences);
      break;
    case 'log':
      listener.onLog?.(`shard/${shard}`, message.line);
      break;
    case 'missed':
      onMissed(message.count);
      break;
    case 'started':
      listener.onStarted?.(shard, message.count, message.of);
      break;
    default:
      judged.note(shard, message);
  }
}
