// A shard's way through a point: record, cross-section, judge, summary, with a gate between each.

import type { Breakers } from '../../actors/breakers/index.js';
import { GroupJudge, type GroupsMarked, type RiskBoard } from '../../actors/groups/index.js';
import { type Address, Gate, type Log, type ShardContext } from '../../engine/index.js';
import type { PointNews } from './point-news.js';
import { Coordinator, isCrossed, type OpenPoint, stepOf } from './point-steps.js';
import { closeRows } from './session-close.js';
import type { ShardActors } from './shard-actors.js';
import type { ShardAlerts } from './shard-alerts.js';
import type { ShardClock, SharedMarket } from './shard-config.js';
import type { ShardMarket } from './shard-market.js';
import type { FromShard } from './shard-messages.js';

/** What points are taken with. */
export interface ShardPointsOptions {
  readonly memory: SharedMarket;
  readonly board: RiskBoard;
  readonly breakers: Breakers;
  readonly alerts: ShardAlerts;
  readonly context: ShardContext;
  readonly market: ShardMarket;
  readonly actors: ShardActors;
  readonly clock: ShardClock;
  readonly post: (message: FromShard) => void;
  readonly news: PointNews;
  readonly log: Log;
}

/** Who tells of groups: nobody's actor, but a place among those whose figures are shown. */
const GROUPS: Address = 'group/all';

/** The points of one shard. */
export class ShardPoints {
  readonly #market: ShardMarket;
  readonly #actors: ShardActors;
  readonly #clock: ShardClock;
  readonly #post: (message: FromShard) => void;
  readonly #news: PointNews;
  readonly #log: Log;
  readonly #gate: Gate;
  readonly #coordinator: Coordinator | undefined;
  /** Shard 0 judges groups, where there are any. */
  readonly #groups: GroupJudge | undefined;
  readonly #breakers: Breakers;
  readonly #alerts: ShardAlerts;
  #open: OpenPoint | undefined;
  /** Points whose summaries shard 0 owes to the funnel actor. */
  #owed: OpenPoint[] = [];

  constructor({
    memory,
    board,
    breakers,
    alerts,
    context,
    market,
    actors,
    clock,
    post,
    news,
    log,
  }: ShardPointsOptions) {
    this.#market = market;
    this.#actors = actors;
    this.#clock = clock;
    this.#post = post;
    this.#news = news;
    this.#log = log;
    this.#gate = new Gate(memory.gate, context.shard);
    this.#coordinator = context.shard === 0 ? new Coordinator(market) : undefined;
    this.#breakers = breakers;
    this.#alerts = alerts;
    const isJudge = context.shard === 0 && board.config.groups.length > 0;
    this.#groups = isJudge ? new GroupJudge(board, market.matrix) : undefined;
  }

  /** Whether other shards must move first. */
  get isHeld(): boolean {
    return this.#open !== undefined || this.#owed.length > 0;
  }

  /** Comes to a point: what the other shards need of this one is recorded. */
  reach(point: OpenPoint): void {
    this.#market.plane.recordPoint(this.#market.recordOf(point.index));
    this.#gate.announce(stepOf(point.index).recorded);
    this.#open = point;
  }

  /** Goes on with the open point if the other shards allow; true when none is left open. */
  pass(): boolean {
    const point = this.#open;
    if (point === undefined) return true;
    const { recorded, crossed, judged } = stepOf(point.index);
    if (!isCrossed(this.#gate, point.index)) {
      if (this.#coordinator === undefined || !this.#gate.isOpen(recorded)) return false;
      this.#cross(this.#coordinator, point);
      this.#gate.announce(crossed);
    }
    if (!this.#actors.isSettled()) return false;
    this.#judge(point);
    this.#gate.announce(judged);
    this.#open = undefined;
    if (this.#coordinator !== undefined) this.#owed.push(point);
    return true;
  }

  /** Tells the funnel actor of every point that all shards have judged; true when none is left. */
  summarise(): boolean {
    while (this.#owed.length > 0) {
      const point = this.#owed[0]!;
      if (!this.#gate.isOpen(stepOf(point.index).judged)) return false;
      this.#owed.shift();
      this.#actors.tellFunnel(this.#coordinator!.summaryOf(point));
      this.#judgeGroups(point);
    }
    return true;
  }

  /** Moves of this shard's rows since the point before, in the same session. */
  #noteMoves({ index, timeUs }: OpenPoint): void {
    const before = this.#market.recordOf(index - 1).marks;
    const { marks } = this.#market.recordOf(index);
    this.#breakers.notePoints(this.#market.plane.rows, before, marks, timeUs);
  }

  /** No portfolio is told of the next point before this one's groups are judged. */
  #judgeGroups({ index, timeUs }: OpenPoint): void {
    if (this.#groups === undefined) return;
    const event = this.#groups.judge(index, timeUs);
    const told = { kind: 'published', topic: 'groups', from: GROUPS } as const;
    // Of transitions the owner needs every one, of figures the latest.
    if (event.transitions.length > 0) this.#news.add({ ...told, event });
    this.#alerts.onGroups(event.groups, { index, timeUs });
    const figures: GroupsMarked = { ...event, transitions: [] };
    this.#actors.show({ ...told, event: figures });
  }

  /** Computes what belongs to all rows; each shard has recorded its own. */
  #cross(coordinator: Coordinator, point: OpenPoint): void {
    // The backfill's flags follow from the points before this one.
    this.summarise();
    const clock = this.#clock;
    if (clock.pendingPoint >= 0 && clock.isFirstPoint) {
      coordinator.keepReturns(clock.pendingDay, clock.pendingPoint);
    }
    const loaded = this.#actors.funnelState()?.backfill.loaded;
    this.#breakers.noteMarket(coordinator.meanReturn(point.index), point.timeUs, point.date);
    coordinator.cross(point.index, loaded ?? new Uint8Array(this.#market.columns.rowCount));
  }

  /** Stages of this shard's rows and the books of its portfolios, as of a point. */
  #judge(point: OpenPoint): void {
    const { index, timeUs, date, dayIndex, isClose } = point;
    const record = this.#market.recordOf(index);
    const clock = this.#clock;
    this.#market.plane.applyPoint(record);
    this.#alerts.onRows(point);
    if (!clock.isFirstPoint) this.#noteMoves(point);
    this.#actors.tellPortfolios({
      kind: 'marked',
      pointIndex: index,
      timeUs,
      date,
      dayIndex,
      isClose,
      opensSession: clock.isFirstPoint,
      prices: record.marks,
    });
    clock.isFirstPoint = false;
    clock.lastPoint = index;
    if (isClose) {
      // Before the work of a close, which takes longer than the point did.
      this.#news.post();
      closeRows(this.#market, point, this.#post);
      this.#actors.keepClose();
      clock.pendingDay = dayIndex;
      clock.pendingPoint = index;
    }
    this.#actors.advance();
    if (this.#log.isOn('debug', 'market')) {
      this.#log.say('debug', 'market', `point ${index} of ${date} is judged`);
    }
    this.#post({ kind: 'point', pointIndex: index, isClose, date });
  }
}
