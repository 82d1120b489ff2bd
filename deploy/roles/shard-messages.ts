// What the owner and its shards say to each other, besides frames.

import type { SeriesNow, SymbolBars, ToldBar } from '../../actors/bars/index.js';
import type { LimitTransition } from '../../actors/limits/index.js';
import type {
  ActorView,
  Address,
  Record as JournalRecord,
  LogLevel,
  LogLine,
  Message,
  Reply,
  RoutedToOwner,
  RoutedToShard,
  Snapshot,
  SystemCounters,
} from '../../engine/index.js';
import type { PackedMap } from './packed.js';
import type { PlacedEvent } from './recall.js';
import type { ShardSnapshot } from './shard-config.js';

/** A limit of a portfolio that has just been broken or kept again, as its shard tells it. */
export type LimitTold = LimitTransition & {
  readonly portfolio: string;
  /** Event time. Units: microseconds. */
  readonly asOfUs: number;
};

/** Areas of a shard's log. */
export const SHARD_LOG_AREAS = ['actors', 'letters', 'market'] as const;

/** Levers that are pulled on one actor. */
export const ACTOR_LEVERS = ['restart', 'stop', 'suspend', 'resume', 'passivate'] as const;

/** A lever that is pulled on one actor. */
export type ActorLever = (typeof ACTOR_LEVERS)[number];

/** What operators ask of a shard. */
export type OperatorAsk =
  | {
      readonly kind: 'lever';
      readonly id: number;
      readonly lever: ActorLever;
      readonly address: Address;
    }
  | { readonly kind: 'tree'; readonly id: number }
  | { readonly kind: 'residents'; readonly id: number }
  | { readonly kind: 'quarantine'; readonly id: number; readonly address: Address | undefined }
  | { readonly kind: 'replay' | 'discard'; readonly id: number; readonly item: number }
  | {
      readonly kind: 'profile';
      readonly id: number;
      readonly seconds: number;
      readonly file: string;
    }
  | { readonly kind: 'letters'; readonly id: number }
  | {
      readonly kind: 'log_level';
      readonly id: number;
      /** Empty for all. */
      readonly area: string;
      readonly level: LogLevel;
    }
  | {
      readonly kind: 'fingerprint';
      readonly id: number;
      /** Undefined for all that are opened. */
      readonly addresses: readonly Address[] | undefined;
    };

/** What a move asks of the shards, while no frame is under way. */
export type MoveAsk =
  | {
      readonly kind: 'give';
      readonly id: number;
      readonly rows: readonly number[];
      readonly addresses: readonly Address[];
    }
  | {
      readonly kind: 'take';
      readonly id: number;
      readonly rows: readonly number[];
      readonly actors: PackedMap<Address, Snapshot>;
      /** Portfolios that come without a state: they are opened where they are addressed. */
      readonly unopened: readonly Address[];
      readonly liveBars: PackedMap<number, SymbolBars>;
    };

/** A message that was put aside, as texts. */
export interface PutAside {
  readonly item: number;
  readonly address: Address;
  readonly kind: string;
  readonly cause: string;
  /** Event time. Units: microseconds. */
  readonly timeUs: number;
  readonly failures: readonly string[];
  /** JSON, cut at a bound. */
  readonly message: string;
  readonly state: string;
}

/** A message that reached nobody, as texts. */
export interface LostLetter {
  readonly address: Address;
  readonly kind: string;
  /** Why: a stable code. */
  readonly code: string;
  readonly cause: string;
  /** Event time. Units: microseconds. */
  readonly timeUs: number;
  /** JSON, cut at a bound. */
  readonly message: string;
}

/** Owner to shard. */
export type ToShard =
  | OperatorAsk
  | MoveAsk
  | {
      readonly kind: 'ask';
      readonly id: number;
      readonly to: Address;
      readonly message: Message;
      readonly deadlineUs: number;
    }
  | {
      readonly kind: 'committed';
      readonly ticket: number;
      readonly fault?: {
        readonly code: string;
        readonly text: string;
        readonly retryable: boolean;
      };
    }
  | RoutedToShard
  | {
      readonly kind: 'recovered';
      readonly address: Address;
      readonly events: readonly PlacedEvent[];
    };

