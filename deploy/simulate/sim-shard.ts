// A shard of the simulated host: the real runtime, checkpoints and recall, fed by market frames.

import type { PointSummarised } from '../../actors/funnel/index.js';
import type { PortfolioMessage } from '../../actors/portfolio/index.js';
import {
  ActorSystem,
  type Address,
  type AnyBehaviour,
  Fault,
  type Recovered,
  type SimProgram,
  type SystemPorts,
} from '../../engine/index.js';
import { Checkpoints } from '../roles/checkpoints.js';
import { CATCHING_UP, HeldAsks } from '../roles/held-asks.js';
import { type PlacedEvent, Recall } from '../roles/recall.js';
import { createBehaviours, FUNNEL, portfoliosOf } from './behaviours.js';
import type { MarketStep, MarketWalk } from './market-walk.js';
import type { FromSimShard, SimSnapshot, ToSimShard } from './shard-talk.js';

/** Kinds of actors whose state a snapshot holds. */
const SNAPSHOT_KINDS: ReadonlySet<string> = new Set(['portfolio', 'funnel']);

/** Turns and frames of one pass. */
const TURNS_A_PASS = 256;
const FRAMES_A_PASS = 16;

/** Turns fail here far more often than in a world that would give an actor up for it. */
const RESTARTS_MAX = 1_000_000;

/** What a shard is started with. */
export interface SimShardConfig {
  readonly shard: number;
  readonly market: MarketWalk;
  readonly snapshot: SimSnapshot | undefined;
  readonly journaled: ReadonlyMap<Address, readonly PlacedEvent[]>;
  readonly monotonicUs: () => number;
  readonly post: (message: FromSimShard) => void;
  /** Where bugs are planted; what they leave alone is passed on. */
  readonly wrapPorts: (ports: SystemPorts) => SystemPorts;
  readonly wrapBehaviours: (behaviours: AnyBehaviour[]) => AnyBehaviour[];
}

type Ask = ToSimShard & { readonly kind: 'ask' };

/** The program of a simulated shard; its steps are those of the real one, in the same order. */
export class SimShard implements SimProgram {
  readonly #config: SimShardConfig;
  readonly #portfolios: readonly Address[];
  readonly #checkpoints: Checkpoints;
  readonly #recall: Recall;
  readonly #heldAsks = new HeldAsks();
  readonly #commits = new Map<number, (fault?: Fault) => void>();
  readonly #recoveries = new Map<Address, (events: readonly PlacedEvent[]) => void>();
  readonly system: ActorSystem;
  #nextTicket = 1;
  #isWaitingForCommits = false;
  /** A snapshot waits for an actor that is being rebuilt. */
  #isWaitingForActors = false;
  #isStarted = false;
  #prices: Float64Array | undefined;
  /** Frames that may be handled, and frames that have been. */
  #fed = 0;
  #frames: number;
  #step: number;
  /** Latest point of this shard, the latest the funnel was told, and that all shards judged. */
  #lastPoint: number;
  #summarised: number;
  #judged: number;

