// What runs on a shard: symbol actors fed by frames, portfolio and funnel actors fed by points.

import { Breakers } from '../../actors/breakers/index.js';
import { RiskBoard } from '../../actors/groups/index.js';
import {
  type ActorSystem,
  type Address,
  type CreateShardProgram,
  FRAME_INTS,
  FRAME_LANES,
  Histogram,
  Log,
  type PrepareShard,
  type RingConsumer,
  type ShardContext,
  type ShardProgram,
} from '../../engine/index.js';
import {
  ACTION,
  LATE,
  MEASURE,
  PASSED,
  POINT,
  PRINT,
  SESSION_OPEN,
  SNAPSHOT,
} from '../../proto/frames/market.js';
import { Handover } from './handover.js';
import { Openings } from './openings.js';
import { PointNews } from './point-news.js';
import { rehearse } from './rehearsal.js';
import { RowNews } from './row-news.js';
import { RowSaver } from './row-slices.js';
import { ShardActors, type ShardSeams } from './shard-actors.js';
import { ShardAlerts } from './shard-alerts.js';
import { ShardBars } from './shard-bars.js';
import { createShardBehaviours } from './shard-behaviours.js';
import {
  freshClock,
  type ShardClock,
  type ShardConfig,
  type ShardSnapshot,
} from './shard-config.js';
import { createEngines, enginesOf, type ShardEngines } from './shard-engines.js';
import { ShardMarket } from './shard-market.js';
import { type FromShard, SHARD_LOG_AREAS, type ToShard } from './shard-messages.js';
import { ShardOperations } from './shard-operations.js';
import { ShardPoints } from './shard-points.js';
import { tradingState } from './trading-state.js';

/** Rows of a snapshot saved in one pass: a fifth of a millisecond. */
const ROWS_SAVED_A_PASS = 32;

/** A snapshot that is being saved, and the time that this has taken so far. */
interface Saving {
  readonly saver: RowSaver;
  readonly snapshot: ShardSnapshot;
  tookUs: number;
}

/** The program of one shard. */
export class MarketShard implements ShardProgram {
  readonly #context: ShardContext;
  readonly #latency: Histogram;
  readonly #clock: ShardClock;
  readonly #market: ShardMarket;
  readonly #actors: ShardActors;
  readonly #points: ShardPoints;
  readonly #news: PointNews;
  readonly #rows: RowNews;
  readonly #bars: ShardBars;
  readonly #operations: ShardOperations;
  readonly #handover: Handover;
  readonly #log: Log;
  #saving: Saving | undefined;

