// A live source into the running market: its trades as numbered batches, quotes beside them.

import { type Print, packPrints } from '../adapters/sources/packing.js';
import type { LiveSession, MarketDataSource } from '../adapters/sources/source.js';
import type { SluicePort } from '../app/port.js';

/** Time that trades gather before they go together. Units: milliseconds. */
const GATHER_MS = 5;

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

/** A source that feeds the market. */
export interface SourceFeed {
  readonly session: LiveSession;
  /** Trades that the market did not take: there were too many for it, or it refused them. */
  dropped(): number;
  /** Ends the session and sends what waits, within a deadline; what is left is dropped. */
  close(deadlineMs: number): Promise<void>;
}

/** What a feed needs beside its source. */
export interface SourceFeedOptions {
  readonly symbols: readonly string[];
  /** Told once of each trouble, in words for a person. */
  readonly tell: (text: string) => void;
}

/**
 * Opens a session for symbols and feeds the market with it, under a numbering of the source's own
 * that goes on where the one of an earlier process ended. What was traded between the two is not
 * asked for, and told as such.
 */
export function startSourceFeed(
  port: SluicePort,
  source: MarketDataSource,
  { symbols, tell }: SourceFeedOptions,
): SourceFeed {
  const name = `live-${source.name}`;
  if (port.market.lastSequence(name) > 0n) {
    tell(`source ${source.name} goes on from now: trades since an earlier run are not asked for`);
  }
  const trades = new TradeQueue(port, name, { tell, pause, resume });
  const quotes = new Map<string, { readonly bid: number; readonly ask: number }>();
  const timer = setInterval(() => trades.tick(), GATHER_MS);
  const kinds = source.capabilities.live.filter((kind) => kind !== 'bar');
  const session = source.live!(
    { symbols, kinds },
    {
      onRecord(record) {
        if (record.kind === 'quote') quotes.set(record.symbol, record);
        if (record.kind !== 'trade') return;
        const { bid, ask } = quotes.get(record.symbol) ?? { bid: 0, ask: 0 };
        trades.add({ trade: record, bid, ask });
      },
      onState(state, why) {
        if (state === 'failed') tell(`source ${source.name} has failed: ${why}`);
      },
    },
  );
  function pause(): void {
    if (session.pause === undefined) return;
    session.pause();
    port.market.notePause();
  }
  function resume(): void {
    session.resume?.();
  }
  return {
    session,
    dropped: () => trades.dropped,
    async close(deadlineMs) {
      clearInterval(timer);
      let timeout: NodeJS.Timeout | undefined;
      const deadline = new Promise<void>((resolve) => {
        timeout = setTimeout(resolve, deadlineMs);
      });
      await Promise.race([session.close().then(() => trades.flush()), deadline]);
      clearTimeout(timeout);
      trades.close();
    },
  };
}

/** What a queue does with its source, and whom it tells of trouble. */
interface QueueOptions {
  readonly tell: (text: string) => void;
  readonly pause: () => void;
  readonly resume: () => void;
}

/** Trades on their way into the market, in order, each batch until it has been taken. */
class TradeQueue {
  readonly #port: SluicePort;
  readonly #name: string;
  readonly #options: QueueOptions;
  readonly #waiting: Print[] = [];
  /** Those under way: apart, so that nothing of them is dropped when too many wait. */
  #batch: readonly Print[] = [];
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

  /** Sends what waits, whatever is under way. */
  async flush(): Promise<void> {
    await this.#sending;
    await this.#send();
  }

  close(): void {
    this.#isClosed = true;
    this.#drop(this.#batch.length + this.#waiting.length);
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
      if (this.#batch.length === 0) this.#batch = this.#waiting.splice(0, BATCH_MAX);
      if (this.#isPaused && this.#waiting.length <= RESUME_AT) {
        this.#isPaused = false;
        this.#options.resume();
      }
      if (this.#batch.length === 0 || !(await this.#sendBatch())) return;
    }
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
