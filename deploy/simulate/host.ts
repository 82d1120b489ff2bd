// The owner of the simulated shards: routes questions, appends events, feeds frames, restarts.

import type { Address, Message, Reply, Simulation } from '../../engine/index.js';
import type { PlacedEvent } from '../roles/recall.js';
import type { ActorLever, FromShard, ShardSnapshot } from '../roles/shard-messages.js';
import { SHARDS, shardOf } from './setting.js';
import type { ToSimShard } from './shard-talk.js';

/** How long a question of a client may take inside of the host. Units: microseconds. */
const ASK_US = 8_000;

/** A question that a shard has and has not answered. */
interface OpenAsk {
  readonly shard: number;
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
  /** Where a bug of the disk may be planted. */
  readonly append: Simulation['disk']['append'];
}

/** One life of the host: a process that is lost knows nothing of this afterwards. */
export class Host {
  readonly #options: HostOptions;
  readonly #asks = new Map<number, OpenAsk>();
  readonly #isUp: boolean[] = Array.from({ length: SHARDS }, () => false);
  readonly #snapshots: (ShardSnapshot | undefined)[];
  readonly #settlings: Settling[] = [];
  #fed = 0;
  #appendsAsked = 0;
  #appendsDone = 0;
  #nextAsk = 1;

  constructor(options: HostOptions) {
    this.#options = options;
    this.#snapshots = Array.from({ length: SHARDS }, (_, shard) => options.snapshots[shard]);
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
    this.#whenSettled(() => {
      this.#options.startShard(shard, this.#snapshots[shard]);
      this.#isUp[shard] = true;
      this.#tell(shard, { kind: 'fed', frames: this.#fed });
    });
  }

  /** More frames of the market are there. */
  feed(frames: number): void {
    this.#fed = frames;
    for (let shard = 0; shard < SHARDS; shard++) this.#tell(shard, { kind: 'fed', frames });
  }

  /** Asks an actor on behalf of a client. */
  ask(to: Address, message: Message, answer: (reply: Reply) => void): void {
    const shard = shardOf(to);
    if (this.#isUp[shard] !== true) {
      answer(RESTARTING);
      return;
    }
    const id = this.#nextAsk++;
    this.#asks.set(id, { shard, answer });
    this.#tell(shard, { kind: 'ask', id, to, message, deadlineUs: ASK_US });
  }

  /** Pulls a lever on an actor. */
  pull(lever: ActorLever, address: Address): void {
    this.#tell(shardOf(address), { kind: 'lever', id: this.#nextAsk++, lever, address });
  }

  /** Asks an actor many things that nobody waits for. */
  flood(to: Address, count: number): void {
    this.#tell(shardOf(to), { kind: 'flood', to, count });
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
      case 'snapshot': {
        const { snapshot } = message;
        if (snapshot.id <= (this.#snapshots[shard]?.id ?? 0)) break;
        this.#snapshots[shard] = snapshot;
        this.#options.onSnapshot(this.#snapshots);
        break;
      }
      default:
        // Views and figures: nobody here looks at them.
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
