// The owner of the simulated shards: routes questions, appends events, feeds frames, moves actors.

import {
  type Address,
  type Message,
  type Reply,
  type RoutedToShard,
  Routes,
  type Simulation,
} from '../../engine/index.js';
import type { PlacedActors } from '../app/shards/placed-actors.js';
import type { PlacedEvent } from '../roles/recall.js';
import type { ShardSnapshot } from '../roles/shard-config.js';
import type { FromShard } from '../roles/shard-messages.js';
import { shardOfCourier } from './couriers.js';
import { SHARDS } from './setting.js';
import type { ToSimShard } from './shard-talk.js';
import { SimLevers } from './sim-levers.js';
import { SimMoves, type SimTaking } from './sim-moves.js';

/** How long a question of a client may take inside of the host. Units: microseconds. */
const ASK_US = 8_000;

/** Pause before a look whether a shard has come to where it was. Units: microseconds. */
const LOOK_US = 100;

/** A question that a shard has and has not answered. */
interface OpenAsk {
  readonly shard: number;
  readonly about: Address;
  readonly answer: (reply: Reply) => void;
}

/** Appends of one moment are on disk: what waits for that. */
interface Settling {
  readonly appends: number;
  readonly run: () => void;
}

/** What the host needs of the world around it. */
export interface HostOptions {
  readonly simulation: Simulation;
  readonly startShard: (shard: number, snapshot: ShardSnapshot | undefined) => void;
  /** Snapshots that the shards of this life begin with. */
  readonly snapshots: readonly ShardSnapshot[];
  /** A shard has a newer snapshot. */
  readonly onSnapshot: (snapshots: readonly (ShardSnapshot | undefined)[]) => void;
  /** A shard answered a question that nobody has open: it was answered before. */
  readonly onDoubleAnswer: (id: number) => void;
  /** An actor or a judge of a shard has published something. */
  readonly onPublished: (topic: string, event: Message) => void;
  readonly placed: PlacedActors;
  /** Whether a shard has taken so many frames; true too of those that are not waited for. */
  readonly hasTaken: (shard: number, frames: number) => boolean;
  /** Adds a request for a snapshot to the market, behind all that was fed; undefined: not here. */
  readonly askSnapshot: () => number | undefined;
  /** Frames of the market that there have been. */
  readonly frames: () => number;
  /** Where bugs may be planted: in the disk, between shards, in moves. */
  readonly append: Simulation['disk']['append'];
  readonly wrapRoute: (post: RoutePost) => RoutePost;
  readonly takings: (takings: readonly SimTaking[], from: number) => readonly SimTaking[];
}

/** Sends what actors of one shard say to those of another. */
export type RoutePost = (shard: number, message: RoutedToShard) => void;

/** One life of the host: a process that is lost knows nothing of this afterwards. */
export class Host {
  readonly #options: HostOptions;
  readonly #asks = new Map<number, OpenAsk>();
  readonly #isUp: boolean[] = Array.from({ length: SHARDS }, () => false);
  /** Starts of each shard: who waits for an earlier one does so in vain. */
  readonly #starts: number[] = Array.from({ length: SHARDS }, () => 0);
  readonly #snapshots: (ShardSnapshot | undefined)[];
  readonly #settlings: Settling[] = [];
  /** What is said between actors of different shards. */
  readonly routes: Routes;
  readonly levers: SimLevers;
  readonly moves: SimMoves;
  /** Frames that shards may have; no more while actors move. */
  #fed = 0;
  #isHolding = false;
  /** What clients ask of actors on the move. */
  #held: (() => void)[] = [];
  #appendsAsked = 0;
  #appendsDone = 0;
  #nextAsk = 1;

  constructor(options: HostOptions) {
    this.#options = options;
    this.#snapshots = Array.from({ length: SHARDS }, (_, shard) => options.snapshots[shard]);
    const { simulation, placed } = options;
    const nextId = (): number => this.#nextAsk++;
    const tell = (shard: number, message: ToSimShard): void => this.#tell(shard, message);
    const isUp = (shard: number): boolean => this.#isUp[shard] === true;
    this.routes = new Routes({
      shardOf: (address) => this.#shardOf(address),
      hears: isUp,
      post: options.wrapRoute(tell),
    });
    this.moves = new SimMoves({
      simulation,
      placed,
      routes: this.routes,
      isAsked: (addresses) => [...this.#asks.values()].some(({ about }) => addresses.has(about)),
      hold: () => this.#hold(),
      release: () => this.#release(),
      isKept: (id) => this.#snapshots.every((one, shard) => isUp(shard) && (one?.id ?? 0) >= id),
      isUp,
      addToSnapshot: (taking) => this.#addToSnapshot(taking),
      nextId,
      tell,
      takings: options.takings,
    });
    this.levers = new SimLevers({
      simulation,
      shardOf: (address) => this.#shardOf(address),
      isThere: (address) => isUp(this.#shardOf(address)) && !this.moves.has(address),
      nextId,
      tell,
    });
  }

  /** Starts every shard. */
  start(fed: number): void {
    this.#fed = fed;
    for (let shard = 0; shard < SHARDS; shard++) this.startShard(shard);
  }

  /** Starts a shard once all that its forerunner appended is on disk. */
  startShard(shard: number): void {
    for (const [id, ask] of this.#asks) {
      if (ask.shard !== shard) continue;
      this.#asks.delete(id);
      ask.answer(RESTARTING);
    }
    this.#isUp[shard] = false;
    this.#starts[shard]!++;
    this.routes.lost(shard);
    this.levers.lost(shard);
    this.moves.lost(shard);
    this.#whenSettled(() => {
      this.#options.startShard(shard, this.#snapshots[shard]);
      this.#tell(shard, { kind: 'fed', frames: this.#fed });
      this.#wait(shard, ++this.#starts[shard]!, this.#fed);
    });
  }

