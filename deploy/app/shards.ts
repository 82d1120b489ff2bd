// The shards of a running market: frames out, messages in, dead threads replaced and replayed.

import {
  type Address,
  createHistogram,
  Fault,
  FRAME_INTS,
  FRAME_LANES,
  Histogram,
  type Message,
  PressureGate,
  type PressureSource,
  placeKey,
  type Reply,
  ShardPool,
} from '../../engine/index.js';
import {
  type ACTION,
  type POINT,
  PRINT,
  type SESSION_OPEN,
  SNAPSHOT,
} from '../../proto/frames/market.js';
import type { PlacedEvent } from '../roles/recall.js';
import type {
  ActorLever,
  FromShard,
  ShardConfig,
  ShardSnapshot,
  ToShard,
} from '../roles/shard-messages.js';
import { FrameLog } from './frame-log.js';

/** Frames a ring holds: at a million prints a second, four milliseconds of backlog. */
const RING_FRAMES = 4096;

/** Frames kept for a replay before the feed insists on a snapshot: 64 MiB a shard. */
const LOG_FRAMES_MAX = 1_000_000;

/** Times a shard may die within a minute before the process gives up. */
const DEATHS_MAX = 10;
const DEATHS_PERIOD_MS = 60_000;

/** How the shards are set up. */
export interface ShardsOptions {
  readonly shardCount: number;
  /** Everything of a shard's configuration that does not change with restarts. */
  readonly configFor: (
    shard: number,
  ) => Omit<ShardConfig, 'isFirst' | 'snapshot' | 'latency' | 'journaled'>;
  /** Journaled events of a shard's actors, read afresh at each start. */
  readonly journaledFor: (shard: number) => ReadonlyMap<Address, readonly PlacedEvent[]>;
  readonly onMessage: (shard: number, message: FromShard) => void;
  readonly onRestart: (shard: number, fault: Fault) => void;
  /** Resolves once no commit is under way, so that what is read back is all there is. */
  readonly settled: () => Promise<void>;
  /** The shards can't be kept running. */
  readonly onFailure: (fault: Fault) => void;
}

interface Shard {
  readonly log: FrameLog;
  readonly latency: SharedArrayBuffer;
  snapshot: ShardSnapshot | undefined;
  replayFrom: number;
  isReplaying: boolean;
  deathsMs: number[];
  restarts: number;
  /** Why its last thread ended. */
  lastFailure: string;
}

/** What became of a lever. */
export type Pulled = FromShard & { readonly kind: 'done' };

/** A shard's actors and counters. */
export type ShardTree = FromShard & { readonly kind: 'tree' };

/** What a shard has put aside. */
export type ShardQuarantine = FromShard & { readonly kind: 'quarantine' };

/** What a shard's thread is at. */
export interface ShardLook {
  /** Whether it has been replaced and goes through its frames again. */
  readonly isReplaying: boolean;
  readonly restarts: number;
  /** Why its last thread ended; empty when none has. */
  readonly lastFailure: string;
  /** Frames that wait in its ring. */
  readonly frames: number;
}

/** An answer's waiting place. */
interface Waiting {
  readonly shard: number;
  readonly settle: (message: FromShard | undefined) => void;
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
  readonly #shards: Shard[] = [];
  readonly #waiting = new Map<number, Waiting>();
  readonly #ready: Promise<void>;
  #resolveReady: () => void = () => {};
  #readyCount = 0;
  #nextId = 1;
  #nextSnapshot = 1;
  /** Shard of each row, so that a print needs no hashing. */
  readonly #shardOfRow: Uint8Array;