  constructor(config: SimShardConfig) {
    this.#config = config;
    const { shard, snapshot, journaled } = config;
    this.#portfolios = portfoliosOf(shard);
    this.#frames = snapshot?.frames ?? 0;
    this.#step = snapshot?.step ?? 0;
    this.#lastPoint = snapshot?.lastPoint ?? -1;
    this.#summarised = this.#lastPoint;
    this.#judged = this.#lastPoint;
    this.#prices = this.#pricesBefore(this.#frames);
    this.system = new ActorSystem(
      config.wrapBehaviours(createBehaviours((row) => this.#prices?.[row] ?? Number.NaN)),
      config.wrapPorts(this.#ports()),
      { supervision: { intensity: RESTARTS_MAX } },
    );
    this.#checkpoints = new Checkpoints(this.#portfolios, FUNNEL);
    this.#checkpoints.keep(snapshot?.actors ?? new Map(), this.#step);
    this.#recall = new Recall(journaled, (address) => this.#checkpoints.sequenceOf(address));
    for (const address of this.addresses) this.system.start(address);
    this.#recall.foldUpTo(this.#step, this.system);
    this.#isStarted = true;
  }

  /** Actors of this shard. */
  get addresses(): readonly Address[] {
    return this.#config.shard === 0 ? [...this.#portfolios, FUNNEL] : this.#portfolios;
  }

  /** Market steps handled. */
  get stepCount(): number {
    return this.#step;
  }

  /** Frames of the market handled. */
  get frameCount(): number {
    return this.#frames;
  }

  /** The last point that the funnel was told of. */
  get summarisedPoint(): number {
    return this.#summarised;
  }

  /** Whether nothing is under way: no commit, no turn, no event that is still to be recalled. */
  get isSettled(): boolean {
    return this.#commits.size === 0 && !this.system.hasWork && this.#recall.isDone;
  }

  onMessage(message: unknown): void {
    // The simulated owner is the only sender, and this is the only type it sends.
    const told = message as ToSimShard;
    switch (told.kind) {
      case 'ask':
        if (this.#recall.isDone && !this.#isWaitingForCommits) this.#ask(told);
        else if (!this.#heldAsks.hold(told)) {
          this.#config.post({ kind: 'answer', id: told.id, reply: CATCHING_UP });
        }
        break;
      case 'committed': {
        const done = this.#commits.get(told.ticket);
        this.#commits.delete(told.ticket);
        const { fault } = told;
        done?.(fault && new Fault(fault.code, fault.text, fault));
        break;
      }
      case 'restart':
        this.system.restart(told.address);
        break;
      case 'passivate':
        this.system.passivate(told.address);
        break;
      case 'flood':
        for (let count = 0; count < told.count; count++) {
          this.system.tell({ address: told.to }, { kind: 'show_portfolio' });
        }
        break;
      case 'recovered': {
        const recovery = this.#recoveries.get(told.address);
        this.#recoveries.delete(told.address);
        recovery?.(told.events);
        break;
      }
      case 'fed':
        this.#fed = Math.max(this.#fed, told.frames);
        break;
      case 'judged':
        this.#judged = Math.max(this.#judged, told.pointIndex);
        break;
    }
  }

  step(): void {
    for (let frame = 0; frame < FRAMES_A_PASS && this.#frames < this.#fed; frame++) {
      if (!this.#takeFrame(this.#config.market.at(this.#frames))) break;
      this.#frames++;
    }
    this.#summarise();
    // New turns would bring new commits, and the frames would wait for ever.
    if (this.#isWaitingForCommits) return;
    if (this.#recall.isDone) for (const told of this.#heldAsks.release()) this.#ask(told);
    this.system.step(TURNS_A_PASS);
  }

  dueInUs(): number {
    const isSummarised = this.#config.shard !== 0 || this.#summarised >= this.#lastPoint;
    const isHeld = this.#isWaitingForCommits || this.#isWaitingForActors || !isSummarised;
    if ((this.#frames < this.#fed && !isHeld) || this.system.hasWork) return 0;
    return Math.max(0, this.system.dueInUs());
  }

  /** Handles a frame; false when it must wait. */
  #takeFrame(frame: MarketStep): boolean {
    if (!this.#isMarketFree()) return false;
    if (frame.kind === 'snapshot') {
      if (!this.#summarise() || !this.#isEveryoneThere()) return false;
      this.#config.post({
        kind: 'snapshot',
        snapshot: {
          frames: this.#frames + 1,
          step: this.#step,
          lastPoint: this.#lastPoint,
          actors: this.system.encodeStates(SNAPSHOT_KINDS),
        },
      });
      return true;
    }
    if (frame.kind === 'action') {
      const { row, date, split, dividend } = frame;
      this.#tellPortfolios({ kind: 'corporate_action', row, date, split, dividend });
      this.#runTurns();
    } else this.#reachPoint(frame);
    this.#step++;
    this.#recall.foldUpTo(this.#step, this.system);
    return true;
  }

  /** Whether every actor runs, so that a snapshot holds all; one that has left is called back. */
  #isEveryoneThere(): boolean {
    for (const address of this.addresses) this.system.start(address);
    this.#isWaitingForActors = this.addresses.some((address) => !this.system.isRunning(address));
    return !this.#isWaitingForActors;
  }

  #reachPoint(point: MarketStep & { readonly kind: 'point' }): void {
    const { pointIndex, date, dayIndex, isClose, opensSession, prices } = point;
    this.#prices = prices;
    this.#tellPortfolios({
      kind: 'marked',
      pointIndex,
      timeUs: pointIndex,
      date,
      dayIndex,
      isClose,
      opensSession,
      prices,
    });
    this.#runTurns();
    this.#lastPoint = pointIndex;
    if (isClose) this.#checkpoints.keep(this.system.encodeStates(SNAPSHOT_KINDS), this.#step + 1);
    this.#config.post({ kind: 'point', pointIndex });
  }

  /** Tells the funnel of every point that all shards have judged; true when none is left. */
  #summarise(): boolean {
    if (this.#config.shard !== 0) return true;
    while (this.#summarised < this.#lastPoint) {
      if (this.#judged <= this.#summarised) return false;
      this.#summarised++;
      const message = this.#config.market.summaryOf(this.#summarised);
      this.#checkpoints.toldOther(this.#step + 1, message);
      this.system.tell<PointSummarised>({ address: FUNNEL }, message);
      this.#runTurns();
    }
    return true;
  }

  #ports(): SystemPorts {
    const local = new Set<Address>(this.addresses);
    return {
      nowUs: () => this.#lastPoint,
      monotonicUs: this.#config.monotonicUs,
      isLocal: (address) => local.has(address),
      append: (records, done) => {
        const ticket = this.#nextTicket++;
        this.#commits.set(ticket, done);
        const place = this.#step;
        const placed = records.map((record) => ({ ...record, place }));
        this.#config.post({ kind: 'append', ticket, records: placed });
      },
      recover: (address, done) => this.#recoverActor(address, done),
      outbound: (envelope) => this.#config.post({ kind: 'outbound', envelope }),
      publish: (topic, event, from) => this.#config.post({ kind: 'published', topic, event, from }),
    };
  }

  #recoverActor(address: Address, done: (recovered: Recovered) => void): void {
    if (!this.#isStarted) {
      done(this.#checkpoints.recovered(address, []));
      return;
    }
    this.#recoveries.set(address, (events) => {
      const reached = events.filter(
        ({ sequence }) =>
          // A close may have come between the question and its answer.
          sequence > this.#checkpoints.sequenceOf(address) &&
          this.#recall.hasReached(address, sequence),
      );
      done(this.#checkpoints.recovered(address, reached));
    });
    const after = this.#checkpoints.sequenceOf(address);
    this.#config.post({ kind: 'recover', address, after });
  }

  #tellPortfolios(message: PortfolioMessage): void {
    this.#checkpoints.told(this.#step + 1, message);
    for (const address of this.#portfolios) {
      if (this.system.isRunning(address)) this.system.tell({ address }, message);
    }
  }

  #runTurns(): void {
    while (this.system.hasWork && this.system.step(TURNS_A_PASS) > 0);
  }

  /** Whether all turns have been run and are on disk, so that the market may take a step. */
  #isMarketFree(): boolean {
    if (!this.#isWaitingForCommits || this.#commits.size === 0) this.#runTurns();
    this.#isWaitingForCommits = this.#commits.size > 0;
    return !this.#isWaitingForCommits;
  }

  #ask({ id, to, message, deadlineUs }: Ask): void {
    this.system.ask({ address: to }, message, { deadlineUs }, (reply) =>
      this.#config.post({ kind: 'answer', id, reply }),
    );
  }

  /** Prices of the latest point before a frame. */
  #pricesBefore(frames: number): Float64Array | undefined {
    for (let index = frames - 1; index >= 0; index--) {
      const frame = this.#config.market.at(index);
      if (frame.kind === 'point') return frame.prices;
    }
    return undefined;
  }
}
