// The portfolio and funnel actors of a shard: told, asked, kept at closes, brought back.

import type { FunnelState, PointSummarised } from '../../actors/funnel/index.js';
import type { EncodedPortfolio, PortfolioMessage } from '../../actors/portfolio/index.js';
import {
  ActorSystem,
  type ActorView,
  type Address,
  type AnyBehaviour,
  type Log,
  type Recovered,
  type RoutedToShard,
  type ShardContext,
  type Snapshot,
  type SystemOptions,
  type SystemPorts,
  takeRouted,
} from '../../engine/index.js';
import { Absent } from './absent.js';
import { ActorAsks } from './actor-asks.js';
import { Checkpoints } from './checkpoints.js';
import { foldedPast } from './folded-past.js';
import type { HandoverSide } from './handover.js';
import { LatestFigures } from './latest-figures.js';
import { pack, unpack } from './packed.js';
import { Recall } from './recall.js';
import type { ShardClock, ShardConfig, ShardSnapshot } from './shard-config.js';
import { ShardJournal } from './shard-journal.js';
import type { FromShard, ToShard } from './shard-messages.js';

/** Kinds of actors whose state a shard's snapshot holds. */
const SNAPSHOT_KINDS: ReadonlySet<string> = new Set(['portfolio', 'funnel']);

/** Kinds that leave memory under a budget: of the others there are few, and they are needed. */
const RESIDENT_KINDS: ReadonlySet<string> = new Set(['portfolio']);

