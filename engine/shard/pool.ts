// The owner's side of the shards: starts them on pool threads, replaces those that die.

import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { Fault } from '../core/fault.js';
import { Blame } from './blame.js';
import { deathFault, type Ending } from './death.js';
import { type Inbox, Inboxes } from './inboxes.js';
import { createLink, type LinkCounters, readLinkCounters } from './link.js';
import { LinkReader } from './link-reader.js';
import { LinkWriter } from './link-writer.js';
import type { ShardTask } from './program.js';
import { createRing, RingProducer } from './ring.js';
import { ShardThreads, type ShardThreadsOptions } from './threads.js';
import { type Patience, Watchdog } from './watchdog.js';
import { STOP_SHARD } from './worker.js';

/**
 * How long a turn may take before its thread is called hung, and a thread's start with all its
 * recovery. A turn takes microseconds; two seconds is a loop without end or a machine in trouble.
 */
const PATIENCE: Patience = { hungMs: 2_000, beginMs: 120_000 };

/** Longest wait for a killed thread to be gone. Units: milliseconds. */
const EXIT_MS_MAX = 5_000;

/** How a pool of shards is set up. */
export interface ShardPoolOptions extends ShardThreadsOptions {
  /** Threads that were started for these options before; the pool's to close. */
  readonly threads?: ShardThreads;
  /** Frames each ring holds; a power of two. */
  readonly ringCapacity: number;
  /** Configuration of one shard's program, built anew each time the shard starts. */
  readonly configFor: (shard: number, generation: number) => unknown;
  /** A shard's messages, in order; `generation` tells a replaced thread's from the new one's. */
  readonly onMessages: (shard: number, generation: number, messages: readonly unknown[]) => void;
  /** How long a thread may be silent: by default 2 s in a turn, 2 min before it begins. */
  readonly patience?: Partial<Patience>;
  /** A shard's thread has ended without being asked to, and is gone. */
  readonly onDied: (shard: number, fault: Fault) => void;
}

interface Slot {
  readonly ring: RingProducer;
  readonly handle: ReturnType<typeof createRing>;
  readonly outbox: LinkWriter;
  /** Memory of the messages to the owner. */
  readonly fromShard: SharedArrayBuffer;
  readonly inbox: Inbox;
  readonly ports: readonly MessagePort[];
  readonly abort: AbortController;
  ended: Promise<void>;
  readonly generation: number;
  /** Whether nobody hears any more what is posted. */
  isOver: boolean;
  /** What the owner did to the thread, and the end of it. */
  ending: Ending | undefined;
  readonly blame: Blame;
  exited: Promise<unknown>;
}

/** Worker threads, each running one shard's loop as one long task. */
export class ShardPool {
  readonly #options: ShardPoolOptions;
  readonly #threads: ShardThreads;
  readonly #slots: Slot[] = [];
  readonly #inboxes = new Inboxes();
  readonly #watchdog: Watchdog;
  readonly #looks: NodeJS.Timeout;
  #closing = false;
  /** Messages posted to a shard between the end of its thread and the next one's start. */
  unheard = 0;

  constructor(options: ShardPoolOptions) {
    this.#options = options;
    this.#threads = options.threads ?? new ShardThreads(options);
    for (let shard = 0; shard < options.shardCount; shard++) this.#start(shard);
    this.#watchdog = new Watchdog({ ...PATIENCE, ...options.patience });
    this.#looks = setInterval(() => this.#look(), this.#watchdog.lookEveryMs);
    this.#looks.unref();
  }

  /** The ring of a shard, to write frames to. */
  ring(shard: number): RingProducer {
    return this.#slot(shard).ring;
  }

  /**
   * Posts one message to a shard and wakes it: plain data of up to 64 KiB as bytes, anything else
   * by structured clone, all in order. Of an object that plain data holds twice come two.
   * Errors: `shard.link_full`, retryable; those of `postMessage` for what it can't clone.
   */
  post(shard: number, message: unknown): void {
    const slot = this.#slot(shard);
    if (slot.isOver) {
      this.unheard++;
      return;
    }
    slot.outbox.post(message);
    slot.ring.ring();
    this.#inboxes.posted();
  }

  /** Errors of threads that no shard was running on any more. */
  get strayErrors(): number {
    return this.#threads.strayErrors;
  }

  /** Waits a moment for the shards, and then hears what they have said. Units: milliseconds. */
  pause(ms: number): Promise<void> {
    return this.#inboxes.pause(ms);
  }

  /** How the messages to a shard's present thread went, and those from it. */
  links(shard: number): { readonly toShard: LinkCounters; readonly toOwner: LinkCounters } {
    const { outbox, fromShard } = this.#slot(shard);
    return { toShard: outbox.counters, toOwner: readLinkCounters(fromShard) };
  }

  /** How many times a shard's thread has been started, less one. */
  generation(shard: number): number {
    return this.#slot(shard).generation;
  }

