// The trading world of the simulator: host, clients and market, with their judges and planted bugs.

import { createHash } from 'node:crypto';
import {
  type Address,
  type AnyBehaviour,
  Chance,
  type Reply,
  type SimFailure,
  type SimFault,
  type SimProgram,
  Simulation,
  type SimWorld,
} from '../../engine/index.js';
import { FUNNEL, portfoliosOf, SHARDS } from './behaviours.js';
import { Clients } from './clients.js';
import { FailingTurns } from './failing.js';
import { Host } from './host.js';
import { Bench, liveText } from './judges.js';
import { MarketWalk } from './market-walk.js';
import type { Operation } from './operations.js';
import { Oracle } from './oracle.js';
import { type Plant, plantedBehaviours } from './planted.js';
import { replayFunnel, replayPortfolio } from './replay.js';
import type { FromSimShard, SimSnapshot } from './shard-talk.js';
import { SimShard } from './sim-shard.js';

/** Time from one frame of the market to the next, at most. Units: microseconds. */
const FRAME_US_MAX = 1_600;

/** Characters shown around the place where two states part. */
const DIFFERENCE_BEFORE = 120;
const DIFFERENCE_AFTER = 80;

/** One run. */
export interface SimulateOptions {
  readonly seed: number;
  readonly steps: number;
  readonly plant?: Plant | undefined;
  /** Numbers of the faults and operations that happen; all where absent. */
  readonly faults?: ReadonlySet<number> | undefined;
  readonly operations?: ReadonlySet<number> | undefined;
}

/** What came of it. */
export interface SimResult {
  readonly seed: number;
  readonly steps: number;
  /** Steps after those, until the world had come to rest. */
  readonly restSteps: number;
  /** The same for the same seed, steps and build. */
  readonly hash: string;
  readonly failure: SimFailure | undefined;
  readonly faults: readonly number[];
  readonly operations: readonly number[];
  readonly counts: Readonly<Record<string, number>>;
}

/** Runs one seed. */
export function simulate(options: SimulateOptions): SimResult {
  const world = new World(options);
  const simulation = new Simulation({
    seed: options.seed,
    nodeCount: SHARDS,
    world,
    judges: world.bench.judges(),
    onCommitted: (records) => world.oracle.onCommitted(records),
    faults: options.faults,
  });
  const failure = simulation.run(options.steps);
  return {
    seed: options.seed,
    steps: Math.min(simulation.steps, options.steps),
    restSteps: Math.max(0, simulation.steps - options.steps),
    hash: world.hashOf(simulation),
    failure,
    faults: simulation.faultsSeen,
    operations: world.operationsSent(),
    counts: { ...simulation.counters, ...world.counts(), ...simulation.disk.counters },
  };
}

class World implements SimWorld {
  readonly #options: SimulateOptions;
  readonly #market: MarketWalk;
  readonly #feedChance: Chance;
  readonly #ambient: Chance;
  readonly oracle: Oracle;
  readonly bench: Bench;
  readonly #shards: (SimShard | undefined)[] = [];
  readonly #snapshots: (SimSnapshot | undefined)[] = [];
  readonly #failing: FailingTurns[] = [];
  #simulation: Simulation | undefined;
  #clients: Clients | undefined;
  #host: Host | undefined;
  /** Frames of the market that the host has had. */
  #fed = 0;
  #isResting = false;

