// What the actors of a shard come from: kept at closes, opened, put back, brought forward.

import type { PointSummarised } from '../../actors/funnel/index.js';
import {
  type EncodedPortfolio,
  type PortfolioMessage,
  toldFigures,
} from '../../actors/portfolio/index.js';
import type { ActorSystem, Address, Recovered, Snapshot } from '../../engine/index.js';
import { Absent } from './absent.js';
import { Checkpoints } from './checkpoints.js';
import { foldedPast } from './folded-past.js';
import { openedOf, unopenedOf } from './opened.js';
import { Opening } from './opening.js';
import { unpack } from './packed.js';
import { type PlacedEvent, Recall } from './recall.js';
import type { ShardClock, ShardConfig } from './shard-config.js';
import { ShardJournal } from './shard-journal.js';
import type { FromShard } from './shard-messages.js';
import type { Unopened } from './unopened.js';

/** Kinds of actors whose state a shard's snapshot holds. */
const SNAPSHOT_KINDS: ReadonlySet<string> = new Set(['portfolio', 'funnel']);

/** Whose pasts they are. */
export interface PastsSide {
  readonly config: ShardConfig;
  readonly clock: Readonly<ShardClock>;
  /** Address of the funnel actor. */
  readonly funnel: Address;
  /** Portfolios of this shard. */
  readonly everybody: readonly Address[];
  /** Messages told that make new checkpoints due at a close. */
  readonly toldDue: number | undefined;
  /** It is made with ports that ask for pasts. */
  readonly system: () => ActorSystem;
  readonly post: (message: FromShard) => void;
  /** Shows figures of one that can't tell them itself. */
  readonly show: (message: FromShard & { readonly kind: 'published' }) => void;
}

/** The pasts of a shard's actors, whoever is in memory. */
export class ShardPasts {
  /** Actors as of a close not long ago, for those that must be rebuilt while the shard runs. */
  readonly checkpoints: Checkpoints;
  /** Opened portfolios of this shard, in the order they are told. */
  readonly hearers: Address[];
  readonly unopened: Unopened;
  readonly absent: Absent;
  readonly journal: ShardJournal;
  readonly #side: PastsSide;
  readonly #opening: Opening;
  readonly #recall: Recall;
  #isStarted = false;
  /** The actor being started was taken in: its checkpoint is all there is of it. */
  #isTaking = false;
  /** Frames wait until those that are away have been brought forward. */
  #isLong = false;

