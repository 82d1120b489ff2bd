// What runs on a shard: symbol actors fed by frames, portfolio and funnel actors fed by points.

import { Breakers } from '../../actors/breakers/index.js';
import { RiskBoard } from '../../actors/groups/index.js';
import type { PortfolioDeps } from '../../actors/portfolio/index.js';
import {
  type ActorSystem,
  type Address,
  FRAME_INTS,
  FRAME_LANES,
  Histogram,
  Log,
  type RingConsumer,
  type ShardContext,
  type ShardProgram,
} from '../../engine/index.js';
import { LATE, PASSED, POINT, PRINT, SNAPSHOT } from '../../proto/frames/market.js';
import { Handover } from './handover.js';
import { MarketSteps } from './market-steps.js';
import { Openings } from './openings.js';
import { PointNews } from './point-news.js';
import { RowNews } from './row-news.js';
import { ShardActors, type ShardSeams } from './shard-actors.js';
import { ShardAlerts } from './shard-alerts.js';
import { ShardBars } from './shard-bars.js';
import { createShardBehaviours } from './shard-behaviours.js';
import { freshClock, type ShardClock, type ShardConfig } from './shard-config.js';
import { createEngines, type ShardEngines } from './shard-engines.js';
import { ShardMarket } from './shard-market.js';
import { type FromShard, SHARD_LOG_AREAS, type ToShard } from './shard-messages.js';
import { ShardOperations } from './shard-operations.js';
import { ShardPoints } from './shard-points.js';
import { SnapshotSaving } from './snapshot-saving.js';
import { tradingState } from './trading-state.js';

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
  readonly #saving: SnapshotSaving;
  readonly #steps: MarketSteps;

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
      ...judgedBy(board),
      onMarked: (key, mark, figures, transitions) => {
        board.put(key, mark);
        alerts.onPortfolio(figures, transitions);
      },
    });
    const log = logOf(config, context, post);
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
    const { monotonicUs } = context;
    const saving = new SnapshotSaving({ market, actors, bars, clock, monotonicUs, post, log });
    this.#saving = saving;
    this.#steps = new MarketSteps({ clock, market, actors, points: this.#points, bars, saving });
    this.#operations = new ShardOperations({
      system: actors.system,
      find: (addresses, found) => actors.states.find(addresses, found),
      unopened: () => actors.unopened,
      log,
      monotonicUs,
      prints: () => market.plane.prints,
      ...{ post, atLength: context.atLength },
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
      this.#steps.take(kind, ints[slot * FRAME_INTS + 1]!, floats, at);
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
    this.#saving.pass();
    this.#points.pass();
    this.#points.summarise();
    this.#news.post();
    this.#rows.step();
    this.#bars.step();
    return this.#actors.step();
  }

  dueMs(): number {
    if (this.#saving.isUnderWay) return 0;
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
}

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

/** What the check of an order asks a board. */
function judgedBy(board: RiskBoard): Pick<PortfolioDeps, 'standingOf' | 'isOverridden'> {
  return {
    standingOf: (key, broken, nowUs, row) => board.standingOf(key, broken, nowUs, row),
    isOverridden: (key, limit, nowUs) => board.isOverridden(key, limit, nowUs),
  };
}
