// The steps of the market that all shards take: sessions, actions, measures, points, snapshots.

import { ACTION, MEASURE, POINT, SESSION_OPEN, SNAPSHOT } from '../../proto/frames/market.js';
import type { ShardActors } from './shard-actors.js';
import type { ShardBars } from './shard-bars.js';
import type { ShardClock } from './shard-config.js';
import type { ShardMarket } from './shard-market.js';
import type { ShardPoints } from './shard-points.js';
import type { SnapshotSaving } from './snapshot-saving.js';

/** What steps are taken with. */
export interface MarketStepsSide {
  /** Written here. */
  readonly clock: ShardClock;
  readonly market: Pick<ShardMarket, 'develop' | 'owns' | 'plane'>;
  readonly actors: Pick<ShardActors, 'advance' | 'tellPortfolios'>;
  readonly points: Pick<ShardPoints, 'reach'>;
  readonly bars: Pick<ShardBars, 'advance' | 'tell'>;
  readonly saving: Pick<SnapshotSaving, 'begin' | 'finish'>;
}

/** The steps of one shard. */
export class MarketSteps {
  readonly #shard: MarketStepsSide;

  constructor(shard: MarketStepsSide) {
    this.#shard = shard;
  }

  /** Takes the step of a frame whose lanes begin at `at`; `row` is that of an action or measure. */
  take(kind: number, row: number, floats: Float64Array, at: number): void {
    // A snapshot is no step of the market, and may lie anywhere in it.
    if (kind !== SNAPSHOT.kind) this.#shard.clock.nowUs = floats[at + 1]!;
    switch (kind) {
      case SESSION_OPEN.kind:
        this.#openSession(floats, at);
        break;
      case ACTION.kind:
        this.#applyAction(
          row,
          floats[at + ACTION.lanes.split]!,
          floats[at + ACTION.lanes.dividend]!,
        );
        break;
      case MEASURE.kind:
        this.#takeMeasure(
          row,
          floats[at + MEASURE.lanes.column]!,
          floats[at + MEASURE.lanes.value]!,
        );
        break;
      case POINT.kind:
        this.#reachPoint(floats, at);
        break;
      case SNAPSHOT.kind:
        this.#shard.saving.begin(floats[at + SNAPSHOT.lanes.id]!);
        break;
    }
  }

  #openSession(floats: Float64Array, at: number): void {
    const { actors, bars, clock, market } = this.#shard;
    clock.date = floats[at + SESSION_OPEN.lanes.date]!;
    clock.dayIndex = floats[at + SESSION_OPEN.lanes.dayIndex]!;
    clock.openUs = floats[at + SESSION_OPEN.lanes.openUs]!;
    clock.closeUs = floats[at + SESSION_OPEN.lanes.closeUs]!;
    clock.isFirstPoint = true;
    market.plane.openSession(clock.openUs, clock.closeUs);
    bars.advance(clock.openUs);
    actors.advance();
  }

  #applyAction(row: number, split: number, dividend: number): void {
    const { actors, clock, market } = this.#shard;
    if (market.owns(row)) market.plane.applyAction(row, split, dividend);
    const { date } = clock;
    actors.tellPortfolios({ kind: 'corporate_action', row, date, split, dividend });
    actors.advance();
  }

  #takeMeasure(row: number, column: number, value: number): void {
    const { market } = this.#shard;
    if (market.owns(row)) market.plane.takeMeasure(row, column, value);
  }

  #reachPoint(floats: Float64Array, at: number): void {
    const { bars, market, points, saving } = this.#shard;
    bars.advance(floats[at + POINT.lanes.timeUs]!);
    bars.tell();
    const isClose = floats[at + POINT.lanes.isClose] === 1;
    if (isClose) {
      saving.finish();
      market.develop();
      market.plane.settle();
    }
    points.reach({
      index: floats[at + POINT.lanes.pointIndex]!,
      isClose,
      date: floats[at + POINT.lanes.date]!,
      dayIndex: floats[at + POINT.lanes.dayIndex]!,
      timeUs: floats[at + POINT.lanes.timeUs]!,
    });
  }
}
