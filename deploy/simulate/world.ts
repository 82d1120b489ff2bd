// The trading world of the simulator: host, clients and market, with their judges and planted bugs.

import { createHash } from 'node:crypto';
import {
  type Address,
  type AnyBehaviour,
  Chance,
  type Reply,
  type SimFault,
  type Simulation,
  type SimWorld,
  type SystemPorts,
} from '../../engine/index.js';
import { unpack } from '../roles/packed.js';
import type { PlacedEvent } from '../roles/recall.js';
import type { ShardSeams } from '../roles/shard-actors.js';
import type { FromShard, ShardSnapshot } from '../roles/shard-messages.js';
import { Clients } from './clients.js';
import { FailingTurns } from './failing.js';
import { Host } from './host.js';
import { Images } from './images.js';
import { Bench, liveText } from './judges.js';
import { difference, judgedProgram } from './looking-on.js';
import { MarketWalk } from './market-walk.js';
import type { Operation } from './operations.js';
import { Oracle } from './oracle.js';
import { type Plant, plantedBehaviours } from './planted.js';
import { replayPortfolio } from './replay.js';
import { Returns } from './returns.js';
import { configOf, FUNNEL, portfoliosOf } from './setting.js';
import { SharedMemory } from './shared-memory.js';
import { SimShard } from './sim-shard.js';
import { Summaries } from './summaries.js';

