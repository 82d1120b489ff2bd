// How a market is run, and what it tells whoever listens.

import type { AlertRule } from '../../actors/alerts/index.js';
import type { BarsPlan } from '../../actors/bars/index.js';
import type { FunnelConfig } from '../../actors/funnel/index.js';
import type { Fault, LogLine } from '../../engine/index.js';
import type { Member } from '../config/members.js';
import type { PortfoliosConfig } from '../config/portfolio-config.js';
import type { FromShard } from '../roles/shard-messages.js';
import type { RunFlags } from './run-flags.js';

/** How a market is run. */
export interface MarketOptions {
  readonly dataFile: string;
  readonly dataDir: string;
  readonly symbols: readonly string[] | undefined;
  /** First and last session streamed, yyyymmdd; what is left out follows from the file. */
  readonly from: number | undefined;
  readonly to: number | undefined;
  /** Sessions of history before the first streamed one; all there are when absent. */
  readonly warmDays: number | undefined;
  readonly printsPerBar: number;
  /** Sessions a second; 0 for as fast as it goes. */
  readonly pace: number;
  readonly shardCount: number;
  /** Longest turn before its thread is replaced; the engine's own when absent. */
  readonly hungMs: number | undefined;
  /** Largest heap of a shard's thread, which is replaced beyond it; V8's own when absent. */
  readonly heapMibMax: number | undefined;
  /** Portfolios that each shard keeps in memory. */
  readonly residentsMax: number;
  /** Portfolios whose states each shard keeps, in memory or beside it; others are addressable. */
  readonly openedMax: number;
  /** Goes on where the replay in the data directory stopped, not from its start. */
  readonly resume: boolean;
  /** Goes through a past at the pace, where `resume` would hurry to its end. */
  readonly isReplay: boolean;
  /** Folder to record into what enters; none when absent. */
  readonly recordDir: string | undefined;
  /** As they were typed, for the recording. */
  readonly flags: RunFlags;
  readonly funnel: FunnelConfig;
  readonly portfolios: PortfoliosConfig;
  readonly alerts: readonly AlertRule[];
  /** Series of bars that are built live. */
  readonly bars: BarsPlan;
  readonly members: ReadonlyMap<string, Member>;
}

/** What a market tells whoever listens. */
export interface MarketListener {
  onEvent(shard: number, message: FromShard): void;
  onSession(date: number, done: number, of: number): void;
  onRestart(shard: number, fault: Fault): void;
  /** So many of the portfolios that a shard begins with are in memory; not told of a few. */
  onStarted?(shard: number, count: number, of: number): void;
  /** A line of the log of the process or of a shard. */
  onLog?(where: string, line: LogLine): void;
}

/** Phases of a run. */
export type MarketState = 'warming' | 'resuming' | 'streaming' | 'finished' | 'stopped';
