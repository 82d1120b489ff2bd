// What a shard's program begins with, and where it stands: memory, actors, snapshot, clock.

import type { AlertRule } from '../../actors/alerts/index.js';
import type { BarsPlan, SymbolBars } from '../../actors/bars/index.js';
import type { BreakerConfig } from '../../actors/breakers/index.js';
import type { FunnelConfig } from '../../actors/funnel/index.js';
import type { BoardConfig } from '../../actors/groups/index.js';
import type { LotMethod } from '../../actors/lots/index.js';
import type { OptionPolicy } from '../../actors/portfolio/index.js';
import type { PretradePolicy } from '../../actors/pretrade/index.js';
import type { ScenarioMatrixHandle } from '../../actors/risk/index.js';
import type { Address, ColumnsHandle, GateHandle, LogLevel, Snapshot } from '../../engine/index.js';
import type { MarketBars } from '../research/market-file.js';
import type { Told } from './checkpoints.js';
import type { OpeningsPlan } from './openings.js';
import type { PackedMap } from './packed.js';
import type { PlacedEvent } from './recall.js';

/** Shared memory that every shard attaches to. */
export interface SharedMarket {
  readonly columns: ColumnsHandle;
  readonly state: SharedArrayBuffer;
  /** Saved rows: see `row-slices.ts`. */
  readonly saves: SharedArrayBuffer;
  readonly records: SharedArrayBuffer;
  readonly matrix: ScenarioMatrixHandle;
  /** What portfolios are worth, for their groups: see `RiskBoard`. */
  readonly board: SharedArrayBuffer;
  /** Halts of symbols and the market: see `Breakers`. */
  readonly breakers: SharedArrayBuffer;
  /** Which alert rules are raised: see `AlertWatch`. */
  readonly alerts: SharedArrayBuffer;
  readonly gate: GateHandle;
  /** Whether the owner asks to be told of changed rows: see `RowNews`. */
  readonly rowsWish: SharedArrayBuffer;
}

/** Configuration of one shard's program. */
export interface ShardConfig {
  readonly market: SharedMarket;
  /** Latency from arrival to published row, this shard's. Units: microseconds. */
  readonly latency: SharedArrayBuffer;
  readonly bars: MarketBars;
  /**
   * Sessions of history, from one index to before another; the last is left open for the
   * warm point.
   */
  readonly firstWarmDay: number;
  readonly warmDays: number;
  /** Parts of it that the owner runs too; absent where the shard runs all of them. */
  readonly history?: SharedArrayBuffer | undefined;
  readonly funnel: FunnelConfig;
  readonly policy: PretradePolicy;
  readonly optionPolicy: OptionPolicy;
  readonly board: BoardConfig;
  readonly breakers: BreakerConfig;
  readonly alerts: readonly AlertRule[];
  /** Series of bars that are built live. */
  readonly barsPlan: BarsPlan;
  readonly pointsPerSession: number;
  /** Rows of the symbols that are here, ascending. */
  readonly rows: Int32Array;
  readonly portfolios: readonly string[];
  /** Portfolios that stay in memory; the longest unused of those beyond it leave. */
  readonly residentsMax: number;
  /** Portfolios whose states are kept, in memory or beside it; of others only the past is. */
  readonly openedMax: number;
  /** How portfolios choose lots, by key; of all shards, since they move. */
  readonly lotMethods: ReadonlyMap<string, LotMethod>;
  /** What portfolios open with, those of all shards: for whoever no snapshot holds. */
  readonly openings: OpeningsPlan;
  /** States of portfolios whose first events are folded already: for a start without a snapshot. */
  readonly folded: PackedMap<Address, Snapshot>;
  /** Journaled events of this shard's actors, each with the step it was decided after. */
  readonly journaled: ReadonlyMap<Address, readonly PlacedEvent[]>;
  /** How loud the areas of its log are. */
  readonly logLevels: readonly (readonly [area: string, level: LogLevel])[];
  /** Actors that operators have stopped or hold, which a new thread leaves so. */
  readonly down: ReadonlyMap<Address, 'stop' | 'suspend'>;
  /** False for a thread that replaces one that had been through history. */
  readonly isFirst: boolean;
  readonly snapshot: ShardSnapshot | undefined;
}

/** A shard's whole state at one place of its frames. */
export interface ShardSnapshot {
  /** Number of the snapshot request that it answers; the shard's rows are saved under it. */
  readonly id: number;
  /** In memory that the thread's second snapshot after this one is written over. */
  readonly actors: PackedMap<Address, Snapshot>;
  /** Events that the state of each actor holds: those after them are read again. */
  readonly sequences: ReadonlyMap<Address, number>;
  /** What portfolios that are not opened have been told since the start. */
  readonly past: readonly Told[];
  /** What the builders of live bars remember, by row. */
  readonly liveBars: PackedMap<number, SymbolBars>;
  /** What the program itself remembers between frames. */
  readonly clock: ShardClock;
}

/** Where a shard stands in event time. */
export interface ShardClock {
  nowUs: number;
  date: number;
  dayIndex: number;
  openUs: number;
  closeUs: number;
  isFirstPoint: boolean;
  /** Day whose returns are not yet in the scenario matrix, and the point they are recorded at. */
  pendingDay: number;
  pendingPoint: number;
  lastPoint: number;
  /** Sessions opened, actions and points handled: the same number on every shard. */
  step: number;
}

/** The clock of a shard that has seen nothing. */
export function freshClock(): ShardClock {
  return {
    nowUs: 0,
    date: 0,
    dayIndex: 0,
    openUs: 0,
    closeUs: 1,
    isFirstPoint: true,
    pendingDay: -1,
    pendingPoint: -1,
    lastPoint: -1,
    step: 0,
  };
}