/** Turns fail here far more often than in a world that would give an actor up for it. */
const RESTARTS_MAX = 1_000_000;

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
  readonly #memory = new SharedMemory();
  readonly #images = new Images();
  readonly #summaries = new Summaries();
  readonly #feedChance: Chance;
  readonly #ambient: Chance;
  readonly oracle: Oracle;
  readonly bench: Bench;
  readonly #shards: (SimShard | undefined)[] = [];
  readonly #snapshots: (ShardSnapshot | undefined)[] = [];
  readonly #failing: FailingTurns[] = [];
  #returns: Returns | undefined;
  #simulation: Simulation | undefined;
  #clients: Clients | undefined;
  #host: Host | undefined;
  /** Frames of the market that the host has had. */
  #fed = 0;
  #isResting = false;

  constructor(options: SimulateOptions) {
    this.#options = options;
    this.#walk = new MarketWalk(options.seed);
    this.#feedChance = new Chance(options.seed, 'feed');
    this.#ambient = new Chance(options.seed, 'ambient');
    this.oracle = new Oracle(this.#walk);
    this.bench = new Bench({
      oracle: this.oracle,
      shardAt: (shard) => this.#shards[shard],
      snapshotAt: (shard) => this.#snapshots[shard],
      replay: (address, shard, from) => this.#replay(address, shard, from),
      replayFunnel: () => this.#replayFunnel(),
      retold: () => this.#returns?.problem ?? this.#summaries.problem,
      unanswered: () => this.#clients?.counters.gaveUp ?? 0,
      frames: () => this.#fed,
    });
  }

  begin(simulation: Simulation): void {
    this.#simulation = simulation;
    this.#clients = new Clients({
      simulation,
      wanted: this.#options.operations,
      ask: (operation, answer) => this.#ask(operation, answer),
      flood: ({ to, flood }) => this.#host?.flood(to, flood),
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
    this.#host = undefined;
    this.#shards.fill(undefined);
  }

  onProcessBack(): void {
    const simulation = this.#simulation!;
    const { disk } = simulation;
    const append: Simulation['disk']['append'] = (records, done) => disk.append(records, done);
    const image = this.#images.latest(disk);
    this.#memory.become(image?.memory);
    const host = new Host({
      simulation,
      snapshots: image?.snapshots ?? [],
      onSnapshot: (snapshots) => this.#images.offer(snapshots, this.#memory, disk),
      append: this.#options.plant?.wrapAppend?.(append) ?? append,
      startShard: (shard, snapshot) => this.#startShard(simulation, shard, snapshot),
      onDoubleAnswer: (id) => this.bench.onDoubleAnswer(id),
    });
    this.#host = host;
    host.start(this.#fed);
  }

  onActorFault({ kind, node, size }: SimFault): void {
    if (kind === 'turn_fails') {
      this.#failing[node]?.failNext(size < 0.5 ? 'before' : 'after');
      return;
    }
    const portfolios = portfoliosOf(node);
    const own = node === 0 ? [...portfolios, FUNNEL] : portfolios;
    const address = own[Math.floor(size * own.length)];
    if (address === undefined) return;
    this.#host?.pull(kind === 'passivate' ? 'passivate' : 'restart', address);
  }

  slowConsumers(delayUs: number): void {
    this.#clients!.slownessUs = delayUs;
  }

  rest(): void {
    this.#isResting = true;
    this.#clients!.rest();
  }

  operationsSent(): readonly number[] {
    return this.#clients?.sent ?? [];
  }

  counts(): Readonly<Record<string, number>> {
    return { events: this.oracle.position, frames: this.#fed, ...this.#clients?.counters };
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

  #ask({ to, message }: Operation, answer: (reply: Reply) => void): void {
    const host = this.#host;
    host?.ask(to, message, (reply) => {
      // The answers of a process that is lost are lost with it.
      if (this.#host === host) answer(reply);
    });
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
        frames: this.#walk.framesAt(snapshot?.id ?? 0),
        config: {
          ...configOf(shard),
          market: this.#memory.market,
          latency: this.#memory.latencies[shard]!,
          journaled: this.#journaledOf(shard, snapshot),
          isFirst: this.#shards[shard] === undefined,
          snapshot,
        },
        seams: this.#seams(failing),
        monotonicUs: simulation.clockOf(shard),
        post: (message) => {
          this.#look(shard, message);
          post(message);
        },
      });
      this.#shards[shard] = program;
      return judgedProgram(program, failing, this.bench);
    });
  }

  #journaledOf(
    shard: number,
    snapshot: ShardSnapshot | undefined,
  ): ReadonlyMap<Address, readonly PlacedEvent[]> {
    const eventsOf = (address: Address) =>
      this.#host?.journaledOf(address, snapshot?.sequences.get(address) ?? 0) ?? [];
    return new Map(portfoliosOf(shard).map((address) => [address, eventsOf(address)]));
  }

  /** Where judges listen, turns fail and bugs are planted. */
  #seams(failing: FailingTurns): ShardSeams {
    const { plant } = this.#options;
    return {
      options: { supervision: { intensity: RESTARTS_MAX } },
      // At every close: what a checkpoint may lack shows within the steps of a seed.
      toldDue: 0,
      behaviours: (behaviours) =>
        failing.wrap(this.#wrapBehaviours(this.#summaries.wrap(behaviours))),
      ports: (ports) => {
        const heard: SystemPorts = {
          ...ports,
          publish: (topic, event, from) => {
            this.bench.onPublished(event, from);
            ports.publish(topic, event, from);
          },
        };
        return plant?.wrapPorts?.(heard) ?? heard;
      },
    };
  }

  #look(shard: number, message: FromShard): void {
    this.bench.onPost(message);
    if (message.kind === 'snapshot') this.#snapshots[shard] = message.snapshot;
    if (message.kind !== 'point') return;
    // Whichever shard judges a point first has waited for the returns that it needs.
    const point = this.#walk.pointAt(message.pointIndex);
    if (point !== undefined) this.#returns?.note(point);
  }

  #wrapBehaviours(behaviours: AnyBehaviour[]): AnyBehaviour[] {
    return plantedBehaviours(this.#options.plant, behaviours, this.#ambient);
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
      wrapBehaviours: (behaviours) => this.#wrapBehaviours(behaviours),
      from: from && actor && { actor, id: from.id, clock: from.clock },
    });
    if (replayed.kind === 'objection') return replayed.text;
    return difference(address, replayed.text, liveText(shard, address));
  }

  #replayFunnel(): string | undefined {
    const program = this.#shards[0]?.program;
    if (program?.system.isRunning(FUNNEL) !== true) return undefined;
    const replayed = this.#summaries.replay(program.clock.lastPoint);
    return difference(FUNNEL, replayed, liveText(this.#shards[0]!, FUNNEL));
  }
}