/** One symbol's change of stage at a close, explained. */
export interface ExplainedChange {
  readonly row: number;
  readonly fromStage: number;
  readonly toStage: number;
  readonly why: string;
}

/** Shard to owner. */
export type FromShard =
  | { readonly kind: 'ready' }
  /** So many of the portfolios that a shard begins with are in memory. */
  | { readonly kind: 'started'; readonly count: number; readonly of: number }
  | { readonly kind: 'answer'; readonly id: number; readonly reply: Reply }
  | { readonly kind: 'append'; readonly ticket: number; readonly records: readonly JournalRecord[] }
  | {
      readonly kind: 'published';
      readonly topic: string;
      readonly event: Message;
      readonly from: Address;
    }
  /** What was published of limits and alerts, together. */
  | {
      readonly kind: 'news';
      readonly said: readonly (FromShard & { readonly kind: 'published' })[];
    }
  /** Rows have changed since the owner asked to be told. */
  | { readonly kind: 'rows' }
  | RoutedToOwner
  | { readonly kind: 'log'; readonly line: LogLine }
  /** Messages that an actor which can't be brought forward will never be told. */
  | { readonly kind: 'missed'; readonly count: number }
  | { readonly kind: 'recover'; readonly address: Address; readonly after: number }
  | {
      readonly kind: 'point';
      readonly pointIndex: number;
      readonly isClose: boolean;
      readonly date: number;
    }
  | {
      readonly kind: 'changes';
      readonly date: number;
      readonly changes: readonly ExplainedChange[];
    }
  | {
      readonly kind: 'survivors';
      readonly date: number;
      readonly dayIndex: number;
      readonly rows: readonly { readonly row: number; readonly values: Float64Array }[];
    }
  /** Live bars that were closed or amended, in their order. */
  | { readonly kind: 'bars'; readonly told: readonly ToldBar[] }
  /** Live bars as they are being made, of the series that prints have changed. */
  | { readonly kind: 'bars_now'; readonly now: readonly SeriesNow[] }
  /** `tookUs`: how long frames were held up by it. */
  | { readonly kind: 'snapshot'; readonly snapshot: ShardSnapshot; readonly tookUs: number }
  /** What long pasts have come to before the market began, a part each: the next start's. */
  | {
      readonly kind: 'folded';
      readonly states: PackedMap<Address, Snapshot>;
      readonly sequences: ReadonlyMap<Address, number>;
    }
  | {
      readonly kind: 'tree';
      readonly id: number;
      readonly actors: readonly ActorView[];
      readonly counters: SystemCounters;
      readonly prints: number;
      /** Of sampled turns. Units: microseconds. */
      readonly turnUsP99: number;
    }
  | {
      readonly kind: 'residents';
      readonly id: number;
      /** Actors in memory that count against the budget. */
      readonly residents: number;
      readonly passivated: number;
      readonly revived: number;
      /** Portfolios that no state is kept of. */
      readonly unopened: number;
    }
  | {
      readonly kind: 'quarantine';
      readonly id: number;
      readonly items: readonly PutAside[];
      readonly dropped: number;
    }
  | {
      readonly kind: 'fingerprint';
      readonly id: number;
      readonly actors: readonly (readonly [Address, string])[];
    }
  | {
      readonly kind: 'letters';
      readonly id: number;
      readonly letters: readonly LostLetter[];
      /** How many there were, by code and message kind. */
      readonly counts: readonly (readonly [string, number])[];
    }
  /** What became of a lever; a text where it failed otherwise than by finding nothing. */
  | {
      readonly kind: 'done';
      readonly id: number;
      readonly ok: boolean;
      readonly failure?: string;
      /** Actors that were given away, as they were. */
      readonly given?: PackedMap<Address, Snapshot>;
      /** What was given of live bars, by row. */
      readonly liveBars?: PackedMap<number, SymbolBars>;
    };
