// The threads of a pool of shards, which load its program before there is anything to run.

import { setFlagsFromString } from 'node:v8';
import { Piscina } from 'piscina';

/**
 * How far a heap may grow beyond what was alive before it is collected. V8's own is three times as
 * much where memory is plenty, and a shard that never rests has no pause to give it back in.
 * Units: percent.
 */
const HEAP_GROWTH_PERCENT = 50;

/** Half of a thread's young generation. Units: MiB. */
const SEMI_SPACE_MIB = 16;

/** What threads are started for. */
export interface ShardThreadsOptions {
  readonly shardCount: number;
  readonly programUrl: string;
  /** Heap of one thread; one that grows beyond it ends as `shard.out_of_memory`. Units: MiB. */
  readonly heapMibMax?: number;
}

/** Threads for so many shards, and a spare one. */
export class ShardThreads {
  readonly piscina: Piscina;
  readonly #programUrl: string;
  #isClosing = false;
  /** Errors of threads that no shard was running on. */
  strayErrors = 0;

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
      // One spare, with the program loaded, for the next shard that needs a thread at once; and
      // one more while a dead thread is still being collected.
      minThreads: shardCount + 1,
      maxThreads: shardCount + 2,
      atomics: 'disabled',
      concurrentTasksPerWorker: 1,
      ...(heapMibMax === undefined
        ? {}
        : { resourceLimits: { maxOldGenerationSizeMb: heapMibMax } }),
    });
    // Without a listener such an error would end the process.
    this.piscina.on('error', () => {
      this.strayErrors++;
    });
    for (let thread = 0; thread <= shardCount; thread++) this.ready();
  }

  /** Lets a thread that no shard has load the program. */
  ready(): void {
    this.piscina.run(this.#programUrl, { name: 'loadProgram' }).catch(() => {
      // The start of a shard tells why its program can't be loaded.
      if (!this.#isClosing) this.strayErrors++;
    });
  }

  /** Ends them, whatever they do. */
  async close(): Promise<void> {
    this.#isClosing = true;
    await this.piscina.destroy();
  }
}