  constructor(options: ShardsOptions, symbols: readonly string[]) {
    this.#options = options;
    this.#shardOfRow = Uint8Array.from(symbols, (symbol) => placeKey(symbol, options.shardCount));
    for (let shard = 0; shard < options.shardCount; shard++) {
      this.#shards.push({
        log: new FrameLog(),
        latency: createHistogram(),
        snapshot: undefined,
        replayFrom: 0,
        isReplaying: false,
        deathsMs: [],
        restarts: 0,
        lastFailure: '',
      });
    }
    this.#ready = new Promise((resolve) => {
      this.#resolveReady = resolve;
    });
    this.#pool = new ShardPool({
      shardCount: options.shardCount,
      ringCapacity: RING_FRAMES,
      programUrl: new URL('../roles/shard-program.js', import.meta.url).href,
      configFor: (shard, generation) => this.#configFor(shard, generation),
      onMessages: (shard, generation, messages) => {
        // The shard's program is the only sender; what a dead thread said last still counts.
        for (const message of messages as readonly FromShard[]) {
          this.#receive(shard, generation, message);
        }
      },
      onDied: (shard, fault) => this.#replace(shard, fault),
    });
  }

  /** How many shards there are. */
  get count(): number {
    return this.#options.shardCount;
  }

  /** Resolves once every shard is warm. */
  ready(): Promise<void> {
    return this.#ready;
  }

  /** Restarts so far, of all shards. */
  restarts(): number {
    return this.#shards.reduce((sum, shard) => sum + shard.restarts, 0);
  }

  /** Latency histograms, one a shard. */
  latencies(): Histogram[] {
    return this.#shards.map((shard) => new Histogram(shard.latency));
  }

  /** Shard that owns a row. */
  shardOfRow(row: number): number {
    return this.#shardOfRow[row]!;
  }

  /** Frames waiting in the fullest ring. */
  backlog(): number {
    let most = 0;
    for (let shard = 0; shard < this.count; shard++) {
      most = Math.max(most, this.#pool.ring(shard).depth());
    }
    return most;
  }

  /** Sends one print to its shard; false while there is no room: try again, nothing was sent. */
  // hot
  print(
    row: number,
    timeUs: number,
    price: number,
    size: number,
    bid: number,
    ask: number,
    sequence: number,
    arrivalUs: number,
  ): boolean {
    const shardIndex = this.#shardOfRow[row]!;
    const shard = this.#shards[shardIndex]!;
    if (shard.isReplaying) return false;
    const ring = this.#pool.ring(shardIndex);
    const slot = ring.claim();
    if (slot < 0) return false;
    const { floats, ints } = ring;
    const at = slot * FRAME_LANES;
    ints[slot * FRAME_INTS] = PRINT.kind;
    ints[slot * FRAME_INTS + 1] = row;
    floats[at + 1] = timeUs;
    floats[at + 2] = price;
    floats[at + 3] = size;
    floats[at + 4] = bid;
    floats[at + 5] = ask;
    floats[at + 6] = sequence;
    floats[at + 7] = arrivalUs;
    shard.log.append(floats, slot);
    return true;
  }

  /** Shows the prints sent so far to their shards. */
  // hot
  publish(): void {
    for (let shard = 0; shard < this.#shards.length; shard++) {
      if (!this.#shards[shard]!.isReplaying) this.#pool.ring(shard).publish();
    }
  }

  /** Sends a rare frame to every shard, waiting for room. Lanes 1 to 7. */
  async broadcast(
    kind: typeof ACTION.kind | typeof POINT.kind | typeof SESSION_OPEN.kind | typeof SNAPSHOT.kind,
    row: number,
    lanes: readonly number[],
  ): Promise<void> {
    this.publish();
    for (let index = 0; index < this.count; index++) {
      const shard = this.#shards[index]!;
      let slot = -1;
      for (;;) {
        slot = shard.isReplaying ? -1 : this.#pool.ring(index).claim();
        if (slot >= 0) break;
        await pauseForRoom();
      }
      const { floats, ints } = this.#pool.ring(index);
      ints[slot * FRAME_INTS] = kind;
      ints[slot * FRAME_INTS + 1] = row;
      for (let lane = 1; lane < FRAME_LANES; lane++) {
        floats[slot * FRAME_LANES + lane] = lanes[lane - 1] ?? 0;
      }
      shard.log.append(floats, slot);
      this.#pool.ring(index).publish();
    }
  }

  /** Whether the logs have grown so far that a snapshot is due. */
  wantsSnapshot(): boolean {
    return this.#shards.some((shard) => shard.log.length > LOG_FRAMES_MAX / 4);
  }

  /** Asks every shard for a snapshot of everything sent so far. */
  async requestSnapshots(timeUs: number): Promise<void> {
    const id = this.#nextSnapshot++;
    await this.broadcast(SNAPSHOT.kind, -1, [timeUs, id]);
    for (const shard of this.#shards) shard.log.markSnapshot(id);
    // Only a disk or thread that has stopped lets the log reach its bound: then the feed waits.
    while (this.#shards.some((shard) => shard.log.length > LOG_FRAMES_MAX)) await nextTurn();
  }

  /** Asks an actor on a shard. */
  ask(to: Address, message: Message, deadlineUs = 5_000_000): Promise<Reply> {
    return this.#exchange(this.#shardOf(to), (id) => ({
      kind: 'ask',
      id,
      to,
      message,
      deadlineUs,
    })).then((answer) =>
      answer?.kind === 'answer'
        ? answer.reply
        : { kind: 'refused', code: 'shard.restarting', text: 'the shard was restarted; try again' },
    );
  }

  /** Pulls a lever on an actor; undefined when its shard was replaced meanwhile. */
  lever(lever: ActorLever, address: Address): Promise<Pulled | undefined> {
    return this.#pull(this.#shardOf(address), (id) => ({ kind: 'lever', id, lever, address }));
  }

  /** Replays or discards a message that a shard has put aside. */
  putAside(kind: 'replay' | 'discard', shard: number, item: number): Promise<Pulled | undefined> {
    return this.#pull(shard, (id) => ({ kind, id, item }));
  }

  /** Profiles a shard's thread into a file; not `ok` without a failure: one is under way. */
  profile(shard: number, seconds: number, file: string): Promise<Pulled | undefined> {
    return this.#pull(shard, (id) => ({ kind: 'profile', id, seconds, file }));
  }

  async #pull(shard: number, make: (id: number) => ToShard): Promise<Pulled | undefined> {
    const answer = await this.#exchange(shard, make);
    return answer?.kind === 'done' ? answer : undefined;
  }

  /** Actors and counters of one shard; undefined while it is being replaced. */
  async tree(shard: number): Promise<ShardTree | undefined> {
    const answer = await this.#exchange(shard, (id) => ({ kind: 'tree', id }));
    return answer?.kind === 'tree' ? answer : undefined;
  }

  /** Messages that a shard has put aside; undefined while it is being replaced. */
  async quarantine(shard: number, address?: Address): Promise<ShardQuarantine | undefined> {
    const answer = await this.#exchange(shard, (id) => ({ kind: 'quarantine', id, address }));
    return answer?.kind === 'quarantine' ? answer : undefined;
  }

  /** What a shard's thread is at. */
  look(shard: number): ShardLook {
    const { isReplaying, lastFailure, restarts } = this.#shards[shard]!;
    const frames = isReplaying ? 0 : this.#pool.ring(shard).depth();
    return { isReplaying, lastFailure, restarts, frames };
  }

  /** Encoded states of one shard's actors, for comparing runs. */
  async fingerprint(shard: number): Promise<readonly (readonly [Address, string])[]> {
    const answer = await this.#exchange(shard, (id) => ({ kind: 'fingerprint', id }));
    return answer?.kind === 'fingerprint' ? answer.actors : [];
  }

  /** Tells a shard that its events are durable, or why not. */
  committed(shard: number, ticket: number, fault?: Fault): void {
    const told: ToShard =
      fault === undefined
        ? { kind: 'committed', ticket }
        : { kind: 'committed', ticket, fault: faultOf(fault) };
    this.#pool.post(shard, told);
  }

  /** Hands a recovering actor its journaled events. */
  recovered(shard: number, address: Address, events: readonly PlacedEvent[]): void {
    const told: ToShard = { kind: 'recovered', address, events };
    this.#pool.post(shard, told);
  }

  /** Kills a shard's thread; it is replaced and its actors come back. */
  kill(shard: number): void {
    this.#pool.kill(shard);
  }

  /** Stops every shard within a deadline. */
  async close(deadlineMs: number): Promise<void> {
    await this.#pool.close(deadlineMs);
    for (const { settle } of this.#waiting.values()) settle(undefined);
    this.#waiting.clear();
  }

  /** Shard of a control-plane actor: portfolios by key, the funnel on the first. */
  #shardOf(address: Address): number {
    return address.startsWith('funnel/') ? 0 : placeKey(address, this.count);
  }

  #exchange(shard: number, make: (id: number) => ToShard): Promise<FromShard | undefined> {
    // A thread being rebuilt hears nothing: the caller is told at once and may try again.
    if (this.#shards[shard]?.isReplaying === true) return Promise.resolve(undefined);
    const id = this.#nextId++;
    return new Promise((resolve) => {
      this.#waiting.set(id, { shard, settle: resolve });
      this.#pool.post(shard, make(id));
    });
  }

  #configFor(index: number, generation: number): ShardConfig {
    const shard = this.#shards[index]!;
    return {
      ...this.#options.configFor(index),
      latency: shard.latency,
      journaled: this.#options.journaledFor(index),
      isFirst: generation === 0,
      snapshot: shard.snapshot,
    };
  }

  #receive(index: number, generation: number, message: FromShard): void {
    const shard = this.#shards[index]!;
    switch (message.kind) {
      case 'ready':
        if (generation !== this.#pool.generation(index)) break;
        if (generation > 0) void this.#replay(index);
        else if (++this.#readyCount === this.count) this.#resolveReady();
        break;
      case 'answer':
      case 'tree':
      case 'fingerprint':
      case 'quarantine':
      case 'done': {
        const waiting = this.#waiting.get(message.id);
        this.#waiting.delete(message.id);
        waiting?.settle(message);
        break;
      }
      case 'snapshot':
        if (generation !== this.#pool.generation(index)) break;
        shard.snapshot = message.snapshot;
        shard.replayFrom = shard.log.coveredBy(message.snapshot.id);
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

  #replace(index: number, fault: Fault): void {
    const shard = this.#shards[index]!;
    const now = Date.now();
    shard.deathsMs = shard.deathsMs.filter((time) => now - time < DEATHS_PERIOD_MS);
    shard.deathsMs.push(now);
    if (shard.deathsMs.length > DEATHS_MAX) {
      this.#options.onFailure(
        new Fault('shard.dies_again', `expected shard ${index} to stay up: ${fault.message}`),
      );
      return;
    }
    shard.restarts++;
    shard.lastFailure = fault.stack ?? fault.message;
    shard.isReplaying = true;
    for (const [id, waiting] of this.#waiting) {
      if (waiting.shard !== index) continue;
      this.#waiting.delete(id);
      waiting.settle(undefined);
    }
    this.#options.onRestart(index, fault);
    void this.#options.settled().then(() => this.#pool.replace(index));
  }

  /** Feeds a new thread everything since its snapshot; new frames wait meanwhile. */
  async #replay(index: number): Promise<void> {
    const shard = this.#shards[index]!;
    const ring = this.#pool.ring(index);
    const generation = this.#pool.generation(index);
    for (let number = shard.replayFrom; number < shard.log.next; number++) {
      let slot = ring.claim();
      while (slot < 0) {
        ring.publish();
        await nextTurn();
        if (generation !== this.#pool.generation(index)) return;
        slot = ring.claim();
      }
      shard.log.copyTo(number, ring.floats, slot);
    }
    ring.publish();
    shard.isReplaying = false;
  }
}

function faultOf({ code, message, retryable }: Fault) {
  return { code, text: message, retryable };
}

/**
 * Waits while a shard is behind: a full ring is several milliseconds of work, and looking at it
 * again and again would take a core that the shards and their compiler can use.
 */
export function pauseForRoom(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 1);
  });
}

/** Lets timers, sockets and messages have their turn. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
