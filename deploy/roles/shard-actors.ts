// The portfolio and funnel actors of a shard: told, asked, kept at closes, brought back.

import type { FunnelState, PointSummarised } from '../../actors/funnel/index.js';
import type { EncodedPortfolio, PortfolioMessage } from '../../actors/portfolio/index.js';
import {
  ActorSystem,
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
import { openedOf, unopenedOf } from './opened.js';
import { Opening } from './opening.js';
import { unpack } from './packed.js';
import { Recall } from './recall.js';
import type { ShardClock, ShardConfig } from './shard-config.js';
import { ShardJournal } from './shard-journal.js';
import type { FromShard, ToShard } from './shard-messages.js';
import { ShardStates } from './shard-states.js';
import type { Unopened } from './unopened.js';

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
  readonly states: ShardStates;
  /** Opened portfolios of this shard, in the order they are told. */
  readonly #portfolios: Address[];
  readonly #unopened: Unopened;
  readonly #opening: Opening;
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

  /** Starts every actor from the snapshot, and puts back the events that belong to it. */
  constructor({ config, context, clock, behaviours, seams, post, log }: ShardActorsOptions) {
    this.#context = context;
    this.#clock = clock;
    this.#post = post;
    this.funnel = `funnel/${config.funnel.name}`;
    const everybody = config.portfolios.map((key): Address => `portfolio/${key}`);
    this.#portfolios = openedOf(config, everybody);
    this.#unopened = unopenedOf(config, everybody, this.#portfolios);
    this.#log = log;
    this.#local = new Set(everybody);
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
      brought: (from, snapshot) => this.#showFigures(from, snapshot),
      missed: (count) => post({ kind: 'missed', count }),
    });
    this.#opening = new Opening({
      system: () => this.system,
      checkpoints: this.#checkpoints,
      unopened: this.#unopened,
      hearers: this.#portfolios,
      openedMax: config.openedMax,
      step: () => clock.step,
      askEvents: (address, done) => this.#journal.askEvents(address, this.#recall, done),
      brought: (from, snapshot) => this.#showFigures(from, snapshot),
      started: (count, of) => post({ kind: 'started', count, of }),
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
    this.states = new ShardStates({
      system: this.system,
      checkpoints: this.#checkpoints,
      absent: this.#absent,
      unopened: this.#unopened,
      local: this.#local,
      funnel: this.funnel,
      clock,
    });
    this.#asks = new ActorAsks({ system: this.system, monotonicUs: context.monotonicUs, post });
    this.#begin(config);
    this.#recall = new Recall(config.journaled, (address) => this.#checkpoints.sequenceOf(address));
    // Of the others a state is kept, or made at the first snapshot.
    this.#opening.begin(this.#portfolios.slice(0, config.residentsMax));
    if (this.#local.has(this.funnel)) this.system.start(this.funnel);
    // Whoever is to be held or stopped below has to be there.
    for (const address of config.down.keys()) this.system.start(address);
    this.#recall.foldUpTo(clock.step, this.system.states);
    if (config.isFirst && config.snapshot === undefined) {
      const past = foldedPast(config.journaled, this.system);
      if (past !== undefined) post(past);
    }
    this.#isStarted = true;
    this.#holdDown(config);
  }

  /** Stops and holds whoever a lever had put down before. */
  #holdDown({ down }: ShardConfig): void {
    for (const [address, lever] of down) {
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

  /** Shows figures of an actor that can't tell them itself. */
  #showFigures(from: Address, { state }: Snapshot): void {
    // All that hear the market are portfolios, and this is what their behaviour encodes.
    const { figures: event } = state as EncodedPortfolio;
    if (event !== undefined) this.show({ kind: 'published', topic: 'portfolio', from, event });
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
      unopened: this.#unopened,
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
    const isBehind = this.#isLong || this.#opening.isStarting;
    return this.#isWaitingForCommits || this.states.isWaiting || isBehind;
  }

  /**
   * Whether all have been started, and what those that are away have missed is short; else some
   * more are, or are brought forward.
   */
  isShort(): boolean {
    this.#opening.pass();
    if (this.#opening.isStarting) return false;
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
    const missed = this.#unopened.note(this.#clock.step + 1, message);
    if (missed > 0) this.#post({ kind: 'missed', count: missed });
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
    this.#recall.foldUpTo(this.#clock.step, this.system.states);
  }

  /** Keeps every running actor as of the session that closes with this step, when that is due. */
  keepClose(): void {
    if (!this.#checkpoints.isDue) return;
    const running = this.system.states.encodeAll(SNAPSHOT_KINDS);
    this.#checkpoints.keep(running, this.#clock.step + 1);
    this.#isLong = this.#checkpoints.isLong;
  }

  /** Portfolios that are not opened. */
  get unopened(): number {
    return this.#unopened.count;
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
        if (address === this.funnel) this.#checkpoints.put(address, snapshot, this.#clock.step);
        else this.#opening.left(address, snapshot);
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
    if (this.#unopened.has(address)) this.#opening.open(address, done);
    else if (this.#isStarted && !this.#isTaking) {
      this.#journal.recover(address, this.#recall, done);
    } else done(this.#checkpoints.recovered(address, []));
  }
}