/** Turns run in one pass between frames, so that frames are never held up long. */
const TURNS_A_PASS = 256;

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
  /** Portfolios of this shard, in the order they are told. */
  readonly #portfolios: Address[];
  /** Addresses of this shard. */
  readonly #local: Set<Address>;
  readonly #absent: Absent;
  readonly #log: Log;
  /** Frames wait until those that are away have been brought forward. */
  #isLong = false;
  readonly #context: ShardContext;
  readonly #clock: ShardClock;
  readonly #post: (message: FromShard) => void;
  /** Actors as of a close not long ago, for those that must be rebuilt while the shard runs. */
  readonly #checkpoints: Checkpoints;
  readonly #journal: ShardJournal;
  readonly #recall: Recall;
  readonly #asks: ActorAsks;
  readonly #figures = new LatestFigures();
  #isStarted = false;
  /** The actor being started was taken in: its checkpoint is all there is of it. */
  #isTaking = false;
  /** Frames wait for commits, and turns wait for the frames. */
  #isWaitingForCommits = false;
  /** A snapshot waits for actors that are being rebuilt. */
  #isWaitingForActors = false;

  /** Starts every actor from the snapshot, and puts back the events that belong to it. */
  constructor({ config, context, clock, behaviours, seams, post, log }: ShardActorsOptions) {
    this.#context = context;
    this.#clock = clock;
    this.#post = post;
    this.funnel = `funnel/${config.funnel.name}`;
    this.#portfolios = config.portfolios.map((key): Address => `portfolio/${key}`);
    this.#log = log;
    this.#local = new Set(this.#portfolios);
    if (context.shard === 0) this.#local.add(this.funnel);
    this.#checkpoints = new Checkpoints(this.#portfolios, this.funnel, seams.toldDue);
    this.#journal = new ShardJournal(this.#checkpoints, post);
    this.#absent = new Absent({
      system: () => this.system,
      checkpoints: this.#checkpoints,
      hearers: this.#portfolios,
      isWhole: (address) => this.#journal.isWhole(address, this.#recall),
      isAsked: (address) => this.#journal.isAsked(address),
      askEvents: (address, done) => this.#journal.askEvents(address, this.#recall, done),
      brought: (from, { state }) => {
        // All that hear the market are portfolios, and this is what their behaviour encodes.
        const { figures: event } = state as EncodedPortfolio;
        if (event !== undefined) this.show({ kind: 'published', topic: 'portfolio', from, event });
      },
      missed: (count) => post({ kind: 'missed', count }),
    });
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
    this.#asks = new ActorAsks({ system: this.system, monotonicUs: context.monotonicUs, post });
    this.#begin(config);
    this.#recall = new Recall(config.journaled, (address) => this.#checkpoints.sequenceOf(address));
    for (const address of this.addresses) {
      this.system.start(address);
      this.system.trim();
    }
    // Whoever is to be held or stopped below has to be there.
    for (const address of config.down.keys()) this.system.start(address);
    this.#recall.foldUpTo(clock.step, this.system);
    if (config.isFirst && config.snapshot === undefined) {
      const past = foldedPast(config.journaled, this.system);
      if (past !== undefined) post(past);
    }
    this.#isStarted = true;
    for (const [address, lever] of config.down) {
      if (lever === 'stop') this.system.stop(address);
      else this.system.suspend(address);
    }
  }

  /** Takes over what actors begin with: a snapshot, or else what their first events came to. */
  #begin({ snapshot, folded }: ShardConfig): void {
    if (snapshot !== undefined) this.#checkpoints.keep(unpack(snapshot.actors), this.#clock.step);
    // The market has told these nothing yet.
    else for (const [address, state] of unpack(folded)) this.#checkpoints.put(address, state, -1);
  }

  /** Every actor of this shard. */
  get addresses(): readonly Address[] {
    return [...this.#local];
  }

  /** What a handover between shards needs of the actors. */
  get moving(): Omit<HandoverSide, 'setOwned' | 'giveBars' | 'takeBars' | 'step' | 'post'> {
    const { system } = this;
    return {
      system,
      checkpoints: this.#checkpoints,
      hearers: this.#portfolios,
      local: this.#local,
      isForward: (address) => this.#absent.isAsOf(address, this.#clock.step),
      start: (address) => {
        this.#isTaking = true;
        system.start(address);
        this.#isTaking = false;
      },
    };
  }

  /** Whether frames can't be taken: commits are under way, or actors on their way back. */
  get isHeld(): boolean {
    return this.#isWaitingForCommits || this.#isWaitingForActors || this.#isLong;
  }

  /** Whether what those that are away have missed is short; else they are brought forward. */
  isShort(): boolean {
    if (this.#isLong) this.#isLong = !this.#absent.isForward(this.#clock.step);
    return !this.#isLong;
  }

  /** Whether nothing is under way: no commit, no turn, no event that is still to be recalled. */
  get isAtRest(): boolean {
    return this.#journal.commitsOpen === 0 && !this.system.hasWork && this.#recall.isDone;
  }

  /** Takes in what the owner says to actors or about their events. */
  onMessage(
    told: RoutedToShard | (ToShard & { readonly kind: 'ask' | 'committed' | 'recovered' }),
  ): void {
    switch (told.kind) {
      case 'ask':
      case 'deliver':
        this.#asks.take(told, this.#recall.isDone && !this.#isWaitingForCommits);
        break;
      case 'committed':
        this.#journal.committed(told);
        break;
      case 'recovered':
        this.#journal.recovered(told);
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
    // New turns would bring new commits, and the frames would wait for ever.
    if (this.#isWaitingForCommits) return 0;
    if (this.#recall.isDone) this.#asks.release();
    return this.system.step(TURNS_A_PASS);
  }

  /** Time to the next thing due, or Infinity. Units: milliseconds. */
  dueMs(): number {
    if (!this.#figures.isEmpty) return 1;
    if (this.system.hasWork) return 0;
    return Math.min(this.system.dueInUs(), this.#asks.dueUs()) / 1000;
  }

  /** Tells every running portfolio; one that is rebuilt hears it when it is back. */
  tellPortfolios(message: PortfolioMessage): void {
    this.#checkpoints.told(this.#clock.step + 1, message);
    for (const address of this.#portfolios) {
      if (this.system.isRunning(address)) this.system.tell({ address }, message);
    }
    this.#runTold();
  }

  /** Tells the funnel actor of a point that all shards have judged. */
  tellFunnel(summary: PointSummarised): void {
    this.#checkpoints.toldOther(this.#clock.step + 1, summary);
    this.system.tell<PointSummarised>({ address: this.funnel }, summary);
    this.#runTold();
  }

  /** The funnel's state, where it runs. */
  funnelState(): FunnelState | undefined {
    // The address is the funnel's, and this is the state that its behaviour keeps.
    return this.system.peek(this.funnel) as FunnelState | undefined;
  }

  /** One more step of the market is done: what was decided after it the first time comes now. */
  advance(): void {
    this.#clock.step++;
    this.#recall.foldUpTo(this.#clock.step, this.system);
  }

  /** Keeps every running actor as of the session that closes with this step, when that is due. */
  keepClose(): void {
    if (!this.#checkpoints.isDue) return;
    const running = this.system.encodeStates(SNAPSHOT_KINDS);
    this.#checkpoints.keep(running, this.#clock.step + 1);
    this.#isLong = this.#checkpoints.isLong;
  }

  /** All actors with the events that the state of each holds. */
  kept(): Pick<ShardSnapshot, 'actors' | 'sequences'> {
    const sequences = new Map<Address, number>();
    return { actors: pack(this.states(sequences)), sequences };
  }

  /**
   * Encoded states of all actors, one at a time: of thousands together they are as large as all
   * that is kept of them. Of those that are away as they were brought forward. The events that each
   * holds are noted in `sequences` as it passes.
   */
  *states(sequences: Map<Address, number> = new Map()): Generator<readonly [Address, Snapshot]> {
    for (const address of this.#local) {
      const isFunnel = address === this.funnel;
      const away = isFunnel ? undefined : this.#checkpoints.get(address);
      const state = this.system.encodeState(address) ?? away;
      if (state === undefined) continue;
      sequences.set(address, state.sequence);
      yield [address, state];
    }
  }

  /**
   * Whether a snapshot would hold everybody: nobody is being rebuilt, and those that are stopped,
   * held or out of memory have been brought forward, or it would lack what they were told.
   */
  isEveryoneBack(): boolean {
    // Nobody brings the funnel forward: out of memory, it is called back.
    if (this.#local.has(this.funnel)) this.system.start(this.funnel);
    const isAway = ({ state }: ActorView): boolean =>
      state === 'recovering' || state === 'restarting';
    this.#isWaitingForActors =
      this.system.tree().some(isAway) || !this.#absent.isForward(this.#clock.step);
    return !this.#isWaitingForActors;
  }

  /**
   * Whether every turn has been run and all its events are on disk: only then does the market take
   * a step, so that each event lies between two steps and no figure shows what may still be lost.
   */
  isSettled(): boolean {
    if (!this.#isWaitingForCommits || this.#journal.commitsOpen === 0) this.runTurns();
    this.#isWaitingForCommits = this.#journal.commitsOpen > 0;
    return !this.#isWaitingForCommits;
  }

  /** Runs turns until none is left, or the rest waits for the disk. */
  runTurns(): void {
    while (this.system.hasWork && this.system.step(TURNS_A_PASS) > 0);
  }

  /**
   * Has those who were told something hear it, and nothing else begin: what timers bring, and what
   * comes of that, is decided after the step of the market that is being taken.
   */
  #runTold(): void {
    while (this.system.hasWork && this.system.stepUntimed(TURNS_A_PASS) > 0);
  }

  #ports(): SystemPorts {
    return {
      nowUs: () => this.#clock.nowUs,
      monotonicUs: this.#context.monotonicUs,
      isLocal: (address) => this.#local.has(address),
      append: (records, done) => this.#journal.append(records, this.#clock.step, done),
      log: this.#log,
      recover: (address, done) => this.#recover(address, done),
      save: (address, snapshot, done) => {
        this.#checkpoints.put(address, snapshot, this.#clock.step);
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

  /**
   * At the start an actor comes from the snapshot, and its events since then are put back between
   * the frames; later, after a failure or a restart, from the last close that was kept.
   */
  #recover(address: Address, done: (recovered: Recovered) => void): void {
    if (this.#isStarted && !this.#isTaking) this.#journal.recover(address, this.#recall, done);
    else done(this.#checkpoints.recovered(address, []));
  }
}