  /** The highest pressure of a shard's mailboxes since the last call. Shape: 0 to 1. */
  takePressure(shard: number): number {
    return this.#slot(shard).ring.takePressure();
  }

  /** Kills a shard's thread at once, wherever it is; `onDied` follows once it is gone. */
  kill(shard: number): void {
    this.#end(this.#slot(shard), 'killed');
  }

  /** Starts a new thread for a shard whose thread has died, with an empty ring. */
  replace(shard: number): void {
    const old = this.#slot(shard);
    old.ring.reset();
    this.#watchdog.reset(shard);
    this.#start(shard, old);
  }

  /**
   * Has a thread load the program and prepare for the next shard that needs one; there is none
   * before the first call, and none again once a shard has taken it.
   */
  prepareSpare(config: unknown): void {
    this.#threads.prepareSpare(config);
  }

  /** Asks every shard to stop, waits up to `deadlineMs`, then ends the threads. */
  async close(deadlineMs: number): Promise<void> {
    this.#closing = true;
    clearInterval(this.#looks);
    for (let shard = 0; shard < this.#slots.length; shard++) this.post(shard, STOP_SHARD);
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, deadlineMs);
    });
    await Promise.race([Promise.all(this.#slots.map((slot) => slot.ended)), deadline]);
    clearTimeout(timer);
    for (const slot of this.#slots) this.#finish(slot);
    await this.#threads.close();
  }

  #slot(shard: number): Slot {
    const slot = this.#slots[shard];
    if (slot === undefined) {
      throw new Fault(
        'shard.unknown',
        `expected a shard below ${this.#slots.length}, was ${shard}`,
      );
    }
    return slot;
  }

  #start(shard: number, old?: Slot): void {
    const handle = old?.handle ?? createRing(this.#options.ringCapacity);
    const generation = old === undefined ? 0 : old.generation + 1;
    const [channel, bell] = [new MessageChannel(), new MessageChannel()];
    const [toShard, toOwner] = [createLink(), createLink()];
    const abort = new AbortController();
    const blame = old?.blame ?? new Blame();
    const task: ShardTask = {
      shard,
      shardCount: this.#options.shardCount,
      ring: handle,
      toShard,
      toOwner,
      port: channel.port2,
      bell: bell.port2,
      programUrl: this.#options.programUrl,
      config: this.#options.configFor(shard, generation),
      guilty: blame.takeGuilty(),
    };
    bell.port1.on('message', () => this.#inboxes.woken());
    const slot: Slot = {
      ring: old?.ring ?? new RingProducer(handle),
      handle,
      outbox: new LinkWriter(toShard, channel.port1),
      fromShard: toOwner,
      inbox: {
        reader: new LinkReader(toOwner, channel.port1),
        receive: (messages) => this.#options.onMessages(shard, generation, messages),
      },
      ports: [channel.port1, bell.port1],
      abort,
      ended: Promise.resolve(),
      generation,
      isOver: false,
      ending: undefined,
      blame,
      exited: Promise.resolve(),
    };
    this.#inboxes.add(slot.inbox);
    slot.ended = this.#threads.run(task, abort.signal).then(
      () => this.#finish(slot),
      async (error: unknown) => {
        // A thread that still runs could write to what its successor reads.
        await slot.exited;
        this.#finish(slot);
        if (this.#closing) return;
        // Nobody's turn is to blame for what an operator did.
        if (slot.ending !== 'killed') blame.add(slot.ring.mark());
        this.#options.onDied(shard, deathFault(shard, error, slot.ending));
      },
    );
    this.#slots[shard] = slot;
  }

  /** Hears what a thread said last and ends its ports. */
  #finish(slot: Slot): void {
    if (slot.isOver) return;
    slot.isOver = true;
    this.#inboxes.remove(slot.inbox);
    for (const port of slot.ports) port.close();
  }

  #end(slot: Slot, ending: Ending): void {
    if (slot.ending !== undefined) return;
    slot.ending = ending;
    this.#threads.hurrySpare();
    const id = slot.ring.threadId();
    const thread = this.#threads.piscina.threads.find(({ threadId }) => threadId === id);
    if (thread !== undefined) {
      const patience = sleep(EXIT_MS_MAX, undefined, { ref: false });
      slot.exited = Promise.race([once(thread, 'exit'), patience]);
    }
    slot.abort.abort();
  }

  /** Looks at every thread's heartbeat and ends those that have stopped. */
  #look(): void {
    for (const [shard, slot] of this.#slots.entries()) {
      const { ring } = slot;
      // Asked before the beats: one that wakes in between has beaten.
      const isParked = ring.isParked();
      const isAtLength = ring.isAtLength();
      const [beats, mark] = [ring.heartbeat(), ring.mark()];
      const pulse = this.#watchdog.look(shard, { beats, mark, isParked, isAtLength });
      if (pulse !== 'well') this.#end(slot, pulse);
    }
  }
}
