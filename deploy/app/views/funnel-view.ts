// The funnel as people see it: days, differences, survivors; gathered from the shards' events.

import { create } from '@bufbuild/protobuf';
import {
  diffOf,
  type FunnelCounted,
  narrate,
  type StageChange,
  type StageDiff,
} from '../../../actors/funnel/index.js';
import { attachReturns, correlationOf } from '../../../actors/risk/index.js';
import {
  type Change,
  ChangeSchema,
  type DayCounts,
  DayCountsSchema,
  type FunnelDiff,
  FunnelDiffSchema,
  type Narrative,
  NarrativeSchema,
  StageCountsSchema,
} from '../../../proto/gen/sluice/funnel/v1/funnel_pb.js';
import type { FromShard } from '../../roles/shard-messages.js';
import type { Market } from '../market/market.js';

/** Sessions kept; more than the sample has, and a year and a half of a live one. */
const SESSIONS_KEPT = 400;

/** Held rows that a survivor is compared with, the largest first. */
const HELD_MAX = 50;

interface Session {
  readonly date: number;
  /** By shard: one that replays a session after a restart says the same again, in place. */
  readonly changes: Map<number, readonly StageChange[]>;
  /** Written when somebody first reads them. */
  readonly narratives: Map<number, () => readonly Narrative[]>;
}

/** Gathers the funnel's events of all shards. */
export class FunnelView {
  readonly #sessions = new Map<number, Session>();
  readonly #days: DayCounts[] = [];
  latest: FunnelCounted | undefined;
  /** Rises with every change. */
  stamp = 0;

  /** Completed sessions, oldest first; the warm one is not among them. */
  get days(): readonly DayCounts[] {
    return this.#days;
  }

  /** Takes one message of a shard; `held` names rows with positions, the largest first. */
  onMessage(
    market: Market,
    shard: number,
    message: FromShard,
    held: () => readonly number[],
  ): void {
    switch (message.kind) {
      case 'published':
        if (message.event.kind === 'funnel_counted')
          this.#onCounted(message.event as FunnelCounted);
        break;
      case 'changes':
        this.#session(message.date).changes.set(shard, message.changes);
        this.stamp++;
        break;
      case 'survivors': {
        const { date, dayIndex } = message;
        const write = (): readonly Narrative[] => {
          const rows = message.rows.length === 0 ? [] : held();
          return message.rows.map(({ row, values }) =>
            writeNarrative(market, row, values, { date, dayIndex }, rows),
          );
        };
        this.#session(date).narratives.set(shard, writtenOnce(write));
        this.stamp++;
        break;
      }
    }
  }

  /** Narratives of the last session that has any place for them. */
  survivors(): readonly Narrative[] {
    const last = [...this.#sessions.keys()].pop();
    return last === undefined
      ? []
      : [...(this.#sessions.get(last)?.narratives.values() ?? [])].flatMap((read) => read());
  }

  /** The narrative of a symbol at the last close, if it survived. */
  narrative(symbol: string): Narrative | undefined {
    return this.survivors().find((narrative) => narrative.symbol === symbol);
  }

  /** What changed at a close; 0 for the last one. Undefined where nothing is known. */
  diff(market: Market, date: number): FunnelDiff | undefined {
    const dates = [...this.#sessions.keys()];
    const wanted = date === 0 ? dates[dates.length - 1] : date;
    const session = wanted === undefined ? undefined : this.#sessions.get(wanted);
    if (session === undefined) return undefined;
    const previous = dates[dates.indexOf(session.date) - 1] ?? 0;
    return toProto(market, diffOf([...session.changes.values()].flat()), session.date, previous);
  }

  #onCounted(counted: FunnelCounted): void {
    // A restarted shard tells old points again.
    if (counted.pointIndex <= (this.latest?.pointIndex ?? -1)) return;
    this.latest = counted;
    this.stamp++;
    // Point 0 closes the warm-up; it is nobody's streamed session.
    if (!counted.isClose || counted.pointIndex === 0) return;
    this.#days.push(
      create(DayCountsSchema, {
        date: counted.date,
        stages: create(StageCountsSchema, counted.counts),
      }),
    );
    if (this.#days.length > SESSIONS_KEPT) this.#days.shift();
  }

  #session(date: number): Session {
    const known = this.#sessions.get(date);
    if (known !== undefined) return known;
    const session: Session = { date, changes: new Map(), narratives: new Map() };
    this.#sessions.set(date, session);
    if (this.#sessions.size > SESSIONS_KEPT) {
      for (const oldest of this.#sessions.keys()) {
        this.#sessions.delete(oldest);
        break;
      }
    }
    return session;
  }
}

/**
 * Correlations with all that is held take milliseconds, in the thread through which the alerts of
 * the same close have to pass; most closes nobody reads about.
 */
function writtenOnce(write: () => readonly Narrative[]): () => readonly Narrative[] {
  let written: readonly Narrative[] | undefined;
  return () => {
    written ??= write();
    return written;
  };
}

function writeNarrative(
  market: Market,
  row: number,
  values: Float64Array,
  { date, dayIndex }: { readonly date: number; readonly dayIndex: number },
  held: readonly number[],
): Narrative {
  const { symbols } = market.file.bars;
  const matrix = attachReturns(market.memory.matrix);
  const correlations = held
    .filter((other) => other !== row)
    .slice(0, HELD_MAX)
    .map((other) => ({
      symbol: symbols[other]!,
      correlation: correlationOf(matrix, row, other, dayIndex),
    }))
    .filter(({ correlation }) => Number.isFinite(correlation));
  const { text, figures } = narrate(
    symbols[row]!,
    (name) => values[market.columns.indexOf(name)]!,
    correlations,
    market.options.funnel.research,
  );
  return create(NarrativeSchema, { symbol: symbols[row]!, date, text, fields: [...figures] });
}

function toProto(market: Market, diff: StageDiff, date: number, previousDate: number): FunnelDiff {
  const changes = (list: readonly StageChange[]): Change[] =>
    list.map(({ row, fromStage, toStage, why }) =>
      create(ChangeSchema, { symbol: market.file.bars.symbols[row]!, fromStage, toStage, why }),
    );
  return create(FunnelDiffSchema, {
    date,
    previousDate,
    entered: changes(diff.entered),
    left: changes(diff.left),
    promoted: changes(diff.promoted),
    demoted: changes(diff.demoted),
  });
}
