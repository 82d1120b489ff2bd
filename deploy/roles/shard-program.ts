// What runs on a shard: symbol actors fed by frames, portfolio and funnel actors fed by points.

import {
  changeReason,
  createFunnelBehaviour,
  createFunnelEvaluator,
  type FunnelEvaluator,
  type FunnelState,
  type PointSummarised,
  STAGE_NAMES,
} from '../../actors/funnel/index.js';
import { CATALOGUE, createFeatureEngine } from '../../actors/indicators/index.js';
import {
  attachPointRecords,
  COLUMN,
  POINTS_KEPT,
  type PointRecord,
  SymbolPlane,
  stateStride,
} from '../../actors/market/index.js';
import {
  createPortfolioBehaviour,
  type PortfolioEvent,
  type PortfolioMessage,
} from '../../actors/portfolio/index.js';
import { attachScenarioMatrix, type ScenarioMatrix } from '../../actors/risk/index.js';
import {
  ActorSystem,
  type ActorView,
  type Address,
  type AnyBehaviour,
  Columns,
  type CreateShardProgram,
  Fault,
  FRAME_INTS,
  FRAME_LANES,
  Gate,
  Histogram,
  placeKey,
  type Recovered,
  type Ref,
  type RingConsumer,
  ref,
  type ShardContext,
  type ShardProgram,
  type SystemPorts,
} from '../../engine/index.js';
import { ACTION, POINT, PRINT, SESSION_OPEN, SNAPSHOT } from '../../proto/frames/market.js';
import { Checkpoints } from './checkpoints.js';
import { type Ask, CATCHING_UP, HeldAsks } from './held-asks.js';
import { LatestFigures } from './latest-figures.js';
import { PackedReader, pack, unpack } from './packed.js';
import { Coordinator, isCrossed, type OpenPoint, stepOf } from './point-steps.js';
import { type PlacedEvent, Recall } from './recall.js';
import { type RowMemory, RowSaver, restoreRows } from './row-slices.js';
import {
  type FromShard,
  freshClock,
  type ShardClock,
  type ShardConfig,
  type ShardSnapshot,
  type ToShard,
} from './shard-messages.js';
import { ShardOperations } from './shard-operations.js';
import { warmUp } from './warm-up.js';

/** Kinds of actors whose state a shard's snapshot holds. */
const SNAPSHOT_KINDS: ReadonlySet<string> = new Set(['portfolio', 'funnel']);

/** Rows of a snapshot saved in one pass: a fifth of a millisecond. */
const ROWS_SAVED_A_PASS = 32;

/** Turns run in one pass between frames, so that frames are never held up long. */
const TURNS_A_PASS = 256;

/** The program of one shard. */
class MarketShard implements ShardProgram {
  readonly #config: ShardConfig;
  readonly #context: ShardContext;
  readonly #columns: Columns;
  readonly #state: Float64Array;
  readonly #stride: number;
  readonly #plane: SymbolPlane;
  readonly #funnel: FunnelEvaluator;
  readonly #owned: Uint8Array;
  readonly #records: readonly PointRecord[];
  readonly #gate: Gate;
  readonly #latency: Histogram;
  readonly #coordinator: Coordinator | undefined;
  readonly #system: ActorSystem;
  readonly #operations: ShardOperations;
  readonly #portfolios: readonly Ref<PortfolioMessage>[];
  readonly #funnelAddress: Address;
  readonly #commits = new Map<number, (fault?: Fault) => void>();
  readonly #clock: ShardClock;
  /** Actors as of the last close, for those that must be rebuilt while the shard runs. */
  readonly #checkpoints: Checkpoints;
  readonly #recoveries = new Map<Address, (events: readonly PlacedEvent[]) => void>();
  readonly #recall: Recall;
  readonly #heldAsks = new HeldAsks();
  /** Frames wait for commits, and turns wait for the frames. */
  #isWaitingForCommits = false;
  /** A snapshot waits for actors that are being rebuilt. */
  #isWaitingForActors = false;
  #saving: { readonly saver: RowSaver; readonly snapshot: ShardSnapshot } | undefined;
  #isStarted = false;
  readonly #figures = new LatestFigures();
  readonly #openings: PackedReader<string, readonly PortfolioEvent[]>;
  #nextTicket = 1;
  #point: OpenPoint | undefined;
  /** Next point whose summary shard 0 owes to the funnel actor. */
  #summarised: OpenPoint[] = [];

