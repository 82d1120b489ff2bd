// The shards of a running market: frames out, messages in, dead threads replaced and replayed.

import {
  type Address,
  Fault,
  Histogram,
  type Placement,
  PressureGate,
  type PressureSource,
  Routes,
  ShardPool,
  ShardThreads,
} from '../../../engine/index.js';
import type { PlacedEvent } from '../../roles/recall.js';
import type { FromShard, ToShard } from '../../roles/shard-messages.js';
import type { MarketOptions } from '../market-options.js';
import { Waits } from '../waits.js';
import { PlacedActors } from './placed-actors.js';
import { PrintWriter } from './print-writer.js';
import { RareFrames } from './rare-frames.js';
import { type AsksOptions, ShardAsks } from './shard-asks.js';
import { ShardLine, type ShardLook } from './shard-line.js';
import { type Move, type Moved, type MoveHost, ShardMoves } from './shard-moves.js';
import { type RevivalOptions, ROOM_MS, ShardRevival } from './shard-revival.js';

/** Frames a ring holds: at a million prints a second, four milliseconds of backlog. */
const RING_FRAMES = 4096;

/** How the shards are set up. */
export interface ShardsOptions extends Pick<MarketOptions, 'hungMs'>, RevivalOptions {
  readonly shardCount: number;
  /** Those that `startThreads` started for so many shards. */
  readonly threads: ShardThreads;
  /** Where symbols (by name) and portfolios (by address) are at the start. */
  readonly placement: Placement;
  /** Stores a placement before it is reached. */
  readonly storePlacement: (placement: Placement) => Promise<void>;
  readonly onMessage: (shard: number, message: FromShard) => void;
}

/** What runs on a shard. */
const PROGRAM = new URL('../../roles/shard-program.js', import.meta.url).href;

/** Starts the threads of so many shards, which load their program at once. */
export function startThreads({
  shardCount,
  heapMibMax,
}: Pick<MarketOptions, 'shardCount' | 'heapMibMax'>): ShardThreads {
  const heap = heapMibMax === undefined ? {} : { heapMibMax };
  return new ShardThreads({ shardCount, programUrl: PROGRAM, ...heap });
}

/** The shards. */
export class Shards {
  readonly #options: ShardsOptions;
  readonly #pool: ShardPool;
  /** What sources outside look at before they bring more. */
  readonly pressure: PressureSource = new PressureGate(() => {
    let most = 0;
    for (let shard = 0; shard < this.count; shard++) {
      most = Math.max(most, this.#pool.takePressure(shard));
    }
    return most;
  });
  readonly #shards: ShardLine[] = [];
  /** Questions to actors and their shards. */
  readonly asks: ShardAsks;
  /** What their actors tell and ask each other. */
  readonly #routes: Routes;
  readonly #moves: ShardMoves;
  /** Where actors are. */
  readonly placed: PlacedActors;
  /** The way of prints to them; held while actors move. */
  readonly prints: PrintWriter;
  /** The way of what all of them need. */
  readonly frames: RareFrames;
  readonly #revival: ShardRevival;
  /** Of those who wait for what shards say, or what becomes of them. */
  readonly #waits = new Waits();
  #isClosed = false;

  constructor(options: ShardsOptions, symbols: readonly string[]) {
    this.#options = options;
    this.placed = new PlacedActors(options.placement, symbols);
    const ways: AsksOptions = {
      shardOf: (address) => this.placed.ofAddress(address),
      hears: (shard) => this.#shards[shard]?.isReplaying === false,
      post: (shard, message) => this.#pool.post(shard, message),
    };
    this.asks = new ShardAsks(ways);
    this.#routes = new Routes(ways);
    for (let shard = 0; shard < options.shardCount; shard++) {
      this.#shards.push(new ShardLine());
    }
    this.#revival = new ShardRevival({
      ...{ options, lines: this.#shards, placed: this.placed, asks: this.asks },
      ...{ routes: this.#routes, waits: this.#waits, pool: () => this.#pool },
    });
    this.#pool = new ShardPool({
      shardCount: options.shardCount,
      threads: options.threads,
      ringCapacity: RING_FRAMES,
      programUrl: PROGRAM,
      ...(options.hungMs === undefined ? {} : { patience: { hungMs: options.hungMs } }),
      configFor: (shard) => this.#revival.configFor(shard),
      onMessages: (shard, generation, messages) => {
        // The shard's program is the only sender; what a dead thread said last still counts.
        for (const message of messages as readonly FromShard[]) {
          this.#receive(shard, generation, message);
        }
        this.#waits.wake();
      },
      onDied: (shard, fault) => this.#revival.replace(shard, fault),
    });
    const rings = this.#shards.map((_, shard) => this.#pool.ring(shard));
    this.prints = new PrintWriter(this.placed, this.#shards, rings);
    this.frames = new RareFrames({
      prints: this.prints,
      lines: this.#shards,
      rings,
      pause: () => this.#pool.pause(ROOM_MS),
      waits: this.#waits,
      isClosed: () => this.#isClosed,
    });
    this.#moves = new ShardMoves(this.#moveHost());
  }