  /** A shard is up once it has taken the frames that its forerunner may have had. */
  #wait(shard: number, start: number, frames: number): void {
    if (this.#starts[shard] !== start) return;
    if (!this.#options.hasTaken(shard, frames)) {
      this.#options.simulation.later(LOOK_US, 'host: is it up', () => {
        this.#wait(shard, start, frames);
      });
      return;
    }
    this.#isUp[shard] = true;
    this.routes.back(shard);
  }

  /** More frames of the market are there. */
  feed(frames: number): void {
    if (this.#isHolding) return;
    this.#fed = frames;
    for (let shard = 0; shard < SHARDS; shard++) this.#tell(shard, { kind: 'fed', frames });
  }

  /** Asks an actor on behalf of a client; what is asked of one on the move waits for its end. */
  ask(to: Address, message: Message, answer: (reply: Reply) => void): void {
    if (this.moves.has(to)) {
      this.#held.push(() => this.ask(to, message, answer));
      return;
    }
    const shard = this.#shardOf(to);
    if (this.#isUp[shard] !== true) {
      answer(RESTARTING);
      return;
    }
    const id = this.#nextAsk++;
    this.#asks.set(id, { shard, about: to, answer });
    this.#tell(shard, { kind: 'ask', id, to, message, deadlineUs: ASK_US });
  }

  /** Tells an actor many things that nobody waits for. */
  flood(to: Address, count: number): void {
    this.#tell(this.#shardOf(to), { kind: 'flood', to, count });
  }

  /** Takes in what a shard posted. */
  onPost(shard: number, message: FromShard): void {
    switch (message.kind) {
      case 'answer': {
        const ask = this.#asks.get(message.id);
        this.#asks.delete(message.id);
        if (ask === undefined) this.#options.onDoubleAnswer(message.id);
        else ask.answer(message.reply);
        break;
      }
      case 'append':
        this.#append(shard, message);
        break;
      case 'recover':
        // What the actor asked to append before it failed must be there, or it would be missed.
        this.#whenSettled(() => {
          const { address, after } = message;
          this.#tell(shard, {
            kind: 'recovered',
            address,
            events: this.journaledOf(address, after),
          });
        });
        break;
      case 'done':
        if (!this.levers.onDone(message)) this.moves.onDone(message);
        break;
      case 'outbound':
      case 'route_answer':
      case 'unwatch':
      case 'watch':
      case 'watch_ended':
      case 'watch_heard':
        this.routes.handle(shard, message);
        break;
      case 'snapshot': {
        const { snapshot } = message;
        if (snapshot.id <= (this.#snapshots[shard]?.id ?? 0)) break;
        this.#snapshots[shard] = snapshot;
        this.#options.onSnapshot(this.#snapshots);
        break;
      }
      case 'news':
        for (const said of message.said) this.onPost(shard, said);
        break;
      case 'published':
        this.#options.onPublished(message.topic, message.event);
        break;
      default:
        // Views: nobody here looks at them.
        break;
    }
  }

  /** An actor's journaled events after a sequence, with their places in the market. */
  journaledOf(address: Address, after: number): PlacedEvent[] {
    return this.#options.simulation.disk
      .recordsOf(address, after)
      .map(({ sequence, event, place = 0 }) => ({ sequence, event, step: place }));
  }

  #append(shard: number, { ticket, records }: FromShard & { readonly kind: 'append' }): void {
    this.#appendsAsked++;
    this.#options.append(records, (fault) => {
      this.#appendsDone++;
      this.#tell(shard, {
        kind: 'committed',
        ticket,
        ...(fault === undefined
          ? {}
          : { fault: { code: fault.code, text: fault.message, retryable: fault.retryable } }),
      });
      while ((this.#settlings[0]?.appends ?? Number.POSITIVE_INFINITY) <= this.#appendsDone) {
        this.#settlings.shift()!.run();
      }
    });
  }

  /** Runs something once all that has been appended so far is on disk, or was refused. */
  #whenSettled(run: () => void): void {
    if (this.#appendsDone === this.#appendsAsked) run();
    else this.#settlings.push({ appends: this.#appendsAsked, run });
  }

  #shardOf(address: Address): number {
    return shardOfCourier(address) ?? this.#options.placed.ofAddress(address);
  }

  #hold(): number | undefined {
    const id = this.#options.askSnapshot();
    if (id === undefined) return undefined;
    this.feed(this.#options.frames());
    this.#isHolding = true;
    return id;
  }

  #release(): void {
    this.#isHolding = false;
    this.feed(this.#options.frames());
    for (const ask of this.#held.splice(0)) ask();
  }

  /** Adds actors to the snapshot that a shard's next thread starts with. */
  #addToSnapshot({ to, actors }: SimTaking): void {
    const snapshot = this.#snapshots[to];
    if (snapshot === undefined) return;
    const parts = [...snapshot.actors.parts, ...actors.parts];
    this.#snapshots[to] = { ...snapshot, actors: { parts } };
  }

  #tell(shard: number, message: ToSimShard): void {
    this.#options.simulation.toNode(shard, message);
  }
}

/** What a client is told while its shard is away. */
const RESTARTING: Reply = {
  kind: 'refused',
  code: 'shard.restarting',
  text: 'the shard was restarted; try again',
};
