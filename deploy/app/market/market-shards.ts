// What each shard of a market is configured with: its actors, their openings and their past.

import type { BoardConfig } from '../../../actors/groups/index.js';
import { POINTS_PER_SESSION } from '../../../actors/market/index.js';
import type { Address, Placement } from '../../../engine/index.js';
import type { MarketFile } from '../../research/market-file.js';
import type { SharedMarket } from '../../roles/shard-config.js';
import type { Commits } from '../journal/commits.js';
import type { MarketOptions } from '../market-options.js';
import type { RunDays } from '../run-days.js';
import type { ShardsOptions } from '../shards/shards.js';
import { type FoldedState, type FoldedStates, packStates } from '../start/folded-states.js';
import type { HistoryHelp } from '../start/history-help.js';
import type { RunOpenings } from '../start/openings.js';
import type { Logs } from './logs.js';

/** What configurations are made from. */
export interface MarketShardsOptions {
  readonly options: MarketOptions;
  readonly file: MarketFile;
  readonly days: RunDays;
  readonly memory: SharedMarket;
  readonly board: BoardConfig;
  readonly placement: Placement;
  readonly commits: Commits;
  readonly openings: RunOpenings;
  readonly folded: FoldedStates;
  readonly help: HistoryHelp;
  readonly logs: Logs;
}

/** The part of the shards' options that follows from configuration and journal. */
export function marketShards({
  options,
  file,
  days,
  memory,
  board,
  placement,
  commits,
  openings,
  folded,
  help,
  logs,
}: MarketShardsOptions): Pick<ShardsOptions, 'shardCount' | 'placement' | 'configFor' | 'pastFor'> {
  const { portfolios, policy, optionPolicy, breakers } = options.portfolios;
  const keysOn = (shard: number, now: Placement): string[] =>
    portfolios.map(({ id }) => id).filter((key) => now.of(`portfolio/${key}`) === shard);
  const foldedOn = (shard: number, now: Placement): [Address, FoldedState][] =>
    keysOn(shard, now).flatMap((key) => {
      const state = folded.of(`portfolio/${key}`);
      return state === undefined ? [] : [[`portfolio/${key}`, state]];
    });
  return {
    shardCount: options.shardCount,
    placement,
    configFor: (shard, now) => ({
      market: memory,
      bars: file.bars,
      warmDays: days.firstDay,
      firstWarmDay: days.firstDay - days.warmDays,
      history: help.partsFor(shard),
      funnel: options.funnel,
      policy,
      optionPolicy,
      breakers,
      alerts: options.alerts,
      barsPlan: options.bars,
      board,
      pointsPerSession: POINTS_PER_SESSION,
      portfolios: keysOn(shard, now),
      residentsMax: options.residentsMax,
      openedMax: options.openedMax,
      lotMethods: new Map(portfolios.map(({ id, lots }) => [id, lots])),
      logLevels: logs.levelsOf(shard),
      openings: openings.plan,
    }),
    pastFor: (shard, now, snapshot) => {
      const states = snapshot === undefined ? foldedOn(shard, now) : [];
      const known =
        snapshot?.sequences ?? new Map(states.map(([one, { sequence }]) => [one, sequence]));
      const addresses = keysOn(shard, now).map((key): Address => `portfolio/${key}`);
      const after = new Map(addresses.map((one) => [one, known.get(one) ?? 0]));
      return { folded: packStates(states), journaled: commits.eventsOfAll(after) };
    },
  };
}