  constructor(options: SimulateOptions) {
    this.#options = options;
    this.#market = new MarketWalk(options.seed);
    this.#feedChance = new Chance(options.seed, 'feed');
    this.#ambient = new Chance(options.seed, 'ambient');
    this.oracle = new Oracle(this.#market);
    this.bench = new Bench({
      oracle: this.oracle,
      shardAt: (shard) => this.#shards[shard],
      snapshotAt: (shard) => this.#snapshots[shard],
      replay: (address, shard, from) => this.#replay(address, shard, from),
      replayFunnel: () => this.#replayFunnel(),
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
      flood: ({ to, flood }) => this.#host?.send({ kind: 'flood', to, count: flood }, to),
      onAcknowledged: (operation) => this.bench.onAcknowledged(operation),
    });
    this.onProcessBack();
    this.#clients.begin();
    this.#feed(simulation);
  }

  onPost(node: number, message: unknown): void {
    // Simulated shards are the only senders, and this is the only type they post.
    this.#host?.onPost(node, message as FromSimShard);
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
    const host = new Host({
      simulation,
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
    this.#host?.send({ kind: kind === 'passivate' ? 'passivate' : 'restart', address }, address);
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
      for (const address of shard?.addresses ?? []) hash.update(liveText(shard!, address) ?? '');
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

  #startShard(simulation: Simulation, shard: number, snapshot: SimSnapshot | undefined): void {
    const { plant } = this.#options;
    simulation.startNode(shard, (post) => {
      const failing = new FailingTurns();
      this.#failing[shard] = failing;
      const program = new SimShard({
        shard,
        market: this.#market,
        snapshot,
        journaled: new Map(
          portfoliosOf(shard).map((address) => [
            address,
            this.#host?.journaledOf(address, snapshot?.actors.get(address)?.sequence ?? 0) ?? [],
          ]),
        ),
        monotonicUs: simulation.clockOf(shard),
        post: (message) => {
          this.bench.onPost(message);
          if (message.kind === 'snapshot') this.#snapshots[shard] = message.snapshot;
          post(message);
        },
        wrapPorts: (ports) => plant?.wrapPorts?.(ports) ?? ports,
        wrapBehaviours: (behaviours) => failing.wrap(this.#wrapBehaviours(behaviours)),
      });
      this.bench.onStarted(shard);
      this.#snapshots[shard] = snapshot;
      this.#shards[shard] = program;
      return judgedProgram(program, failing, this.bench);
    });
  }

  #wrapBehaviours(behaviours: AnyBehaviour[]): AnyBehaviour[] {
    return plantedBehaviours(this.#options.plant, behaviours, this.#ambient);
  }

  #replay(address: Address, shard: SimShard, from: SimSnapshot | undefined): string | undefined {
    const actor = from?.actors.get(address);
    const replayed = replayPortfolio({
      seed: this.#options.seed,
      market: this.#market,
      address,
      records: this.oracle.recordsOf(address),
      steps: shard.stepCount,
      wrapBehaviours: (behaviours) => this.#wrapBehaviours(behaviours),
      ...(from === undefined || actor === undefined ? {} : { from: { ...actor, ...stand(from) } }),
    });
    if (replayed.kind === 'objection') return replayed.text;
    return difference(address, replayed.text, liveText(shard, address));
  }

  #replayFunnel(): string | undefined {
    const shard = this.#shards[0];
    if (shard?.system.isRunning(FUNNEL) !== true) return undefined;
    const replayed = replayFunnel(this.#market, shard.summarisedPoint);
    return difference(FUNNEL, replayed, liveText(shard, FUNNEL));
  }
}

function stand({ frames, step }: SimSnapshot): { readonly frames: number; readonly step: number } {
  return { frames, step };
}

/** Where a live state parts from the expected one, with what stands around it. */
function difference(address: Address, expected: string, was = ''): string | undefined {
  if (was === expected) return undefined;
  let at = 0;
  while (at < expected.length && expected[at] === was[at]) at++;
  const from = Math.max(0, at - DIFFERENCE_BEFORE);
  const cut = (text: string): string => text.slice(from, at + DIFFERENCE_AFTER);
  return `expected ${address} at ...${cut(expected)}..., was ...${cut(was)}...`;
}

/** A shard whose judges look on before and after its turns. */
function judgedProgram(program: SimShard, failing: FailingTurns, bench: Bench): SimProgram {
  return {
    onMessage: (message) => program.onMessage(message),
    step() {
      bench.onPass(program, failing.made);
      program.step();
      bench.onPass(program, failing.made);
    },
    dueInUs: () => program.dueInUs(),
  };
}
