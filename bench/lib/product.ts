// The real product as a process of its own: run to its end, or started and watched.

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { inRepository } from '../../deploy/app/paths.js';
import type { RunReport } from '../../deploy/cli/run-report.js';
import { Unavailable } from './case.js';
import { profiling } from './profile.js';
import { withScratch } from './scratch.js';

const CLI = fileURLToPath(new URL('../../deploy/cli/sluice.js', import.meta.url));

/** What Node is started with: as the first line of the command asks, `#!... node FLAGS`. */
const NODE_FLAGS = readFileSync(CLI, 'utf8')
  .split('\n', 1)[0]!
  .split(' ')
  .filter((word) => word.startsWith('--'));

/** Longest run of the whole sample. Units: milliseconds. */
const RUN_MS = 240_000;

/** Longest wait for a line that the product is to print. Units: milliseconds. */
const LINE_MS = 60_000;

/** Output kept for an error's text. */
const OUTPUT_KEPT = 20_000;

/** Runs `run --once --pace max` with more flags and reads its report. */
export function runOnce(flags: readonly string[]): Promise<RunReport> {
  return withScratch(async (folder) => {
    const report = join(folder, 'report.json');
    const fixed = ['run', '--once', '--quiet', '--pace', 'max'];
    const files = ['--data-dir', join(folder, 'data'), '--report', report];
    await promisify(execFile)(
      process.execPath,
      [...NODE_FLAGS, ...profiling(), CLI, ...fixed, ...files, ...flags],
      {
        timeout: RUN_MS,
      },
    );
    // JSON.parse gives any; the product writes this type.
    return JSON.parse(readFileSync(report, 'utf8')) as RunReport;
  });
}

/** A running product. */
export class Product {
  readonly #child: ChildProcess;
  #output = '';
  #look: () => void = () => {};

  private constructor(child: ChildProcess) {
    this.#child = child;
    const take = (chunk: Buffer): void => {
      this.#output = (this.#output + chunk.toString()).slice(-OUTPUT_KEPT);
      this.#look();
    };
    child.stdout?.on('data', take);
    child.stderr?.on('data', take);
    child.on('exit', () => this.#look());
  }

  /** Starts `run` with flags. `launcher` stands before them: the compiled program by default. */
  static start(flags: readonly string[], launcher: readonly string[] = [CLI, 'run']): Product {
    const ports = ['--port', '0', '--grpc-port', '0'];
    const args = [...NODE_FLAGS, ...launcher, ...ports, ...flags];
    return new Product(
      spawn(process.execPath, args, { cwd: inRepository('.'), stdio: ['ignore', 'pipe', 'pipe'] }),
    );
  }

  /** Process id. */
  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Resolves with the first match in what the product prints. Errors: when none comes. */
  line(pattern: RegExp): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const fail = (why: string): void => {
        clearTimeout(timer);
        reject(new Error(`expected ${pattern} from the product, ${why}: ${this.#output}`));
      };
      const timer = setTimeout(() => fail('none came in time'), LINE_MS);
      this.#look = () => {
        const match = pattern.exec(this.#output);
        if (match !== null) {
          clearTimeout(timer);
          resolve(match);
        } else if (this.#child.exitCode !== null) fail(`it ended with ${this.#child.exitCode}`);
      };
      this.#look();
    });
  }

  /** Port of its HTTP and WebSocket server, once it listens. */
  async httpPort(): Promise<number> {
    const match = await this.line(/dashboard http:\/\/127\.0\.0\.1:(\d+)/);
    return Number(match[1]);
  }

  /** Processor time used so far by all threads. Units: milliseconds. */
  cpuMs(): number {
    const file = `/proc/${this.pid}/stat`;
    if (!existsSync(file)) throw new Unavailable('processor time is read from /proc, of Linux');
    // The name in brackets may hold spaces; user and system time are fields 14 and 15, in ticks
    // of 10 ms on every Linux that Node runs on. Source: proc(5).
    const fields = readFileSync(file, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) * 10;
  }

  /** Resident memory. Units: megabytes. */
  rssMb(): number {
    const status = readFileSync(`/proc/${this.pid}/status`, 'utf8');
    return (Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? Number.NaN) * 1024) / 1e6;
  }

  /** Ends it at once. */
  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill('SIGKILL');
    await ended;
  }
}

/** Ticks that the product whose HTTP server listens there has streamed. */
export async function ticksSoFar(port: number): Promise<number> {
  const answer = await fetch(`http://127.0.0.1:${port}/api/v1/feed`);
  // The gateway writes this JSON: 64-bit numbers are texts in it.
  const feed = (await answer.json()) as { readonly ticks?: string };
  return Number(feed.ticks ?? 0);
}

/** Runs `use` on a started product with a data directory of its own, and ends it. */
export function withProduct<T>(
  flags: readonly string[],
  use: (product: Product) => Promise<T>,
): Promise<T> {
  return withScratch((folder) => withProductIn(folder, flags, use));
}

/** The same with the data directory that `folder` is; `launcher` as for `Product.start`. */
export async function withProductIn<T>(
  folder: string,
  flags: readonly string[],
  use: (product: Product) => Promise<T>,
  launcher?: readonly string[],
): Promise<T> {
  const product = Product.start([...flags, '--data-dir', folder], launcher);
  try {
    return await use(product);
  } finally {
    await product.kill();
  }
}
