// What each shard of a market is configured with: its actors, their openings and their past.

import type { Address, Placement } from '../../engine/index.js';
import { boardOf, openingEvents } from '../config/portfolio-config.js';
import type { MarketFile } from '../research/market-file.js';
import { pack } from '../roles/packed.js';
import type { SharedMarket } from '../roles/shard-messages.js';
import type { Commits } from './commits.js';
import type { Logs } from './logs.js';
import type { MarketOptions, RunDays } from './market-options.js';
import { POINTS_PER_SESSION } from './sequencer.js';
import type { ShardsOptions } from './shards.js';

/** What configurations are made from. */
export interface MarketShardsOptions {
  readonly options: MarketOptions;
  readonly file: MarketFile;
  readonly days: RunDays;
  readonly memory: SharedMarket;
  readonly placement: Placement;
  readonly commits: Commits;
  readonly logs: Logs;
}

/** The part of the shards' options that follows from configuration and journal. */
export function marketShards({
  options,
  file,
  days,
  memory,
  placement,
  commits,
  logs,
}: MarketShardsOptions): Pick<
  ShardsOptions,
  'shardCount' | 'placement' | 'configFor' | 'journaledFor'
> {
  const { portfolios, policy, optionPolicy, breakers } = options.portfolios;
  const keysOn = (shard: number, now: Placement): string[] =>
    portfolios.map(({ id }) => id).filter((key) => now.of(`portfolio/${key}`) === shard);
  const lastClose = lastCloses(file, days.firstDay);
  const lastCloseOf = (row: number): number => lastClose[row]!;
  const date = file.bars.dates[days.firstDay - 1]!;
  const openingsOf = function* (shard: number) {
    for (const portfolio of portfolios) {
      if (placement.of(`portfolio/${portfolio.id}`) !== shard) continue;
      const { symbols } = file.bars;
      const events = openingEvents(portfolio, symbols, options.members, lastCloseOf, date);
      yield [portfolio.id, events] as const;
    }
  };
  const openings = Array.from({ length: options.shardCount }, (_, shard) =>
    pack(openingsOf(shard)),
  );
  return {
    shardCount: options.shardCount,
    placement,
    configFor: (shard, now) => ({
      market: memory,
      bars: file.bars,
      warmDays: days.firstDay,
      firstWarmDay: days.firstDay - days.warmDays,
      funnel: options.funnel,
      policy,
      optionPolicy,
      breakers,
      board: boardOf(options.portfolios),
      pointsPerSession: POINTS_PER_SESSION,
      portfolios: keysOn(shard, now),
      lotMethods: new Map(portfolios.map(({ id, lots }) => [id, lots])),
      logLevels: logs.levelsOf(shard),
      // Whoever was moved is in a snapshot, and needs no opening.
      openings: openings[shard]!,
    }),
    journaledFor: (shard, now, snapshot) => {
      const addresses = keysOn(shard, now).map((key): Address => `portfolio/${key}`);
      if (snapshot === undefined) return commits.eventsOfAll(new Set(addresses));
      const after = (address: Address): number => snapshot.sequences.get(address) ?? 0;
      return new Map(
        addresses.map((address) => [address, commits.eventsOf(address, after(address))]),
      );
    },
  };
}

/** Raw close of each row at the last session before streaming; NaN where there is none. */
function lastCloses({ bars }: MarketFile, firstDay: number): Float64Array {
  const closes = new Float64Array(bars.symbols.length).fill(Number.NaN);
  for (let index = 0; index < bars.dayStarts[firstDay]!; index++) {
    closes[bars.rows[index]!] = bars.close[index]!;
  }
  return closes;
}
