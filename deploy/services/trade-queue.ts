// Trades of a live source on their way into the market: in order, none past its day, each once.

import { type Print, packPrints } from '../adapters/sources/packing.js';
import type { SluicePort } from '../app/port.js';
import type { EarlierTrades } from './earlier-trades.js';

/** Time until a batch that failed is sent again. Units: milliseconds. */
const RETRY_MS = 250;

/** Trades of a batch. */
export const BATCH_MAX = 5_000;

/**
 * Trades that may wait; beyond it the oldest are dropped, a batch at a time, and counted: those of
 * a source that can't be paused, or had more under way than the room above `PAUSE_AT`.
 */
export const WAITING_MAX = 200_000;

/** Trades waiting at which a source is paused, and at which it goes on. */
export const PAUSE_AT = 50_000;
const RESUME_AT = 10_000;

/** What a queue does with its source, and whom it tells of trouble. */
export interface QueueOptions {
  readonly tell: (text: string) => void;
  readonly pause: () => void;
  readonly resume: () => void;
  /** What was traded before, which goes first; undefined where nothing is asked for. */
  readonly earlier: EarlierTrades | undefined;
}

/** Trades on their way into the market, in order, each batch until it has been taken. */
export class TradeQueue {
  readonly #port: SluicePort;
  readonly #name: string;
  readonly #options: QueueOptions;
  readonly #waiting: Print[] = [];
  /** Those under way: apart, so that nothing of them is dropped when too many wait. */
  #batch: readonly Print[] = [];
  /** Until what was traded before has been taken. */
  #isBehind: boolean;
  #sequence: bigint;
  #sending: Promise<void> | undefined;
  #retryMs = 0;
  #isClosed = false;
  #isPaused = false;
  /** Troubles that were told and are not over. */
  readonly #told = new Set<string>();
  dropped = 0;

  constructor(port: SluicePort, name: string, options: QueueOptions) {
    this.#port = port;
    this.#name = name;
    this.#options = options;
    this.#isBehind = options.earlier !== undefined;
    this.#sequence = port.market.lastSequence(name);
  }

  add(print: Print): void {
    this.#waiting.push(print);
    if (this.#waiting.length === PAUSE_AT && !this.#isPaused) {
      this.#isPaused = true;
      this.#options.pause();
    }
    if (this.#waiting.length <= WAITING_MAX) return;
    this.#drop(this.#waiting.splice(0, BATCH_MAX).length);
    this.#trouble(
      'slow',
      `the market is too slow for ${this.#name}: its oldest trades are dropped`,
    );
  }

  /** Sends what waits, unless that is under way or has just failed. */
  tick(): void {
    if (performance.now() >= this.#retryMs) void this.#send();
  }

  /** Sends what waits, whatever is under way; not what is behind trades not yet asked for. */
  async flush(): Promise<void> {
    this.#options.earlier?.stop();
    await this.#sending;
    await this.#send();
  }

  close(): void {
    this.#isClosed = true;
    const left = this.#batch.length + this.#waiting.length;
    // What came while the past was asked for is asked for with it by the next process.
    if (!this.#isBehind) this.#drop(left);
    else if (left > 0) {
      this.#options.tell(
        `${left} trades of ${this.#name} are left to the next run, which asks for them`,
      );
    }
    this.#batch = [];
    this.#waiting.length = 0;
  }

  /** Never rejects. */
  #send(): Promise<void> {
    this.#sending ??= this.#sendAll().finally(() => {
      this.#sending = undefined;
    });
    return this.#sending;
  }

  async #sendAll(): Promise<void> {
    while (!this.#isClosed) {
      if (this.#batch.length === 0) this.#batch = await this.#next();
      if (this.#isPaused && this.#waiting.length <= RESUME_AT) {
        this.#isPaused = false;
        this.#options.resume();
      }
      const last = this.#batch.at(-1);
      if (last === undefined || this.#isAhead(last) || !(await this.#sendBatch())) return;
    }
  }

  #isAhead({ trade }: Print): boolean {
    if (!this.#port.market.isAhead(trade.timeUs)) return false;
    this.#trouble('ahead', `trades of ${this.#name} wait until the replay of earlier days is over`);
    return true;
  }

  /** The next batch: what was traded before, then what came live and was not among it. */
  async #next(): Promise<readonly Print[]> {
    const { earlier } = this.#options;
    if (earlier === undefined) return this.#waiting.splice(0, BATCH_MAX);
    if (this.#isBehind) {
      const trades = await earlier.take(BATCH_MAX);
      if (trades.length > 0) return trades.map((trade) => ({ trade, bid: 0, ask: 0 }));
      if (earlier.isStopped) return [];
      this.#isBehind = false;
    }
    let batch: readonly Print[] = [];
    while (batch.length === 0 && this.#waiting.length > 0) {
      const next = this.#waiting.splice(0, BATCH_MAX);
      batch = next.filter(({ trade }) => !earlier.isDouble(trade));
    }
    return batch;
  }

  /** True once the batch is settled; false where it is to be sent again later. */
  async #sendBatch(): Promise<boolean> {
    const batch = this.#batch;
    const sequence = this.#sequence + 1n;
    try {
      const packed = packPrints(batch);
      const outcome = await this.#port.market.ingest({ source: this.#name, sequence, ...packed });
      const code = outcome.ok ? 'taken' : outcome.refusal.code;
      if (code === 'ingest.busy' || code === 'ingest.stopped' || this.#isClosed) return false;
      this.#batch = [];
      // The number is ours alone: repeated means that an attempt which failed was recorded.
      if (code === 'taken' || code === 'ingest.repeated') {
        this.#sequence = sequence;
        this.#told.clear();
        return true;
      }
      this.#drop(batch.length);
      this.#trouble(code, `the market refuses ${this.#name}: ${code}`);
      return true;
    } catch (error) {
      this.#retryMs = performance.now() + RETRY_MS;
      const why = error instanceof Error ? error.message : String(error);
      this.#trouble('failed', `trades of ${this.#name} wait, they were not recorded: ${why}`);
      return false;
    }
  }

  #drop(count: number): void {
    this.dropped += count;
    if (count === 0) return;
    this.#port.market.refuseFrame({ reason: 'dropped', source: this.#name, count });
  }

  #trouble(code: string, text: string): void {
    if (this.#told.has(code)) return;
    this.#told.add(code);
    this.#options.tell(text);
  }
}
