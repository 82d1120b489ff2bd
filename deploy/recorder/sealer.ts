// Makes tables of segments, large ones on a thread of their own: prints must not wait for them.

import { Worker } from 'node:worker_threads';
import { Fault } from '../../engine/index.js';
import type { SealOutcome, SealTask } from '../roles/seal-program.js';
import { sealSegment } from './seal.js';

/** A smaller segment is a table before a thread has begun. Units: bytes. */
const HERE_BYTES_MAX = 1024 * 1024;

/** Heap of the thread: the longest message as text, some times over. Units: mebibytes. */
const HEAP_MIB_MAX = 1_024;

const PROGRAM = new URL('../roles/seal-program.js', import.meta.url);

interface Waiting {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Seals segments one after the other; whoever asks bounds how many wait. */
export class Sealer {
  readonly #waiting: Waiting[] = [];
  #worker: Worker | undefined;

  /** Makes a table of a segment by its size. Errors: `duckdb.failed`, `recording.seal_failed`. */
  async seal(task: SealTask, bytes: number): Promise<void> {
    if (bytes < HERE_BYTES_MAX) await sealSegment(task.dir, task.path);
    else await this.#sealBeside(task);
  }

  #sealBeside(task: SealTask): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#worker ??= this.#start();
      // While it works the process waits for it; an idle one holds nothing up.
      this.#worker.ref();
      this.#worker.postMessage(task);
    });
  }

  /** Ends the thread; nothing may wait any more. */
  async close(): Promise<void> {
    await this.#worker?.terminate();
  }

  #start(): Worker {
    const worker = new Worker(PROGRAM, {
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB_MAX },
    });
    worker.on('message', (outcome: SealOutcome) => {
      const first = this.#waiting.shift();
      if (this.#waiting.length === 0) worker.unref();
      if (outcome === 'sealed') first?.resolve();
      else first?.reject(new Fault(outcome.code, outcome.text));
    });
    worker.once('error', (error) => this.#failed(error));
    worker.once('exit', (code) => this.#failed(new Error(`code ${code}`)));
    return worker;
  }

  #failed(cause: Error): void {
    this.#worker = undefined;
    const text = `expected a table of each segment, the thread ended: ${cause.message}`;
    const fault = new Fault('recording.seal_failed', text, { cause });
    for (const { reject } of this.#waiting.splice(0)) reject(fault);
  }
}
