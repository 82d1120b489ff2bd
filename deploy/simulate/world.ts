// The trading world of the simulator: host, clients and market, with their judges and planted bugs.

import { createHash } from 'node:crypto';
import {
  type Address,
  Chance,
  Columns,
  type Judge,
  Placement,
  type Reply,
  type SimFault,
  type Simulation,
  type SimWorld,
  type StoredRecord,
} from '../../engine/index.js';
import { PlacedActors } from '../app/shards/placed-actors.js';
import { unpack } from '../roles/packed.js';
import type { PlacedEvent } from '../roles/recall.js';
import type { ShardSnapshot } from '../roles/shard-config.js';
import type { FromShard } from '../roles/shard-messages.js';
import { Clients } from './clients.js';
import { courierOn, type Relay, relayedReply } from './couriers.js';
import { disturb } from './disturbances.js';
import { FailingTurns } from './failing.js';
import { Host } from './host.js';
import { Images } from './images.js';
import { Bench, liveText } from './judges.js';
import { difference, judgedProgram } from './looking-on.js';
import { MarketWalk, SYMBOLS } from './market-walk.js';
import { placedAnew } from './move-plans.js';
import type { Operation } from './operations.js';
import { Oracle } from './oracle.js';
import { hostSeams, type Plant } from './plant.js';
import { replayPortfolio } from './replay.js';
import { Returns } from './returns.js';
import type { Told } from './risk-judge.js';
import { RiskSide, ToldByReplay } from './risk-side.js';
import { Seams } from './seams.js';
import { configOf, FUNNEL, firstPlaces, portfoliosOn, SHARDS } from './setting.js';
import { SharedMemory } from './shared-memory.js';
import { storedPlacement } from './sim-moves.js';
import { SimShard } from './sim-shard.js';
import { type Watched, watchedOf } from './watched.js';

/** Time from one frame of the market to the next, at most. Units: microseconds. */
const FRAME_US_MAX = 1_600;

/** One run. */
export interface SimulateOptions {
  readonly seed: number;
  readonly steps: number;
  readonly plant?: Plant | undefined;
  /** Numbers of the faults and operations that happen; all where absent. */
  readonly faults?: ReadonlySet<number> | undefined;
  readonly operations?: ReadonlySet<number> | undefined;
}

/** The world of one run. */
export class World implements SimWorld {
  readonly #options: SimulateOptions;
  readonly #walk: MarketWalk;
  readonly #watched: Watched;
  readonly #memory: SharedMemory;
  /** Those of other seeds are asked at once, and decide in their past: harder to come back from. */
  readonly #waitsForShards: boolean;
  readonly #risk: RiskSide;
  /** Where what shards publish goes. */
  readonly #published: RiskSide['onPublished'];
  readonly #images: Images;
  readonly #feedChance: Chance;
  readonly #seams: Seams;
  readonly oracle: Oracle;
  readonly bench: Bench;
  readonly #shards: (SimShard | undefined)[] = [];
  readonly #snapshots: (ShardSnapshot | undefined)[] = [];
  readonly #failing: FailingTurns[] = [];
  #returns: Returns | undefined;
  #simulation: Simulation | undefined;
  #clients: Clients | undefined;
  #host: Host | undefined;
  /** Where actors are in this life of the process. */
  #placed = firstPlaces();
  /** Frames of the market that the host has had. */
  #fed = 0;
  #isResting = false;

