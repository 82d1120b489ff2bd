// Tries a parser with bad input until its time or its number of inputs is up.

import { Fault } from '../../engine/index.js';
import { mutate, randomOf } from './mutate.js';

/** Growth of the heap that no input may cause. Units: bytes. */
const HEAP_BYTES_MAX = 512 * 1024 * 1024;

/** Inputs between two looks at the clock and the heap. */
const BATCH = 64;

/** A parser to try. */
export interface FuzzTarget {
  readonly name: string;
  /** Good inputs. */
  readonly samples: () => Promise<readonly Buffer[]>;
  /** Reads an input; throws where it finds that something does not hold. */
  readonly read: (input: Buffer) => void | Promise<void>;
}

/** How long a target is tried. */
export interface FuzzBudget {
  readonly seed: number;
  /** Units: milliseconds. */
  readonly untilMs: number;
  readonly inputsMax: number;
}

/** What came of a target. */
export interface FuzzResult {
  readonly name: string;
  readonly inputs: number;
  /** The input that broke it, in hexadecimal, and how; undefined where none did. */
  readonly failure: { readonly input: string; readonly error: string } | undefined;
}

/** A reader that may refuse with a fault, but with nothing else. */
export async function orFault(read: () => unknown): Promise<void> {
  try {
    await read();
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
  }
}

/** Tries a target. The same seed tries the same inputs. */
export async function fuzz(target: FuzzTarget, budget: FuzzBudget): Promise<FuzzResult> {
  const { name } = target;
  const random = randomOf(budget.seed);
  const samples = await target.samples();
  const before = process.memoryUsage().heapUsed;
  let inputs = 0;
  let input: Buffer = Buffer.alloc(0);
  try {
    for (const sample of samples) {
      input = sample;
      await target.read(input);
    }
    while (inputs < budget.inputsMax && performance.now() < budget.untilMs) {
      for (let once = 0; once < BATCH; once++) {
        input = mutate(samples[Math.floor(random() * samples.length)]!, random);
        await target.read(input);
        inputs++;
      }
      const grown = process.memoryUsage().heapUsed - before;
      if (grown > HEAP_BYTES_MAX) throw new Error(`the heap grew by ${grown} bytes`);
    }
    if (Object.hasOwn(Object.prototype, 'polluted')) throw new Error('a prototype was polluted');
    return { name, inputs, failure: undefined };
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { name, inputs, failure: { input: input.toString('hex'), error: text } };
  }
}
