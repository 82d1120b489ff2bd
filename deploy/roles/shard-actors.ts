// The portfolio and funnel actors of a shard: told, asked, kept at closes, brought back.

import type { FunnelState, PointSummarised } from '../../actors/funnel/index.js';
import type { PortfolioMessage } from '../../actors/portfolio/index.js';
import {
  ActorSystem,
  type Address,
  type AnyBehaviour,
  type Log,
  type RoutedToShard,
  type ShardContext,
  type SystemOptions,
  type SystemPorts,
  takeRouted,
} from '../../engine/index.js';
import { ActorAsks } from './actor-asks.js';
import type { HandoverSide } from './handover.js';
import { LatestFigures } from './latest-figures.js';
import type { ShardClock, ShardConfig } from './shard-config.js';
import type { FromShard, ToShard } from './shard-messages.js';
import { ShardPasts } from './shard-pasts.js';
import { ShardStates } from './shard-states.js';
import { ShardTurns } from './shard-turns.js';

/** Kinds that leave memory under a budget: of the others there are few, and they are needed. */
const RESIDENT_KINDS: ReadonlySet<string> = new Set(['portfolio']);

/** Where the simulator stands between a shard and its world; what it leaves out stays as it is. */
export interface ShardSeams {
  readonly ports?: (ports: SystemPorts) => SystemPorts;
  readonly behaviours?: (behaviours: AnyBehaviour[]) => AnyBehaviour[];
  readonly options?: SystemOptions;
  /** Messages told that make new checkpoints due at a close. */
  readonly toldDue?: number;
}

/** What the actors of a shard stand on. */
export interface ShardActorsOptions {
  readonly config: ShardConfig;
  readonly context: ShardContext;
  /** Written by the shard's program alone. */
  readonly clock: ShardClock;
  readonly behaviours: AnyBehaviour[];
  readonly seams: ShardSeams;
  readonly post: (message: FromShard) => void;
  readonly log: Log;
}

/** The actors of a shard. */
export class ShardActors {
  readonly system: ActorSystem;
  /** Address of the funnel actor; only shard 0 runs it. */
  readonly funnel: Address;
  readonly states: ShardStates;
  readonly #context: ShardContext;
  readonly #clock: ShardClock;
  readonly #post: (message: FromShard) => void;
  readonly #log: Log;
  /** Addresses of this shard. */
  readonly #local: Set<Address>;
  readonly #pasts: ShardPasts;
  readonly #turns: ShardTurns;
  readonly #asks: ActorAsks;
  readonly #figures = new LatestFigures();

  /** Starts every actor from the snapshot, and puts back the events that belong to it. */
  constructor({ config, context, clock, behaviours, seams, post, log }: ShardActorsOptions) {
    this.#context = context;
    this.#clock = clock;
    this.#post = post;
    this.#log = log;
    const funnel: Address = `funnel/${config.funnel.name}`;
    this.funnel = funnel;
    const everybody = config.portfolios.map((key): Address => `portfolio/${key}`);
    this.#local = new Set(everybody);
    if (context.shard === 0) this.#local.add(funnel);
    const pasts = new ShardPasts({
      ...{ config, clock, funnel, everybody, post, toldDue: seams.toldDue },
      system: () => this.system,
      show: (message) => this.show(message),
    });
    this.#pasts = pasts;
    const ports = this.#ports();
    this.system = new ActorSystem(
      seams.behaviours?.(behaviours) ?? behaviours,
      seams.ports?.(ports) ?? ports,
      {
        suspicion: context.suspicion,
        residentsMax: config.residentsMax,
        residentKinds: RESIDENT_KINDS,
        ...seams.options,
      },
    );
    const { system } = this;
    const { checkpoints, absent, unopened } = pasts;
    this.states = new ShardStates({
      system,
      checkpoints,
      absent,
      unopened,
      local: this.#local,
      funnel,
      clock,
    });
    this.#turns = new ShardTurns(system, () => pasts.journal.commitsOpen);
    this.#asks = new ActorAsks({ system, monotonicUs: context.monotonicUs, post });
    pasts.begin(this.#local.has(funnel));
    this.#holdDown(config);
  }

  /** Stops and holds whoever a lever had put down before. */
  #holdDown({ down }: ShardConfig): void {
    for (const [address, lever] of down) {
      if (lever === 'stop') this.system.stop(address);
      else this.system.suspend(address);
    }
  }