  constructor(options: SimulateOptions) {
    this.#options = options;
    this.#walk = new MarketWalk(options.seed);
    this.#watched = watchedOf(options.seed);
    this.#memory = new SharedMemory(this.#watched);
    this.#risk = new RiskSide({
      watched: this.#watched,
      memory: this.#memory,
      wrapJournal: (journal) => options.plant?.wrapJournal?.(journal) ?? journal,
      append: () => this.#seamsOf().append,
      stepsBefore: (timeUs) => this.#walk.stepsBeforeTime(timeUs),
      replayed: () => this.#toldByReplays(),
    });
    this.#images = new Images(options.seed);
    this.#feedChance = new Chance(options.seed, 'feed');
    this.#seams = new Seams({
      seed: options.seed,
      plant: options.plant,
      bench: () => this.bench,
      isDown: (address) => this.#host?.levers.isDown(address) === true,
    });
    this.#waitsForShards = this.#risk.isWatched && options.plant?.asksEarly !== true;
    const published = this.#risk.onPublished.bind(this.#risk);
    this.#published = options.plant?.wrapPublished?.(published) ?? published;
    this.oracle = new Oracle(this.#walk);
    this.bench = new Bench({
      oracle: this.oracle,
      shardOf: (address) => this.#placed.ofAddress(address),
      shardAt: (shard) => this.#shards[shard],
      snapshotAt: (shard) => this.#snapshots[shard],
      replay: (address, shard, from) => this.#replay(address, shard, from),
      replayFunnel: () => this.#replayFunnel(),
      retold: () => this.#returns?.problem ?? this.#seams.summaries.problem,
      disordered: () => this.#seams.notes.problem,
      stirred: () => this.#seams.stirred,
      heard: (figures) => this.#risk.judge.onFigures(figures),
      unanswered: () => this.#clients?.counters.gaveUp ?? 0,
      frames: () => this.#fed,
    });
  }

  /** Everybody who judges this world. */
  judges(): Judge[] {
    return [...this.bench.judges(), this.#risk.judge];
  }

  /** Records have become durable. */
  onCommitted(records: readonly StoredRecord[]): void {
    this.oracle.onCommitted(records);
    this.#risk.onCommitted(records);
  }

  begin(simulation: Simulation): void {
    this.#simulation = simulation;
    this.#clients = new Clients({
      simulation,
      wanted: this.#options.operations,
      ask: (operation, answer) => this.#ask(operation, answer),
      flood: ({ to, flood }) => this.#host?.flood(to, flood),
      decide: (decision) => this.#risk.decide(decision),
      onAcknowledged: (operation) => this.bench.onAcknowledged(operation),
    });
    this.onProcessBack();
    // Every shard has run its history.
    this.#returns = new Returns(this.#memory.market.matrix);
    this.#clients.begin();
    this.#feed(simulation);
  }

  onPost(node: number, message: unknown): void {
    // Simulated shards are the only senders, and this is the only type they post.
    this.#host?.onPost(node, message as FromShard);
  }

  onNodeDied(node: number): void {
    this.#host?.startShard(node);
  }

  onProcessLost(): void {
    this.#risk.lost();
    this.#host = undefined;
    this.#shards.fill(undefined);
  }

  onProcessBack(): void {
    const simulation = this.#simulation!;
    const { disk } = simulation;
    const image = this.#images.latest(disk);
    this.#memory.become(image?.memory);
    this.#risk.back(simulation, image?.snapshots[0]?.clock.nowUs ?? Number.NEGATIVE_INFINITY);
    const placement = new Placement(SHARDS, storedPlacement(disk));
    this.#placed = new PlacedActors(placement, SYMBOLS);
    const host = new Host({
      simulation,
      placed: this.#placed,
      snapshots: placedAnew(image?.snapshots ?? [], this.#placed),
      onSnapshot: (snapshots) => this.#images.offer(snapshots, this.#memory, disk),
      startShard: (shard, snapshot) => this.#startShard(simulation, shard, snapshot),
      onPublished: this.#published,
      onDoubleAnswer: (id) => this.bench.onDoubleAnswer(id),
      hasTaken: (shard, frames) =>
        !this.#waitsForShards || (this.#shards[shard]?.frameCount ?? -1) >= frames,
      askSnapshot: () => this.#askSnapshot(),
      frames: () => this.#fed,
      ...this.#seamsOf(),
    });
    this.#host = host;
    host.start(this.#fed);
  }

  onActorFault(fault: SimFault): void {
    if (fault.kind === 'turn_fails') {
      this.#failing[fault.node]?.failNext(fault.size < 0.5 ? 'before' : 'after');
      return;
    }
    if (this.#host !== undefined) disturb(this.#host, this.#placed, fault);
  }

  slowConsumers(delayUs: number): void {
    this.#clients!.slownessUs = delayUs;
  }

  settle(): Promise<void> | undefined {
    return this.#risk.settle();
  }

  rest(): void {
    this.#isResting = true;
    this.#clients!.rest();
  }

  operationsSent(): readonly number[] {
    return this.#clients?.sent ?? [];
  }

  counts(): Readonly<Record<string, number>> {
    return {
      events: this.oracle.position,
      frames: this.#fed,
      ...this.#risk.judge.counts,
      ...this.#clients?.counters,
      ...this.#host?.routes.counters,
      ...this.#host?.moves.counters,
    };
  }

  /** Hash of all that happened, of the journal, and of every live state. */
  hashOf(simulation: Simulation): string {
    const hash = createHash('sha256').update(simulation.traceHash()).update(simulation.disk.head);
    for (const shard of this.#shards) {
      for (const address of shard?.program.addresses ?? [])
        hash.update(liveText(shard!, address) ?? '');
    }
    return hash.digest('hex');
  }

  #ask(operation: Operation, answer: (reply: Reply) => void): void {
    const host = this.#host;
    const heard = (reply: Reply): void => {
      // The answers of a process that is lost are lost with it.
      if (this.#host === host) answer(reply);
    };
    const { by, to, message } = operation;
    if (by < 0) host?.ask(to, message, heard);
    else {
      const relay: Relay = { kind: 'relay', operation };
      host?.ask(courierOn(by), relay, (reply) => heard(relayedReply(reply)));
    }
  }

  /** Adds a request for a snapshot to the market, if it stands behind a point. */
  #askSnapshot(): number | undefined {
    // Before the first point of a session returns are put that a snapshot there would not have.
    if (this.#fed === 0 || this.#walk.at(this.#fed - 1).kind !== 'point') return undefined;
    return this.#walk.insertSnapshot(this.#fed++);
  }

  #feed(simulation: Simulation): void {
    simulation.agenda.after(this.#feedChance.below(FRAME_US_MAX), 'market: frame', () => {
      if (this.#isResting) return;
      this.#fed++;
      this.#host?.feed(this.#fed);
      this.#feed(simulation);
    });
  }

  #startShard(simulation: Simulation, shard: number, snapshot: ShardSnapshot | undefined): void {
    simulation.startNode(shard, (post) => {
      const failing = new FailingTurns();
      this.#failing[shard] = failing;
      this.bench.onStarted(shard);
      this.#snapshots[shard] = snapshot;
      const program = new SimShard({
        shard,
        walk: this.#walk,
        shardOfRow: (row) => this.#placed.ofRow(row),
        frames: this.#walk.framesAt(snapshot?.id ?? 0),
        config: {
          ...configOf(shard, this.#watched, this.#placed),
          ...this.#seams.budget,
          market: this.#memory.market,
          latency: this.#memory.latencies[shard]!,
          journaled: this.#journaledOf(shard, snapshot),
          isFirst: this.#shards[shard] === undefined,
          snapshot,
          down: this.#downOn(shard),
        },
        seams: this.#seams.of(shard, failing),
        monotonicUs: simulation.clockOf(shard),
        post: (message) => {
          this.#look(shard, message);
          post(message);
        },
      });
      this.#shards[shard] = program;
      this.#options.plant?.wrapSystem?.(program.program.system);
      return judgedProgram(program, failing, this.bench);
    });
  }

  #journaledOf(
    shard: number,
    snapshot: ShardSnapshot | undefined,
  ): ReadonlyMap<Address, readonly PlacedEvent[]> {
    const eventsOf = (address: Address) =>
      this.#host?.journaledOf(address, snapshot?.sequences.get(address) ?? 0) ?? [];
    return new Map(
      portfoliosOn(shard, this.#placed).map((address) => [address, eventsOf(address)]),
    );
  }

  #downOn(shard: number): ReadonlyMap<Address, 'stop' | 'suspend'> {
    const isForgotten = this.#options.plant?.forgetsDown === true;
    return isForgotten ? new Map() : (this.#host?.levers.downOn(shard) ?? new Map());
  }

  #look(shard: number, message: FromShard): void {
    this.bench.onPost(message);
    if (message.kind === 'snapshot') this.#snapshots[shard] = message.snapshot;
    if (message.kind !== 'point') return;
    // Whichever shard judges a point first has waited for the returns that it needs.
    const point = this.#walk.pointAt(message.pointIndex);
    if (point !== undefined) this.#returns?.note(point);
  }

  #replay(address: Address, shard: SimShard, from: ShardSnapshot | undefined): string | undefined {
    const actor = from && new Map(unpack(from.actors)).get(address);
    const replayed = replayPortfolio({
      seed: this.#options.seed,
      walk: this.#walk,
      returns: this.#returns!,
      address,
      records: this.oracle.recordsOf(address),
      steps: shard.program.clock.step,
      wrapBehaviours: (behaviours) => this.#seams.plant(behaviours),
      from: from && actor && { actor, id: from.id, clock: from.clock },
    });
    if (replayed.kind === 'objection') return replayed.text;
    return difference(address, replayed.text, liveText(shard, address));
  }

  #seamsOf(): ReturnType<typeof hostSeams> {
    return hostSeams(this.#options.plant, this.#simulation!.disk);
  }

  /** What replays tell of limits and rules, of the portfolios that have heard of every point. */
  #toldByReplays(): ReadonlyMap<string, readonly Told[]> {
    const all = new Map<string, readonly Told[]>();
    for (const key of this.#watched.board.portfolios) {
      const address: Address = `portfolio/${key}`;
      const { program } = this.#shards[this.#placed.ofAddress(address)]!;
      if (!program.system.isRunning(address)) continue;
      const told = new ToldByReplay(this.#watched, new Columns(this.#memory.market.columns).layout);
      replayPortfolio({
        seed: this.#options.seed,
        walk: this.#walk,
        returns: this.#returns!,
        address,
        records: this.oracle.recordsOf(address),
        steps: program.clock.step,
        wrapBehaviours: (behaviours) => this.#seams.plant(behaviours),
        from: undefined,
        onMarked: told.onMarked,
      });
      all.set(address, told.told);
    }
    return all;
  }

  #replayFunnel(): string | undefined {
    const program = this.#shards[0]?.program;
    if (program?.system.isRunning(FUNNEL) !== true) return undefined;
    const replayed = this.#seams.summaries.replay(program.clock.lastPoint);
    return difference(FUNNEL, replayed, liveText(this.#shards[0]!, FUNNEL));
  }
}
