// The threads of a pool of shards, which load its program before there is anything to run.

import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { Piscina } from 'piscina';
import { createHurry, hurry } from './leisure.js';
import type { ShardTask, SpareTask } from './program.js';

/**
 * How far a heap may grow beyond what was alive before it is collected. V8's own is three times as
 * much where memory is plenty, and a shard that never rests has no pause to give it back in.
 * Units: percent.
 */
const HEAP_GROWTH_PERCENT = 50;

/** Half of a thread's young generation. Units: MiB. */
const SEMI_SPACE_MIB = 16;

/** Wait for the spare thread to end a step, before another is begun beside it. */
const SPARE_MS_MAX = 50;

/** What the worker calls the task of a spare thread. */
const SPARE = 'prepareThread';

/** How the pool is told which of its threads takes a task. */
type Choose = Exclude<Piscina['options']['loadBalancer'], undefined>;

/** What threads are started for. */
export interface ShardThreadsOptions {
  readonly shardCount: number;
  readonly programUrl: string;
  /** Heap of one thread; one that grows beyond it ends as `shard.out_of_memory`. Units: MiB. */
  readonly heapMibMax?: number;
}

/** Threads for so many shards, and a spare one once it is asked for. */
export class ShardThreads {
  readonly piscina: Piscina;
  readonly #programUrl: string;
  #isClosing = false;
  /** Errors of threads that no shard was running on. */
  strayErrors = 0;
  /** The spare thread: what ends its leisure, and the end of it. Absent while there is none. */
  #spare: { readonly hurry: SharedArrayBuffer; readonly free: Promise<void> } | undefined;
  /** The thread that has prepared last, or does, until a shard begins. */
  #preparedId: number | undefined;

  /** Starts them, and has each load the program, which may take as long as what it works on. */
  constructor({ shardCount, programUrl, heapMibMax }: ShardThreadsOptions) {
    this.#programUrl = programUrl;
    // Read at each collection, of every thread; there is no such setting of one thread.
    setFlagsFromString(`--heap-growing-percent=${HEAP_GROWTH_PERCENT}`);
    // Little survives a scavenge: done alone it takes 0.3 ms, with helpers as long as these wait
    // for a core that other shards are using, which was up to 60.
    setFlagsFromString('--no-parallel-scavenge');
    // And fewer of them: the young generation has from the start the size that it grows to, which
    // newer versions of Node would double.
    setFlagsFromString(`--min-semi-space-size=${SEMI_SPACE_MIB}`);
    setFlagsFromString(`--max-semi-space-size=${SEMI_SPACE_MIB}`);
    // Short calls into WebAssembly, hundreds a session: a wrapper of their own is half the cost.
    setFlagsFromString('--no-wasm-generic-wrapper');
    this.piscina = new Piscina({
      filename: new URL('./worker.js', import.meta.url).href,
      // One spare for the next shard that needs a thread at once; and one more while a dead thread
      // is still being collected, or for a shard that can't wait for the spare one.
      minThreads: shardCount,
      maxThreads: shardCount + 2,
      idleTimeout: Number.POSITIVE_INFINITY,
      atomics: 'disabled',
      concurrentTasksPerWorker: 1,
      loadBalancer: (task, workers) => this.#choose(task, workers),
      ...(heapMibMax === undefined
        ? {}
        : { resourceLimits: { maxOldGenerationSizeMb: heapMibMax } }),
    });
    // Without a listener such an error would end the process.
    this.piscina.on('error', () => {
      this.strayErrors++;
    });
    for (let thread = 0; thread < shardCount; thread++)
      void this.#prepare('loadProgram', programUrl);
  }

  /** Runs a shard on a thread of its own, until one of them ends. */
  async run(task: ShardTask, signal: AbortSignal): Promise<void> {
    const spare = this.#spare;
    this.hurrySpare();
    this.#spare = undefined;
    if (spare !== undefined) await this.#free(spare.free);
    await this.piscina.run(task, { transferList: [task.port, task.bell], signal });
  }

  /**
   * Waits until the spare thread is free, or another one: a new thread would have to load the
   * program with the shard already its own, and a step may end long before that is done.
   */
  async #free(spare: Promise<void>): Promise<void> {
    let isFree = false;
    const noted = spare.then(() => {
      isFree = true;
    });
    await Promise.race([noted, sleep(SPARE_MS_MAX)]);
    if (!isFree) await Promise.race([spare, this.#prepare('loadProgram', this.#programUrl)]);
  }

  /** A shard will need the spare thread soon. */
  hurrySpare(): void {
    if (this.#spare !== undefined) hurry(this.#spare.hurry);
  }

  /** Has a thread that no shard has load the program and prepare at leisure, unless one has. */
  prepareSpare(config: unknown): void {
    if (this.#spare !== undefined) return;
    const memory = createHurry();
    const task: SpareTask = { programUrl: this.#programUrl, config, hurry: memory };
    this.#spare = { hurry: memory, free: this.#prepare(SPARE, task) };
  }

  /**
   * The thread for a task, one that has none: to a shard goes the prepared one, for there may be
   * others, which have loaded nothing.
   */
  #choose({ name }: Parameters<Choose>[0], workers: Parameters<Choose>[1]): ReturnType<Choose> {
    const free = workers.filter(({ currentUsage }) => currentUsage === 0);
    const prepared = free.find(({ id }) => id === this.#preparedId);
    const chosen = prepared ?? free[0];
    if (name === SPARE) this.#preparedId = chosen?.id;
    return chosen ?? null;
  }

  async #prepare(name: 'loadProgram' | typeof SPARE, task: string | SpareTask): Promise<void> {
    try {
      await this.piscina.run(task, { name });
    } catch {
      // The start of a shard tells why its program can't be loaded.
      if (!this.#isClosing) this.strayErrors++;
    }
  }

  /** Ends them, whatever they do. */
  async close(): Promise<void> {
    this.#isClosing = true;
    await this.piscina.destroy();
  }
}