  /** Every actor of this shard. */
  get addresses(): readonly Address[] {
    return [...this.#local];
  }

  /** What a handover between shards needs of the actors. */
  get moving(): Omit<HandoverSide, 'setOwned' | 'giveBars' | 'takeBars' | 'step' | 'post'> {
    const { absent, checkpoints, hearers, journal, unopened } = this.#pasts;
    return {
      ...{ system: this.system, checkpoints, hearers, unopened, local: this.#local },
      isForward: (address) => absent.isAsOf(address, this.#clock.step),
      takenIn: (address) => journal.takenIn(address),
      start: (address) => this.#pasts.startTaken(address),
    };
  }

  /** Whether frames can't be taken: commits are under way, or actors on their way back. */
  get isHeld(): boolean {
    return this.#turns.isWaiting || this.states.isWaiting || this.#pasts.isBehind;
  }

  /**
   * Whether all have been started, and what those that are away have missed is short; else some
   * more are, or are brought forward.
   */
  isShort(): boolean {
    return this.#pasts.isShort();
  }

  /** Whether nothing is under way: no commit, no turn, no event that is still to be recalled. */
  get isAtRest(): boolean {
    const { isWhole, journal } = this.#pasts;
    return journal.commitsOpen === 0 && !this.system.hasWork && isWhole;
  }

  /** Takes in what the owner says to actors or about their events. */
  onMessage(
    told: RoutedToShard | (ToShard & { readonly kind: 'ask' | 'committed' | 'recovered' }),
  ): void {
    switch (told.kind) {
      case 'ask':
      case 'deliver':
        this.#asks.take(told, this.#pasts.isWhole && !this.#turns.isWaiting);
        break;
      case 'committed':
        this.#pasts.journal.committed(told);
        break;
      case 'recovered':
        this.#pasts.journal.recovered(told);
        break;
      case 'routed_answer':
      case 'undelivered':
      case 'unwatched':
      case 'watched':
        takeRouted(this.system, told, this.#post);
        break;
    }
  }

  /** Keeps figures for the owner in the place of older ones of the same address. */
  show(message: FromShard & { readonly kind: 'published' }): void {
    this.#figures.keep(message.from, message);
  }

  /** Runs turns that no frame drives; returns how many. */
  step(): number {
    if (!this.#figures.isEmpty) this.#figures.post(this.#context.monotonicUs(), this.#post);
    this.#asks.expire();
    if (!this.#turns.isWaiting && this.#pasts.isWhole) this.#asks.release();
    return this.#turns.pass();
  }

  /** Time to the next thing due, or Infinity. Units: milliseconds. */
  dueMs(): number {
    if (!this.#figures.isEmpty) return 1;
    if (this.system.hasWork) return 0;
    return Math.min(this.system.dueInUs(), this.#asks.dueUs()) / 1000;
  }

  /** Tells every running portfolio; one that is rebuilt hears it when it is back. */
  tellPortfolios(message: PortfolioMessage): void {
    this.#pasts.told(message);
    for (const address of this.#pasts.hearers) {
      if (this.system.isRunning(address)) this.system.tell({ address }, message);
    }
    this.#turns.runTold();
  }

  /** Tells the funnel actor of a point that all shards have judged. */
  tellFunnel(summary: PointSummarised): void {
    this.#pasts.toldFunnel(summary);
    this.system.tell<PointSummarised>({ address: this.funnel }, summary);
    this.#turns.runTold();
  }

  /** The funnel's state, where it runs. */
  funnelState(): FunnelState | undefined {
    // The address is the funnel's, and this is the state that its behaviour keeps.
    return this.system.peek(this.funnel) as FunnelState | undefined;
  }

  /** One more step of the market is done: what was decided after it the first time comes now. */
  advance(): void {
    this.#clock.step++;
    this.#pasts.fold();
  }

  /** Keeps every running actor as of the session that closes with this step, when that is due. */
  keepClose(): void {
    this.#pasts.keepClose();
  }

  /** Portfolios that are not opened. */
  get unopened(): number {
    return this.#pasts.unopened.count;
  }

  /** Whether the market may take a step: see `ShardTurns`. */
  isSettled(): boolean {
    return this.#turns.isSettled();
  }

  #ports(): SystemPorts {
    return {
      nowUs: () => this.#clock.nowUs,
      monotonicUs: this.#context.monotonicUs,
      isLocal: (address) => this.#local.has(address),
      append: (records, done) => this.#pasts.journal.append(records, this.#clock.step, done),
      log: this.#log,
      recover: (address, done) => this.#pasts.recover(address, done),
      save: (address, snapshot, done) => {
        this.#pasts.save(address, snapshot);
        done();
      },
      outbound: (envelope, deadlineUs) => this.#post({ kind: 'outbound', envelope, deadlineUs }),
      watching: (other, watcher, said) => this.#post({ kind: said, other, watcher }),
      publish: (topic, event, from) => {
        const message: FromShard = { kind: 'published', topic, event, from };
        // Figures are a view: the owner needs the latest of each portfolio, not every one.
        if (topic === 'portfolio') this.#figures.keep(from, message);
        else this.#post(message);
      },
    };
  }
}