  constructor(side: PastsSide) {
    this.#side = side;
    const { config, clock, everybody, funnel, post, system } = side;
    this.hearers = openedOf(config, everybody);
    this.unopened = unopenedOf(config, everybody, this.hearers);
    this.checkpoints = new Checkpoints(this.hearers, funnel, side.toldDue);
    this.journal = new ShardJournal(this.checkpoints, post);
    const shared = {
      ...{ system, checkpoints: this.checkpoints, hearers: this.hearers },
      askEvents: this.#askEvents.bind(this),
      brought: this.#showFigures.bind(this),
    };
    this.absent = new Absent({
      ...shared,
      isWhole: (address) => this.journal.isWhole(address, this.#recall),
      isAsked: (address) => this.journal.isAsked(address),
      missed: (count) => post({ kind: 'missed', count }),
    });
    this.#opening = new Opening({
      ...shared,
      unopened: this.unopened,
      openedMax: config.openedMax,
      noteEvents: (address, sequence) => this.journal.noteEvents(address, sequence),
      step: () => clock.step,
      started: (count, of) => post({ kind: 'started', count, of }),
    });
    const { snapshot, folded } = config;
    // Takes over what actors begin with: a snapshot, or else what their first events came to.
    if (snapshot !== undefined) this.checkpoints.keep(unpack(snapshot.actors), clock.step);
    // The market has told these nothing yet.
    else for (const [address, state] of unpack(folded)) this.checkpoints.put(address, state, -1);
    this.#recall = new Recall(config.journaled, (address) => this.checkpoints.sequenceOf(address));
  }

  /** Starts every actor of the shard, and puts back the events that belong to it. */
  begin(hasFunnel: boolean): void {
    const { config, clock, funnel, post } = this.#side;
    const system = this.#side.system();
    // Of the others a state is kept, or made at the first snapshot.
    this.#opening.begin(this.hearers.slice(0, config.residentsMax));
    if (hasFunnel) system.start(funnel);
    // Whoever is to be held or stopped has to be there.
    for (const address of config.down.keys()) system.start(address);
    this.#recall.foldUpTo(clock.step, system.states);
    if (config.isFirst && config.snapshot === undefined) {
      const past = foldedPast(config.journaled, system);
      if (past !== undefined) post(past);
    }
    this.#isStarted = true;
  }

  /** Whether every event has been put back, so that commands can be decided again. */
  get isWhole(): boolean {
    return this.#recall.isDone;
  }

  /** Whether frames can't be taken: actors are on their way, or far behind. */
  get isBehind(): boolean {
    return this.#isLong || this.#opening.isStarting;
  }

  /**
   * Whether all have been started, and what those that are away have missed is short; else some
   * more are, or are brought forward.
   */
  isShort(): boolean {
    this.#opening.pass();
    if (this.#opening.isStarting) return false;
    if (this.#isLong) this.#isLong = !this.absent.isForward(this.#side.clock.step);
    return !this.#isLong;
  }

  /** Notes what all portfolios are told with the next step. */
  told(message: PortfolioMessage): void {
    const { clock, post } = this.#side;
    this.checkpoints.told(clock.step + 1, message);
    const missed = this.unopened.note(clock.step + 1, message);
    if (missed > 0) post({ kind: 'missed', count: missed });
  }

  /** Notes what the funnel is told with the next step. */
  toldFunnel(summary: PointSummarised): void {
    this.checkpoints.toldOther(this.#side.clock.step + 1, summary);
  }

  /** Puts back what was decided before the next step. */
  fold(): void {
    this.#recall.foldUpTo(this.#side.clock.step, this.#side.system().states);
  }

  /** Keeps every running actor as of the session that closes with this step, when that is due. */
  keepClose(): void {
    if (!this.checkpoints.isDue) return;
    const { clock } = this.#side;
    const running = this.#side.system().states.encodeAll(SNAPSHOT_KINDS);
    this.checkpoints.keep(running, clock.step + 1);
    if (this.checkpoints.isLong) this.#forfeitBut(running, clock.step + 1);
    this.#isLong = this.checkpoints.isLong;
  }

  /**
   * Those that run and can't be encoded keep their last good states and their events. What all
   * were told since is let go once it is long, for it would grow as long as they run.
   */
  #forfeitBut(kept: ReadonlyMap<Address, Snapshot>, step: number): void {
    const system = this.#side.system();
    for (const address of this.hearers) {
      if (kept.has(address) || !system.isRunning(address)) continue;
      this.#side.post({ kind: 'missed', count: this.checkpoints.forfeit(address, step) });
    }
  }

  /**
   * At the start an actor comes from the snapshot, and its events since then are put back between
   * the frames; later, after a failure or a restart, from the last close that was kept.
   */
  recover(address: Address, done: (recovered: Recovered) => void): void {
    if (this.unopened.has(address)) this.#opening.open(address, done);
    else if (this.#isStarted && !this.#isTaking) {
      this.journal.recover(address, this.#recall, done);
    } else done(this.checkpoints.recovered(address, []));
  }

  /** Keeps an actor that leaves memory. */
  save(address: Address, snapshot: Snapshot): void {
    const { clock, funnel } = this.#side;
    if (address === funnel) this.checkpoints.put(address, snapshot, clock.step);
    else this.#opening.left(address, snapshot);
  }

  /** Starts an actor that was taken in from its checkpoint, which is whole: it runs at once. */
  startTaken(address: Address): void {
    this.#isTaking = true;
    this.#side.system().start(address);
    this.#isTaking = false;
  }

  #askEvents(address: Address, done: (events: readonly PlacedEvent[]) => void): void {
    this.journal.askEvents(address, this.#recall, done);
  }

  /** Shows figures of an actor that can't tell them itself. */
  #showFigures(from: Address, { state }: Snapshot): void {
    // All that hear the market are portfolios, and this is what their behaviour encodes.
    const event = toldFigures((state as EncodedPortfolio).figures);
    if (event === undefined) return;
    this.#side.show({ kind: 'published', topic: 'portfolio', from, event });
  }
}