  constructor(config: ShardConfig, context: ShardContext) {
    this.#config = config;
    this.#context = context;
    const { market, bars } = config;
    const rowCount = bars.symbols.length;
    this.#columns = new Columns(market.columns);
    this.#state = new Float64Array(market.state);
    const features = createFeatureEngine(CATALOGUE);
    this.#funnel = createFunnelEvaluator(config.funnel, this.#columns.layout);
    this.#stride = stateStride(features, this.#funnel);
    const rows = bars.symbols.flatMap((symbol, row) =>
      placeKey(symbol, context.shardCount) === context.shard ? [row] : [],
    );
    this.#owned = new Uint8Array(rowCount);
    for (const row of rows) this.#owned[row] = 1;
    this.#plane = new SymbolPlane({
      rows: Int32Array.from(rows),
      columns: this.#columns,
      features,
      funnel: this.#funnel,
      state: this.#state,
    });
    this.#records = attachPointRecords(market.records, rowCount);
    this.#gate = new Gate(market.gate, context.shard);
    this.#latency = new Histogram(config.latency);
    const matrix = attachScenarioMatrix(market.matrix, context.shard);
    this.#coordinator =
      context.shard === 0 ? new Coordinator(this.#records, matrix, rowCount) : undefined;
    this.#funnelAddress = `funnel/${config.funnel.name}`;
    this.#portfolios = config.portfolios.map((key) => ref<PortfolioMessage>('portfolio', key));
    const hearers = this.#portfolios.map(({ address }) => address);
    this.#checkpoints = new Checkpoints(hearers, this.#funnelAddress);
    this.#clock = config.snapshot === undefined ? freshClock() : { ...config.snapshot.clock };
    this.#openings = new PackedReader(config.openings);
    this.#system = this.#createSystem(matrix, rowCount);
    this.#operations = new ShardOperations({
      system: this.#system,
      kinds: SNAPSHOT_KINDS,
      monotonicUs: context.monotonicUs,
      prints: () => this.#plane.prints,
      post: (message) => this.#post(message),
    });
    const started = context.monotonicUs();
    this.#recover(matrix);
    const actors = config.snapshot === undefined ? [] : unpack(config.snapshot.actors);
    this.#checkpoints.keep(actors, this.#clock.step);
    this.#recall = new Recall(config.journaled, (address) => this.#checkpoints.sequenceOf(address));
    this.#startActors();
    this.#recall.foldUpTo(this.#clock.step, this.#system);
    this.#isStarted = true;
    this.#openings.rest();
    this.#post({ kind: 'ready', warmUs: context.monotonicUs() - started });
  }

  // hot
  onFrames(ring: RingConsumer, count: number): number {
    if (this.#point !== undefined && !this.#passGate()) return 0;
    const { floats, ints } = ring;
    let from = 0;
    for (let index = 0; index < count; index++) {
      const slot = ring.slot(index);
      const at = slot * FRAME_LANES;
      const kind = ints[slot * FRAME_INTS]!;
      if (kind === PRINT.kind) {
        this.#clock.nowUs = floats[at + 1]!;
        this.#plane.print(
          ints[slot * FRAME_INTS + 1]!,
          floats[at + 1]!,
          floats[at + 2]!,
          floats[at + 3]!,
          floats[at + 4]!,
          floats[at + 5]!,
          floats[at + 7]!,
        );
        continue;
      }
      this.#plane.flush();
      this.#recordLatency(ring, from, index);
      from = index + 1;
      if (kind !== POINT.kind && !this.#isSettled()) return index;
      // A snapshot must hold every summary of the points before it: it waits for the other shards.
      // And it must hold every actor: it waits for those that are being rebuilt.
      if (kind === SNAPSHOT.kind && !(this.#summarise() && this.#isEveryoneBack())) return index;
      this.#onRareFrame(kind, ints[slot * FRAME_INTS + 1]!, floats, at);
      if (this.#point !== undefined && !this.#passGate()) return index + 1;
    }
    this.#plane.flush();
    this.#recordLatency(ring, from, count);
    return count;
  }

  onMessage(message: unknown): void {
    // The owner is the only sender, and this is the only type it posts.
    const told = message as ToShard;
    switch (told.kind) {
      case 'ask':
        if (this.#recall.isDone && !this.#isWaitingForCommits) this.#ask(told);
        else if (!this.#heldAsks.hold(told)) {
          this.#post({ kind: 'answer', id: told.id, reply: CATCHING_UP });
        }
        break;
      case 'committed': {
        const done = this.#commits.get(told.ticket);
        this.#commits.delete(told.ticket);
        done?.(told.fault && new Fault(told.fault.code, told.fault.text, told.fault));
        break;
      }
      case 'deliver':
        this.#system.deliver(told.envelope);
        break;
      case 'recovered': {
        const recovery = this.#recoveries.get(told.address);
        this.#recoveries.delete(told.address);
        recovery?.(told.events);
        break;
      }
      default:
        this.#operations.handle(told);
        break;
    }
  }

  step(): number {
    this.#operations.step();
    this.#save(ROWS_SAVED_A_PASS);
    if (this.#point !== undefined) this.#passGate();
    this.#summarise();
    if (!this.#figures.isEmpty) {
      this.#figures.post(this.#context.monotonicUs(), (message) => this.#post(message));
    }
    // New turns would bring new commits, and the frames would wait for ever.
    if (this.#isWaitingForCommits) return 0;
    if (this.#recall.isDone) for (const told of this.#heldAsks.release()) this.#ask(told);
    return this.#system.step(TURNS_A_PASS);
  }

  dueMs(): number {
    if (!this.#figures.isEmpty) return 1;
    if (this.#system.hasWork || this.#saving !== undefined) return 0;
    return Math.min(this.#system.dueInUs() / 1000, this.#operations.dueMs());
  }

  takePressure(): number {
    return this.#system.takePressure();
  }

  isHeld(): boolean {
    return (
      this.#point !== undefined ||
      this.#summarised.length > 0 ||
      this.#isWaitingForCommits ||
      this.#isWaitingForActors
    );
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
    const clock = this.#clock;
    clock.nowUs = floats[at + 1]!;
    switch (kind) {
      case SESSION_OPEN.kind:
        clock.date = floats[at + SESSION_OPEN.lanes.date]!;
        clock.dayIndex = floats[at + SESSION_OPEN.lanes.dayIndex]!;
        clock.openUs = floats[at + SESSION_OPEN.lanes.openUs]!;
        clock.closeUs = floats[at + SESSION_OPEN.lanes.closeUs]!;
        clock.isFirstPoint = true;
        this.#plane.openSession(clock.openUs, clock.closeUs);
        this.#advance();
        break;
      case ACTION.kind: {
        const split = floats[at + ACTION.lanes.split]!;
        const dividend = floats[at + ACTION.lanes.dividend]!;
        if (this.#owned[row] === 1) this.#plane.applyAction(row, split, dividend);
        this.#tellPortfolios({ kind: 'corporate_action', row, date: clock.date, split, dividend });
        this.#runTurns();
        this.#advance();
        break;
      }
      case POINT.kind:
        this.#reachPoint({
          index: floats[at + POINT.lanes.pointIndex]!,
          isClose: floats[at + POINT.lanes.isClose] === 1,
          date: floats[at + POINT.lanes.date]!,
          dayIndex: floats[at + POINT.lanes.dayIndex]!,
          timeUs: floats[at + POINT.lanes.timeUs]!,
        });
        break;
      case SNAPSHOT.kind:
        this.#snapshot(floats[at + SNAPSHOT.lanes.id]!);
        break;
    }
  }

  #reachPoint(point: OpenPoint): void {
    if (point.isClose) {
      // From here on rows change that a snapshot has yet to save.
      this.#save(Number.POSITIVE_INFINITY);
      this.#plane.settle();
    }
    this.#plane.recordPoint(this.#records[point.index % POINTS_KEPT]!);
    this.#gate.announce(stepOf(point.index).recorded);
    this.#point = point;
  }

  /** Goes on with the open point if the other shards allow; true when it is done. */
  #passGate(): boolean {
    const point = this.#point!;
    const step = stepOf(point.index);
    if (!isCrossed(this.#gate, point.index)) {
      if (this.#coordinator === undefined || !this.#gate.isOpen(step.recorded)) return false;
      this.#summarise();
      const clock = this.#clock;
      if (clock.pendingPoint >= 0 && clock.isFirstPoint) {
        this.#coordinator.keepReturns(clock.pendingDay, clock.pendingPoint);
      }
      const funnel = this.#system.peek(this.#funnelAddress) as FunnelState | undefined;
      this.#coordinator.cross(
        point.index,
        funnel?.backfill.loaded ?? new Uint8Array(this.#columns.rowCount),
      );
      this.#gate.announce(step.crossed);
    }
    if (!this.#isSettled()) return false;
    this.#judge(point);
    this.#gate.announce(step.judged);
    this.#point = undefined;
    if (this.#coordinator !== undefined) this.#summarised.push(point);
    return true;
  }

  /** Stages of this shard's rows and the books of its portfolios, as of a point. */
  #judge(point: OpenPoint): void {
    const record = this.#records[point.index % POINTS_KEPT]!;
    const clock = this.#clock;
    this.#plane.applyPoint(record);
    this.#tellPortfolios({
      kind: 'marked',
      pointIndex: point.index,
      timeUs: point.timeUs,
      date: point.date,
      dayIndex: point.dayIndex,
      isClose: point.isClose,
      opensSession: clock.isFirstPoint,
      prices: record.marks,
    });
    this.#runTurns();
    clock.isFirstPoint = false;
    clock.lastPoint = point.index;
    if (point.isClose) this.#closeSession(point);
    this.#advance();
    this.#post({
      kind: 'point',
      pointIndex: point.index,
      isClose: point.isClose,
      date: point.date,
    });
  }

  #closeSession(point: OpenPoint): void {
    const changes: { row: number; fromStage: number; toStage: number; why: string }[] = [];
    const survivors: { row: number; values: Float64Array }[] = [];
    const copyRow = (row: number): Float64Array => {
      const values = new Float64Array(this.#columns.names.length);
      this.#columns.readRow(row, values);
      return values;
    };
    for (const row of this.#plane.rows) {
      const record = this.#records[point.index % POINTS_KEPT]!;
      if (record.stages[row] === STAGE_NAMES.length) survivors.push({ row, values: copyRow(row) });
    }
    this.#plane.closeSession((row, fromStage, toStage) => {
      const view = {
        values: copyRow(row),
        state: this.#state,
        stateBase: this.#plane.funnelStateAt(row),
      };
      changes.push({
        row,
        fromStage,
        toStage,
        why: changeReason(this.#funnel, fromStage, toStage, view),
      });
    });
    this.#checkpoints.keep(this.#system.encodeStates(SNAPSHOT_KINDS), this.#clock.step + 1);
    this.#clock.pendingDay = point.dayIndex;
    this.#clock.pendingPoint = point.index;
    this.#post({ kind: 'changes', date: point.date, changes });
    this.#post({ kind: 'survivors', date: point.date, dayIndex: point.dayIndex, rows: survivors });
  }

  /** Tells the funnel actor of every point that all shards have judged; true when none is left. */
  #summarise(): boolean {
    while (this.#summarised.length > 0) {
      const point = this.#summarised[0]!;
      if (!this.#gate.isOpen(stepOf(point.index).judged)) return false;
      this.#summarised.shift();
      const summary = this.#coordinator!.summaryOf(point);
      this.#checkpoints.toldOther(this.#clock.step + 1, summary);
      this.#system.tell<PointSummarised>({ address: this.#funnelAddress }, summary);
      this.#runTurns();
    }
    return true;
  }

  /** Whether no actor is being rebuilt; a stopped one stays away until somebody restarts it. */
  #isEveryoneBack(): boolean {
    const isAway = ({ state }: ActorView): boolean =>
      state === 'recovering' || state === 'restarting';
    this.#isWaitingForActors = this.#system.tree().some(isAway);
    return !this.#isWaitingForActors;
  }

  #snapshot(id: number): void {
    this.#save(Number.POSITIVE_INFINITY);
    const actors = pack(this.#system.encodeStates(SNAPSHOT_KINDS));
    const snapshot = { id, actors, clock: { ...this.#clock } };
    this.#saving = { saver: new RowSaver(this.#rowMemory(), id), snapshot };
  }

  /** Saves some more rows of a snapshot under way, and posts it once it is whole. */
  #save(rows: number): void {
    if (this.#saving?.saver.save(rows) !== true) return;
    this.#post({ kind: 'snapshot', snapshot: this.#saving.snapshot });
    this.#saving = undefined;
  }

  #recover(matrix: ScenarioMatrix): void {
    const { snapshot, bars, firstWarmDay, warmDays, isFirst } = this.#config;
    if (snapshot === undefined) {
      for (const row of this.#plane.rows) {
        this.#state.fill(0, row * this.#stride, (row + 1) * this.#stride);
      }
      warmUp({
        plane: this.#plane,
        owned: this.#owned,
        state: this.#state,
        stride: this.#stride,
        bars,
        firstWarmDay,
        warmDays,
        matrix: isFirst ? matrix : undefined,
      });
      return;
    }
    restoreRows(this.#rowMemory(), snapshot.id);
  }

  #rowMemory(): RowMemory {
    return {
      rows: this.#plane.rows,
      columns: this.#columns,
      state: this.#state,
      stateStride: this.#stride,
      saves: this.#config.market.saves,
    };
  }

  #createSystem(matrix: ScenarioMatrix, rowCount: number): ActorSystem {
    const { symbols } = this.#config.bars;
    const rowsBySymbol = new Map(symbols.map((symbol, row) => [symbol, row]));
    const portfolio = createPortfolioBehaviour({
      directory: {
        rowOf: (symbol) => rowsBySymbol.get(symbol),
        symbolOf: (row) => symbols[row] ?? 'unlisted',
        lastPrice: (row) => this.#lastPrice(row),
      },
      matrix,
      pointsPerSession: this.#config.pointsPerSession,
      limitsOf: () => this.#config.limits,
      openingEvents: (key) => this.#openings.get(key) ?? [],
    });
    const funnel = createFunnelBehaviour(this.#config.funnel, rowCount);
    const local = new Set<Address>(this.#portfolios.map(({ address }) => address));
    if (this.#coordinator !== undefined) local.add(this.#funnelAddress);
    // The system holds behaviours of different states side by side and never mixes them up.
    const behaviours = [portfolio, funnel] as unknown as AnyBehaviour[];
    const ports: SystemPorts = {
      nowUs: () => this.#clock.nowUs,
      monotonicUs: this.#context.monotonicUs,
      isLocal: (address) => local.has(address),
      append: (records, done) => {
        const ticket = this.#nextTicket++;
        this.#commits.set(ticket, done);
        const place = this.#clock.step;
        const placed = records.map((record) => ({ ...record, place }));
        this.#post({ kind: 'append', ticket, records: placed });
      },
      recover: (address, done) => this.#recoverActor(address, done),
      outbound: (envelope) => this.#post({ kind: 'outbound', envelope }),
      publish: (topic, event, from) => {
        const message: FromShard = { kind: 'published', topic, event, from };
        // Figures are a view: the owner needs the latest of each portfolio, not every one.
        if (topic === 'portfolio') this.#figures.keep(from, message);
        else this.#post(message);
      },
    };
    return new ActorSystem(behaviours, ports, { suspicion: this.#context.suspicion });
  }

  /**
   * At the start an actor comes from the snapshot, and its events since then are put back between
   * the frames. Later, after a failure or a restart, it comes from the last close, with the events
   * and messages since then in the order it had them.
   */
  #recoverActor(address: Address, done: (recovered: Recovered) => void): void {
    if (!this.#isStarted) {
      done(this.#checkpoints.recovered(address, []));
      return;
    }
    const after = this.#checkpoints.sequenceOf(address);
    this.#recoveries.set(address, (events) => {
      const reached = events.filter(
        ({ sequence }) =>
          // A close may have come between the question and its answer.
          sequence > this.#checkpoints.sequenceOf(address) &&
          this.#recall.hasReached(address, sequence),
      );
      done(this.#checkpoints.recovered(address, reached));
    });
    this.#post({ kind: 'recover', address, after });
  }

  /** Tells every running portfolio of this shard; one that is rebuilt hears it when it is back. */
  #tellPortfolios(message: PortfolioMessage): void {
    this.#checkpoints.told(this.#clock.step + 1, message);
    for (const portfolio of this.#portfolios) {
      if (this.#system.isRunning(portfolio.address)) this.#system.tell(portfolio, message);
    }
  }

  /** One more step of the market is done: what was decided after it the first time comes now. */
  #advance(): void {
    this.#clock.step++;
    this.#recall.foldUpTo(this.#clock.step, this.#system);
  }

  /** Runs turns until none is left, or the rest waits for the disk. */
  #runTurns(): void {
    while (this.#system.hasWork && this.#system.step(TURNS_A_PASS) > 0);
  }

  /**
   * Whether every turn has been run and all its events are on disk: only then does the market take
   * a step, so that each event lies between two steps and no figure shows what may still be lost.
   */
  #isSettled(): boolean {
    if (!this.#isWaitingForCommits || this.#commits.size === 0) this.#runTurns();
    this.#isWaitingForCommits = this.#commits.size > 0;
    return !this.#isWaitingForCommits;
  }

  #ask({ id, to, message, deadlineUs }: Ask): void {
    this.#system.ask({ address: to }, message, { deadlineUs }, (reply) =>
      this.#post({ kind: 'answer', id, reply }),
    );
  }

  #lastPrice(row: number): number {
    // A row below zero stands for a symbol that this run does not have.
    return row < 0 ? Number.NaN : this.#columns.at(row, COLUMN.close);
  }

  #startActors(): void {
    for (const { address } of this.#portfolios) this.#system.start(address);
    if (this.#coordinator !== undefined) this.#system.start(this.#funnelAddress);
  }

  #post(message: FromShard): void {
    this.#context.post(message);
  }
}

/** Entry point that the engine's worker loads. */
export const createShardProgram: CreateShardProgram = (config, context) =>
  // The owner builds the configuration with this type; it crossed by structured clone.
  new MarketShard(config as ShardConfig, context);
