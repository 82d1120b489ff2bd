// Starts book actors over captures or a live source, and joins them to a system.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Instrument } from '../../actors/microstructure/index.js';
import type { Fault } from '../../engine/index.js';
import type { SourceClock } from '../adapters/sources/clock.js';

import type { BookMarket, LiveState, SourceBooks } from '../adapters/sources/source.js';
import type { System } from '../app/system.js';
import { BookPart } from '../app/views/book-part.js';
import { BookShards } from './book-shards.js';
import { type Capture, CaptureFeed, SAMPLE_CAPTURES } from './capture-feed.js';
import { instrumentOf, LiveBookFeed } from './live-feed.js';

/** How books are started, whatever feeds them. */
interface ShardOptions {
  readonly shardCount: number;
  readonly onReplaced: (fault: Fault) => void;
  /** The books ended: their captures could not be read, or their threads died too often. */
  readonly onStopped: (error: unknown) => void;
}

/** How captured books are started. */
export interface StartBooksOptions extends ShardOptions {
  readonly captures?: readonly Capture[];
  /** Times as fast as it was; 0 for as fast as it goes. */
  readonly pace: number;
}

/** How live books are started. */
export interface StartLiveBooksOptions extends ShardOptions {
  readonly source: SourceBooks;
  readonly markets: readonly BookMarket[];
  readonly clock: SourceClock;
  readonly onState: (state: LiveState, reason: string) => void;
}

/** What feeds books. */
interface BookFeed {
  /** Books have lost what they knew, and are to have it again. */
  rewind(): void;
  stop(): void | Promise<void>;
  /** What it has done. */
  counters(): Readonly<Record<string, number>>;
}

/** Running books and what feeds them. */
export interface RunningBooks<F extends BookFeed = BookFeed> {
  readonly shards: BookShards;
  readonly feed: F;
  /** Resolves at the end of what is sent; absent where there is none. */
  readonly finished?: Promise<void>;
  close(deadlineMs: number): Promise<void>;
}

/** Running books of captures. */
export interface CapturedBooks extends RunningBooks<CaptureFeed> {
  /** Resolves at the end of the captures. Errors: those of `CaptureFeed.run`. */
  readonly finished: Promise<void>;
}

/** Starts the shards and the feed of captures, and shows the books in the system. */
export function startBooks(system: System, options: StartBooksOptions): CapturedBooks {
  const { captures = SAMPLE_CAPTURES, pace, onStopped } = options;
  const instruments = captures.map(({ instrument }) => instrument);
  const books = start(system, instruments, options, (shards) => {
    return new CaptureFeed({ captures, shards, pace, onFailed: onStopped });
  });
  const finished = books.feed.run();
  // Whoever waits sees it; nobody may, and it must not end the process then.
  finished.catch(() => {});
  return { ...books, finished };
}

/** Starts the shards and the feed of a live source, and shows the books in the system. */
export function startLiveBooks(
  system: System,
  options: StartLiveBooksOptions,
): RunningBooks<LiveBookFeed> {
  const instruments = options.markets.map(instrumentOf);
  return start(system, instruments, options, (shards) => new LiveBookFeed({ ...options, shards }));
}

function start<F extends BookFeed>(
  system: System,
  instruments: readonly Instrument[],
  options: ShardOptions,
  feedOf: (shards: BookShards) => F,
): RunningBooks<F> {
  const shards = new BookShards({
    instruments,
    shardCount: Math.min(options.shardCount, instruments.length),
    onReplaced: (fault) => {
      feed.rewind();
      options.onReplaced(fault);
    },
    onGivenUp: (fault) => {
      void feed.stop();
      options.onStopped(fault);
    },
  });
  const feed = feedOf(shards);
  system.attachBooks(new BookPart(shards, () => feed.counters()));
  return {
    shards,
    feed,
    close: async (deadlineMs) => {
      // A source may still be asking for a book: what comes of it, nobody wants.
      await Promise.race([feed.stop(), sleep(deadlineMs, undefined, { ref: false })]);
      await shards.close(deadlineMs);
    },
  };
}