  constructor(
    config: ShardConfig,
    context: ShardContext,
    seams: ShardSeams = {},
    engines: ShardEngines = createEngines(config),
  ) {
    this.#context = context;
    this.#latency = new Histogram(config.latency);
    const clock = config.snapshot === undefined ? freshClock() : { ...config.snapshot.clock };
    this.#clock = clock;
    const market = new ShardMarket(config, context, engines);
    this.#market = market;
    market.begin();
    const openings = new Openings(config.openings, config.bars.symbols);
    const board = new RiskBoard(config.market.board, config.board, config.bars.symbols.length);
    const breakers = new Breakers(config.market.breakers, config.breakers);
    const post = (message: FromShard): void => context.post(message);
    const news = new PointNews({ ...context, post });
    this.#news = news;
    this.#rows = new RowNews(config.market.rowsWish, { ...context, post });
    const alerts = new ShardAlerts(config, engines, market, news);
    const behaviours = createShardBehaviours(config, market, openings, {
      tradingOf: (row) => tradingState(breakers, market, clock, row),
      standingOf: (key, broken, nowUs, row) => board.standingOf(key, broken, nowUs, row),
      onMarked: (key, mark, figures, transitions) => {
        board.put(key, mark);
        alerts.onPortfolio(figures, transitions);
      },
    });
    const log = logOf(config, context, post);
    this.#log = log;
    const actors = new ShardActors({ config, context, clock, behaviours, seams, post, log });
    this.#actors = actors;
    openings.rest();
    this.#points = new ShardPoints({
      memory: config.market,
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
    });
    const bars = new ShardBars(config, context);
    this.#bars = bars;
    this.#operations = new ShardOperations({
      system: actors.system,
      find: (addresses, found) => actors.states.find(addresses, found),
      unopened: () => actors.unopened,
      log,
      monotonicUs: context.monotonicUs,
      prints: () => market.plane.prints,
      post,
    });
    this.#handover = new Handover({
      ...actors.moving,
      setOwned: (rows, isOwned) => market.setOwned(rows, isOwned),
      giveBars: (rows) => bars.give(rows),
      takeBars: (rows, given) => bars.own(rows, given),
      step: () => clock.step,
      post,
    });
  }

  /** The actors' system, for whoever looks on in the same thread. */
  get system(): ActorSystem {
    return this.#actors.system;
  }

  /** Every actor of this shard. */
  get addresses(): readonly Address[] {
    return this.#actors.addresses;
  }

  /** Where the shard stands in event time. */
  get clock(): Readonly<ShardClock> {
    return this.#clock;
  }

  /** Whether nothing is under way: no commit, no turn, no event that is still to be recalled. */
  get isAtRest(): boolean {
    return this.#actors.isAtRest;
  }

  // hot
  onFrames(ring: RingConsumer, count: number): number {
    if (!this.#points.pass() || !this.#actors.isShort()) return 0;
    const { floats, ints } = ring;
    const { plane } = this.#market;
    this.#rows.note();
    let from = 0;
    for (let index = 0; index < count; index++) {
      const slot = ring.slot(index);
      const at = slot * FRAME_LANES;
      const kind = ints[slot * FRAME_INTS]!;
      if (kind === PRINT.kind || kind === LATE.kind) {
        const row = ints[slot * FRAME_INTS + 1]!;
        const timeUs = floats[at + 1]!;
        const price = floats[at + 2]!;
        const size = floats[at + 3]!;
        const bid = floats[at + 4]!;
        const ask = floats[at + 5]!;
        this.#bars.print(row, timeUs, price, size, bid, ask);
        if (kind === LATE.kind) continue;
        this.#clock.nowUs = timeUs;
        plane.print(row, timeUs, price, size, bid, ask, floats[at + 7]!);
        continue;
      }
      plane.flush();
      this.#recordLatency(ring, from, index);
      from = index + 1;
      if (kind === PASSED.kind) {
        this.#bars.advance(floats[at + PASSED.lanes.timeUs]!);
        continue;
      }
      if (kind !== POINT.kind && !this.#actors.isSettled()) return index;
      // Points and what opens or closes a session take as long as thousands of prints.
      this.#rows.tell();
      this.#rows.note();
      // A snapshot must hold every summary of the points before it: it waits for the other shards.
      // And it must hold every actor: it waits for those that are being rebuilt.
      if (
        kind === SNAPSHOT.kind &&
        !(this.#points.summarise() && this.#actors.states.isEveryoneBack())
      ) {
        return index;
      }
      this.#onRareFrame(kind, ints[slot * FRAME_INTS + 1]!, floats, at);
      if (!this.#points.pass() || !this.#actors.isShort()) return index + 1;
    }
    plane.flush();
    this.#bars.tell();
    this.#recordLatency(ring, from, count);
    return count;
  }

  onMessage(message: unknown): void {
    // The owner is the only sender, and this is the only type it posts.
    const told = message as ToShard;
    switch (told.kind) {
      case 'ask':
      case 'committed':
      case 'deliver':
      case 'recovered':
      case 'routed_answer':
      case 'undelivered':
      case 'unwatched':
      case 'watched':
        this.#actors.onMessage(told);
        break;
      case 'give':
      case 'take':
        this.#handover.handle(told);
        break;
      default:
        this.#operations.handle(told);
        break;
    }
  }

  step(): number {
    this.#operations.step();
    this.#save(ROWS_SAVED_A_PASS);
    this.#points.pass();
    this.#points.summarise();
    this.#news.post();
    this.#rows.step();
    this.#bars.step();
    return this.#actors.step();
  }

  dueMs(): number {
    if (this.#saving !== undefined) return 0;
    return Math.min(this.#actors.dueMs(), this.#operations.dueMs(), this.#bars.dueMs());
  }

  takePressure(): number {
    return this.system.takePressure();
  }

  isHeld(): boolean {
    return this.#points.isHeld || this.#actors.isHeld;
  }

  // hot
  #recordLatency(ring: RingConsumer, from: number, to: number): void {
    if (to <= from) return;
    const now = this.#context.monotonicUs();
    for (let index = from; index < to; index++) {
      this.#latency.record(now - ring.floats[ring.slot(index) * FRAME_LANES + 7]!);
    }
  }

  #onRareFrame(kind: number, row: number, floats: Float64Array, at: number): void {
    // A snapshot is no step of the market, and may lie anywhere in it.
    if (kind !== SNAPSHOT.kind) this.#clock.nowUs = floats[at + 1]!;
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
        this.#snapshot(floats[at + SNAPSHOT.lanes.id]!);
        break;
    }
  }

  #openSession(floats: Float64Array, at: number): void {
    const clock = this.#clock;
    clock.date = floats[at + SESSION_OPEN.lanes.date]!;
    clock.dayIndex = floats[at + SESSION_OPEN.lanes.dayIndex]!;
    clock.openUs = floats[at + SESSION_OPEN.lanes.openUs]!;
    clock.closeUs = floats[at + SESSION_OPEN.lanes.closeUs]!;
    clock.isFirstPoint = true;
    this.#market.plane.openSession(clock.openUs, clock.closeUs);
    this.#bars.advance(clock.openUs);
    this.#actors.advance();
  }

  #applyAction(row: number, split: number, dividend: number): void {
    if (this.#market.owns(row)) this.#market.plane.applyAction(row, split, dividend);
    const { date } = this.#clock;
    this.#actors.tellPortfolios({ kind: 'corporate_action', row, date, split, dividend });
    this.#actors.advance();
  }

  #takeMeasure(row: number, column: number, value: number): void {
    if (this.#market.owns(row)) this.#market.plane.takeMeasure(row, column, value);
  }

  #reachPoint(floats: Float64Array, at: number): void {
    this.#bars.advance(floats[at + POINT.lanes.timeUs]!);
    this.#bars.tell();
    const isClose = floats[at + POINT.lanes.isClose] === 1;
    if (isClose) {
      // From here on rows change that a snapshot has yet to save.
      this.#save(Number.POSITIVE_INFINITY);
      this.#market.plane.settle();
    }
    this.#points.reach({
      index: floats[at + POINT.lanes.pointIndex]!,
      isClose,
      date: floats[at + POINT.lanes.date]!,
      dayIndex: floats[at + POINT.lanes.dayIndex]!,
      timeUs: floats[at + POINT.lanes.timeUs]!,
    });
  }

  #snapshot(id: number): void {
    this.#save(Number.POSITIVE_INFINITY);
    const beganUs = this.#context.monotonicUs();
    const kept = this.#actors.states.kept();
    const liveBars = this.#bars.states();
    const saver = new RowSaver(this.#market.rowMemory(), id);
    const clock = { ...this.#clock };
    const tookUs = this.#context.monotonicUs() - beganUs;
    this.#saving = { saver, snapshot: { id, ...kept, liveBars, clock }, tookUs };
  }

  /** Saves some more rows of a snapshot under way, and posts it once it is whole. */
  #save(rows: number): void {
    const saving = this.#saving;
    if (saving === undefined) return;
    const beganUs = this.#context.monotonicUs();
    const isWhole = saving.saver.save(rows);
    saving.tookUs += this.#context.monotonicUs() - beganUs;
    if (!isWhole) return;
    const { snapshot, tookUs } = saving;
    this.#context.post({ kind: 'snapshot', snapshot, tookUs });
    this.#log.say('info', 'market', `snapshot ${snapshot.id} is saved in ${tookUs} us`);
    this.#saving = undefined;
  }
}

/** Entry point that the engine's worker loads. */
export const createShardProgram: CreateShardProgram = (data, context) => {
  // The owner builds the configuration with this type; it crossed by structured clone.
  const config = data as ShardConfig;
  // One that replaces another is waited for. What a rehearsal leaves is collected while the actors
  // are made.
  if (config.isFirst) {
    const steps = prepareShard(config, context);
    while (steps.next().done === false);
  }
  const shard = new MarketShard(config, context, {}, enginesOf(config));
  context.post({ kind: 'ready' } satisfies FromShard);
  return shard;
};

/** Entry point for a thread that stands by, with the configuration of any shard. */
export const prepareShard: PrepareShard = (data, context) => {
  // As above.
  const config = data as ShardConfig;
  const engines = enginesOf(config);
  return rehearse(config, context, (own, alone) => new MarketShard(own, alone, {}, engines));
};

/** The log of a shard, as loud as its owner wants it. */
function logOf(
  config: ShardConfig,
  { monotonicUs }: ShardContext,
  post: (message: FromShard) => void,
): Log {
  const log = new Log(SHARD_LOG_AREAS, monotonicUs, (line) => post({ kind: 'log', line }));
  for (const [area, level] of config.logLevels) log.setLevel(area, level);
  return log;
}
