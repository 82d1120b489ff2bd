// The owner's side of the shards: starts them on pool threads, replaces those that die.

import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { Piscina } from 'piscina';
import { Fault } from '../core/fault.js';
import type { ShardTask } from './program.js';
import { createRing, RingProducer } from './ring.js';
import { STOP_SHARD } from './worker.js';

/** How a pool of shards is set up. */
export interface ShardPoolOptions {
  readonly shardCount: number;
  /** Frames each ring holds; a power of two. */
  readonly ringCapacity: number;
  readonly programUrl: string;
  /** Configuration of one shard's program, built anew each time the shard starts. */
  readonly configFor: (shard: number, generation: number) => unknown;
  /** A shard's messages, in order; `generation` tells a replaced thread's from the new one's. */
  readonly onMessages: (shard: number, generation: number, messages: readonly unknown[]) => void;
  /** A shard's thread has ended without being asked to. */
  readonly onDied: (shard: number, fault: Fault) => void;
}

interface Slot {
  readonly ring: RingProducer;
  readonly handle: ReturnType<typeof createRing>;
  port: MessagePort;
  abort: AbortController;
  ended: Promise<void>;
  generation: number;
}

/** Worker threads, each running one shard's loop as one long task. */
export class ShardPool {
  readonly #options: ShardPoolOptions;
  readonly #piscina: Piscina;
  readonly #slots: Slot[] = [];
  #closing = false;

  constructor(options: ShardPoolOptions) {
    this.#options = options;
    this.#piscina = new Piscina({
      filename: new URL('./worker.js', import.meta.url).href,
      minThreads: options.shardCount,
      // One spare lets a replacement start while the dead thread is still being collected.
      maxThreads: options.shardCount + 1,
      atomics: 'disabled',
      concurrentTasksPerWorker: 1,
    });
    for (let shard = 0; shard < options.shardCount; shard++) this.#start(shard);
  }

  /** The ring of a shard, to write frames to. */
  ring(shard: number): RingProducer {
    return this.#slot(shard).ring;
  }

  /** Posts one message to a shard and wakes it. */
  post(shard: number, message: unknown): void {
    const slot = this.#slot(shard);
    slot.port.postMessage(message);
    slot.ring.messagePosted();
  }

  /** How many times a shard's thread has been started, less one. */
  generation(shard: number): number {
    return this.#slot(shard).generation;
  }

  /** Kills a shard's thread at once, wherever it is; `onDied` follows. */
  kill(shard: number): void {
    this.#slot(shard).abort.abort();
  }

  /** Starts a new thread for a shard whose thread has died, with an empty ring. */
  replace(shard: number): void {
    const old = this.#slot(shard);
    old.ring.reset();
    this.#start(shard, old);
  }

  /** Asks every shard to stop, waits up to `deadlineMs`, then ends the threads. */
  async close(deadlineMs: number): Promise<void> {
    this.#closing = true;
    for (let shard = 0; shard < this.#slots.length; shard++) this.post(shard, STOP_SHARD);
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, deadlineMs);
    });
    await Promise.race([Promise.all(this.#slots.map((slot) => slot.ended)), deadline]);
    clearTimeout(timer);
    for (const slot of this.#slots) slot.port.close();
    await this.#piscina.destroy();
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
    const channel = new MessageChannel();
    const abort = new AbortController();
    const task: ShardTask = {
      shard,
      shardCount: this.#options.shardCount,
      ring: handle,
      port: channel.port2,
      programUrl: this.#options.programUrl,
      config: this.#options.configFor(shard, generation),
    };
    channel.port1.on('message', (messages: readonly unknown[]) => {
      this.#options.onMessages(shard, generation, messages);
    });
    const ended = this.#piscina
      .run(task, { transferList: [channel.port2], signal: abort.signal })
      .then(
        () => undefined,
        (error: unknown) => {
          channel.port1.close();
          if (this.#closing) return;
          this.#options.onDied(shard, deathFault(shard, error));
        },
      );
    const ring = old?.ring ?? new RingProducer(handle);
    this.#slots[shard] = { ring, handle, port: channel.port1, abort, ended, generation };
  }
}

function deathFault(shard: number, error: unknown): Fault {
  const text = error instanceof Error ? error.message : String(error);
  return new Fault('shard.died', `expected shard ${shard} to keep running, was: ${text}`, {
    retryable: true,
    cause: error,
  });
}
