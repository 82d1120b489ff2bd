// What history comes to in shared memory, kept on disk: a start that finds it runs none of it.

import { createHash } from 'node:crypto';
import { readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { crc32 } from 'node:zlib';
import { attachReturns } from '../../../actors/risk/index.js';
import { toJson } from '../../../engine/index.js';
import type { MarketBars } from '../../research/market-file.js';
import type { ShardConfig, SharedMarket } from '../../roles/shard-config.js';

/** What history is run with, and the memory that it fills. */
export type HistoryConfig = Pick<
  ShardConfig,
  'funnel' | 'alerts' | 'market' | 'bars' | 'firstWarmDay' | 'warmDays'
>;

/** Name of the file in the data directory. */
const FILE = 'kept-history';

/** Longest file: some 5,000 symbols. The history of more is run at every start. */
const BYTES_MAX = 128 * 2 ** 20;

/** Longer than a header is. */
const HEADER_MAX = 1024;

/** Changes with the order of what a file holds. */
const FORMAT = 1;

const LINE_END = 0x0a;

/** Compiled code that history runs through: of another version its memory means something else. */
const CODE = ['actors', 'engine', 'deploy/roles', 'deploy/research'];

/** What stands before the memory, as one line of JSON. */
interface Header {
  /** All that the memory follows from, as a hash. */
  readonly basis: string;
  /** CRC-32 of the memory. */
  readonly crc: number;
}

/**
 * The file of one data directory. It is a copy of what can be computed again: one that is missing,
 * damaged, or of other bars, settings or code is passed over, and replaced.
 */
export class KeptHistory {
  readonly #file: string;
  readonly #code: string;
  #stored: Buffer | undefined;
  #keeping: Promise<void> = Promise.resolve();

  private constructor(file: string, code: string, stored: Buffer | undefined) {
    this.#file = file;
    this.#code = code;
    this.#stored = stored;
  }

  /** Reads the file of a data directory, where there is one. */
  static async open(dataDir: string): Promise<KeptHistory> {
    const file = join(dataDir, FILE);
    const [code, stored] = await Promise.all([hashOfCode(), readKept(file)]);
    return new KeptHistory(file, code, stored);
  }

  /** Fills the memory with what the file has for it; false where it has nothing. */
  restore(config: HistoryConfig): boolean {
    const stored = this.#stored;
    // It is as large as the memory, and read once.
    this.#stored = undefined;
    const end = stored?.indexOf(LINE_END) ?? -1;
    if (stored === undefined || end < 0) return false;
    const header = headerOf(stored.toString('utf8', 0, end));
    const bytes = stored.subarray(end + 1);
    const parts = partsOf(config.market);
    if (header?.basis !== this.#basisOf(config) || bytes.length !== lengthOf(parts)) return false;
    if (crc32(bytes) !== header.crc) return false;
    let at = 0;
    for (const part of parts) {
      part.set(bytes.subarray(at, at + part.length));
      at += part.length;
    }
    return true;
  }

  /**
   * Copies the memory at once and writes it beside whatever comes next; `onFailure` hears of a file
   * that could not be written: nothing is lost but time.
   */
  keep(config: HistoryConfig, onFailure: (error: unknown) => void): void {
    const parts = partsOf(config.market);
    if (lengthOf(parts) > BYTES_MAX) return;
    const bytes = Buffer.concat(parts);
    const header: Header = { basis: this.#basisOf(config), crc: crc32(bytes) };
    this.#keeping = this.#write([Buffer.from(`${JSON.stringify(header)}\n`), bytes]).catch(
      onFailure,
    );
  }

  /** Resolves once nothing is on its way to the disk. */
  settled(): Promise<void> {
    return this.#keeping;
  }

  /** Whole or not at all, as far as a reader can tell; what a crash tears, its checksum tells. */
  async #write(pieces: readonly Uint8Array[]): Promise<void> {
    const unfinished = `${this.#file}.new`;
    try {
      await writeFile(unfinished, pieces);
      await rename(unfinished, this.#file);
    } catch (error) {
      await rm(unfinished, { force: true });
      throw error;
    }
  }

  #basisOf({ funnel, alerts, market, bars, firstWarmDay, warmDays }: HistoryConfig): string {
    const { names, rowCount } = market.columns;
    const { slots } = market.matrix;
    const hash = createHash('sha256');
    const settings = [FORMAT, process.version, process.arch, this.#code, funnel, alerts];
    const shape = [names, rowCount, slots, bars.symbols, firstWarmDay, warmDays];
    hash.update(toJson([...settings, ...shape]));
    hash.update(bars.dates.subarray(firstWarmDay, warmDays));
    hash.update(bars.dayStarts.subarray(firstWarmDay, warmDays + 1));
    for (const column of columnsOf(bars)) {
      hash.update(column.subarray(bars.dayStarts[firstWarmDay], bars.dayStarts[warmDays]));
    }
    return hash.digest('hex');
  }
}

/** All memory that history fills, always in the same order. */
function partsOf({ columns, state, matrix }: SharedMarket): Uint8Array[] {
  const { returns, missing } = attachReturns(matrix);
  const whole = [columns.values, columns.versions, state].map((memory) => new Uint8Array(memory));
  const bounded = [returns, missing].map(
    ({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength),
  );
  return [...whole, ...bounded];
}

function lengthOf(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, { length }) => sum + length, 0);
}

function columnsOf(bars: MarketBars): readonly (Float64Array | Int32Array)[] {
  const { rows, open, high, low, close, volume, dividend, split } = bars;
  return [rows, open, high, low, close, volume, dividend, split];
}

/** One hash of all code that history runs through. */
async function hashOfCode(): Promise<string> {
  const root = fileURLToPath(new URL('../../../', import.meta.url));
  const hash = createHash('sha256');
  for (const folder of CODE) {
    const names = await readdir(join(root, folder), { recursive: true });
    const code = names.filter((name) => /\.[jt]s$/.test(name) && !name.includes('.test.'));
    for (const name of code.sort()) {
      hash.update(name);
      hash.update(await readFile(join(root, folder, name)));
    }
  }
  return hash.digest('hex');
}

/** What is there; a file that is longer than ours is not one of ours. */
async function readKept(file: string): Promise<Buffer | undefined> {
  try {
    const { size } = await stat(file);
    return size > BYTES_MAX + HEADER_MAX ? undefined : await readFile(file);
  } catch {
    // Most often there is none; what can't be read is computed.
    return undefined;
  }
}

function headerOf(line: string): Partial<Header> | undefined {
  try {
    // JSON.parse gives any; what is missing matches nothing.
    return JSON.parse(line) as Partial<Header>;
  } catch {
    return undefined;
  }
}
