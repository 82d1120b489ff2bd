// The shards of book actors: frames in, asks, and threads that are replaced when they die.

import {
  BOOK_COLUMNS,
  type BookMessage,
  type Instrument,
} from '../../actors/microstructure/index.js';
import {
  Columns,
  type ColumnsHandle,
  createColumns,
  type Fault,
  FRAME_INTS,
  FRAME_LANES,
  placeKey,
  type Reply,
  ShardPool,
} from '../../engine/index.js';
import { Deaths } from '../app/shards/deaths.js';
import type { BookAnswer, BookAsk, BookShardConfig } from '../roles/book-program.js';

/** Frames a ring holds; a snapshot of Binance has 2,000 levels. */
const RING_FRAMES = 8_192;

/** Longest wait for an actor's answer. Units: microseconds. */
const ASK_US = 2_000_000;

/**
 * Threads that may die in a row before the books are given up: the same frames kill them. A replay
 * of the captures is over within minutes, so that one which lived longer got past them.
 */
const DEATHS_MAX = 5;
const DEATHS_PERIOD_MS = 600_000;

const GIVEN_UP: Reply = {
  kind: 'refused',
  code: 'shard.dies_again',
  text: 'the books were given up as their threads died too often; start anew',
};

const RESTARTING: Reply = {
  kind: 'refused',
  code: 'shard.restarting',
  text: 'the shard was restarted; try again',
};

/** How the shards of books are set up. */
export interface BookShardsOptions {
  readonly instruments: readonly Instrument[];
  readonly shardCount: number;
  /** A thread died and another has taken its place, with empty books. */
  readonly onReplaced: (fault: Fault) => void;
  /** Threads died too often: there will be no more books. */
  readonly onGivenUp: (fault: Fault) => void;
}

/** Book actors on worker threads, and the shared columns they write. */
export class BookShards {
  readonly instruments: readonly Instrument[];
  readonly columns: Columns;
  /** Threads replaced so far. */
  restarts = 0;
  /** Frames that found no thread to take them. */
  unsent = 0;
  readonly #handle: ColumnsHandle;
  readonly #pool: ShardPool;
  readonly #shardOfRow: readonly number[];
  readonly #waiting = new Map<number, (reply: Reply) => void>();
  #nextId = 1;
  #isClosed = false;
  readonly #deaths = new Deaths(DEATHS_MAX, DEATHS_PERIOD_MS);
  #isGivenUp = false;

  constructor(options: BookShardsOptions) {
    const { instruments, shardCount } = options;
    this.instruments = instruments;
    this.#handle = createColumns(BOOK_COLUMNS, instruments.length);
    this.columns = new Columns(this.#handle);
    this.#shardOfRow = instruments.map(({ symbol }) => placeKey(`book/${symbol}`, shardCount));
    this.#pool = new ShardPool({
      shardCount,
      ringCapacity: RING_FRAMES,
      programUrl: new URL('../roles/book-program.js', import.meta.url).href,
      configFor: (shard): BookShardConfig => ({
        instruments,
        rows: instruments.map((_, row) => row).filter((row) => this.#shardOfRow[row] === shard),
        columns: this.#handle,
      }),
      onMessages: (_shard, _generation, messages) => {
        // The shard's program is the only sender, and answers are all it posts.
        for (const answer of messages as readonly BookAnswer[]) this.#onAnswer(answer);
      },
      onDied: (shard, fault) => {
        if (this.#isClosed) return;
        this.#isGivenUp = this.#deaths.isTooMany(performance.now());
        this.#isClosed = this.#isGivenUp;
        this.#refuseWaiting();
        if (this.#isGivenUp) {
          options.onGivenUp(fault);
          return;
        }
        this.restarts++;
        this.#pool.replace(shard);
        options.onReplaced(fault);
      },
    });
  }

  /** Whether threads died too often: what the books said last is old. */
  get isGivenUp(): boolean {
    return this.#isGivenUp;
  }

  /** Writes one frame of a symbol; false while there is no room: try again. Lanes 1 to 7. */
  // hot
  send(row: number, kind: number, lanes: Float64Array): boolean {
    if (this.#isClosed) {
      this.unsent++;
      return true;
    }
    const ring = this.#pool.ring(this.#shardOfRow[row]!);
    const slot = ring.claim();
    if (slot < 0) return false;
    ring.ints[slot * FRAME_INTS] = kind;
    ring.ints[slot * FRAME_INTS + 1] = row;
    for (let lane = 1; lane < FRAME_LANES; lane++) {
      ring.floats[slot * FRAME_LANES + lane] = lanes[lane]!;
    }
    return true;
  }

  /** Shows what was sent to the shards. */
  publish(): void {
    for (const shard of new Set(this.#shardOfRow)) this.#pool.ring(shard).publish();
  }

  /** Asks the book actor of a row. */
  ask(row: number, message: BookMessage): Promise<Reply> {
    const { symbol } = this.instruments[row]!;
    const id = this.#nextId++;
    return new Promise((resolve) => {
      if (this.#isClosed) {
        resolve(this.#isGivenUp ? GIVEN_UP : RESTARTING);
        return;
      }
      this.#waiting.set(id, resolve);
      const asked: BookAsk = { id, to: `book/${symbol}`, message, deadlineUs: ASK_US };
      this.#pool.post(this.#shardOfRow[row]!, asked);
    });
  }

  /** Kills the thread that owns a symbol: a drill. */
  kill(row: number): void {
    this.#pool.kill(this.#shardOfRow[row]!);
  }

  /** Ends the threads. */
  async close(deadlineMs: number): Promise<void> {
    this.#isClosed = true;
    this.#refuseWaiting();
    await this.#pool.close(deadlineMs);
  }

  #refuseWaiting(): void {
    const reply = this.#isGivenUp ? GIVEN_UP : RESTARTING;
    for (const id of [...this.#waiting.keys()]) this.#onAnswer({ id, reply });
  }

  #onAnswer({ id, reply }: BookAnswer): void {
    this.#waiting.get(id)?.(reply);
    this.#waiting.delete(id);
  }
}