  /** How many shards there are. */
  get count(): number {
    return this.#options.shardCount;
  }

  /** Whether actors are on their way between shards. */
  get isMoving(): boolean {
    return this.prints.isHeld;
  }

  /** Resolves once no actors are on their way between shards. */
  moved(): Promise<void> {
    return this.#waits.until(() => !this.isMoving);
  }

  /** Resolves once every shard is warm. */
  ready(): Promise<void> {
    return this.#revival.isWarm;
  }

  /** Restarts so far, of all shards. */
  restarts(): number {
    return this.#shards.reduce((sum, shard) => sum + shard.restarts, 0);
  }

  /** Latency histograms, one a shard. */
  latencies(): Histogram[] {
    return this.#shards.map((shard) => new Histogram(shard.latency));
  }

  /** Frames waiting in the fullest ring. */
  backlog(): number {
    let most = 0;
    for (let shard = 0; shard < this.count; shard++) {
      most = Math.max(most, this.#pool.ring(shard).depth());
    }
    return most;
  }

  /** What counts the messages between threads. */
  traffic(): {
    readonly pool: Pick<ShardPool, 'links' | 'unheard' | 'strayErrors'>;
    readonly routes: Pick<Routes, 'counters' | 'underWay' | 'watches'>;
  } {
    return { pool: this.#pool, routes: this.#routes };
  }

  /** What a shard's thread is at. */
  look(shard: number): ShardLook {
    return this.#shards[shard]!.look(this.#pool.ring(shard).depth());
  }

  /** Tells a shard that its events are durable, or why not. */
  committed(shard: number, ticket: number, fault?: Fault): void {
    const told: ToShard =
      fault === undefined
        ? { kind: 'committed', ticket }
        : { kind: 'committed', ticket, fault: faultOf(fault) };
    this.#mustTell(shard, told);
  }

  /** Hands a recovering actor its journaled events. */
  recovered(shard: number, address: Address, events: readonly PlacedEvent[]): void {
    this.#mustTell(shard, { kind: 'recovered', address, events });
  }

  /** Tells a shard what its actors wait for; one that can take no more is replaced instead. */
  #mustTell(shard: number, told: ToShard): void {
    try {
      this.#pool.post(shard, told);
    } catch (error) {
      if (!(error instanceof Fault && error.code === 'shard.link_full')) throw error;
      this.#pool.kill(shard);
    }
  }

  /** Kills a shard's thread; it is replaced and its actors come back. */
  kill(shard: number): void {
    this.#pool.kill(shard);
  }

  /**
   * Keeps a thread by that is ready to be a shard's, from now on: while there is a core for it, it
   * rehearses what a replaced thread can't.
   */
  keepSpare(): void {
    this.#revival.keepSpare();
  }

  /** Stops every shard within a deadline. */
  async close(deadlineMs: number): Promise<void> {
    this.#isClosed = true;
    this.#waits.wake();
    await this.#pool.close(deadlineMs);
    this.asks.close();
  }

  /**
   * Moves actors away from a shard, all or none, between two frames; no result changes by it.
   * Errors: see `ShardMoves`.
   */
  move(from: number, moves: readonly Move[]): Promise<Moved> {
    return this.#moves.move(from, moves);
  }

  #moveHost(): MoveHost {
    return {
      asks: this.asks,
      routes: this.#routes,
      shardCount: this.count,
      frames: this.frames,
      waits: this.#waits,
      isClosed: () => this.#isClosed,
      snapshotOf: (index) => {
        const { isReplaying, snapshot } = this.#shards[index]!;
        return isReplaying ? 0 : (snapshot?.id ?? 0);
      },
      addToSnapshot: (index, given) => this.#shards[index]!.add(given),
      place: (moves) => this.placed.place(moves),
      store: (moves) => this.#options.storePlacement(this.placed.after(moves)),
    };
  }

  #receive(index: number, generation: number, message: FromShard): void {
    const shard = this.#shards[index]!;
    switch (message.kind) {
      case 'ready':
        this.#revival.ready(index, generation);
        break;
      case 'answer':
      case 'tree':
      case 'residents':
      case 'fingerprint':
      case 'quarantine':
      case 'letters':
      case 'done':
        this.asks.answered(message.id, message);
        break;
      case 'outbound':
      case 'route_answer':
      case 'unwatch':
      case 'watch':
      case 'watch_ended':
      case 'watch_heard':
        this.#routes.handle(index, message);
        break;
      case 'snapshot':
        if (generation !== this.#pool.generation(index)) break;
        shard.saved(message.snapshot, message.tookUs);
        this.#options.onMessage(index, message);
        break;
      case 'append':
        // Events of a thread that has died since are durable all the same or not at all.
        this.#options.onMessage(index, message);
        break;
      default:
        this.#options.onMessage(index, message);
        break;
    }
  }
}

function faultOf({ code, message, retryable }: Fault) {
  return { code, text: message, retryable };
}
