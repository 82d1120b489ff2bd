// Starts book actors over the captures of the sample and joins them to a system.

import type { Fault } from '../../engine/index.js';
import type { System } from '../app/system.js';
import { BookPart } from '../app/views/book-part.js';
import { BookShards } from './book-shards.js';
import { type Capture, CaptureFeed, SAMPLE_CAPTURES } from './capture-feed.js';

/** How books are started. */
export interface StartBooksOptions {
  readonly captures?: readonly Capture[];
  /** Times as fast as it was; 0 for as fast as it goes. */
  readonly pace: number;
  readonly shardCount: number;
  readonly onReplaced: (fault: Fault) => void;
  /** The books ended after their captures had been sent once, or for their threads' deaths. */
  readonly onStopped: (error: unknown) => void;
}

/** Running books. */
export interface RunningBooks {
  readonly shards: BookShards;
  readonly feed: CaptureFeed;
  /** Resolves at the end of the captures. Errors: those of `CaptureFeed.run`. */
  readonly finished: Promise<void>;
  close(deadlineMs: number): Promise<void>;
}

/** Starts the shards and the feed, and shows the books in the system. */
export function startBooks(system: System, options: StartBooksOptions): RunningBooks {
  const { captures = SAMPLE_CAPTURES, pace, shardCount } = options;
  const shards = new BookShards({
    instruments: captures.map(({ instrument }) => instrument),
    shardCount: Math.min(shardCount, captures.length),
    onReplaced: (fault) => {
      feed.rewind();
      options.onReplaced(fault);
    },
    onGivenUp: (fault) => {
      feed.stop();
      options.onStopped(fault);
    },
  });
  const feed = new CaptureFeed({ captures, shards, pace, onFailed: options.onStopped });
  system.attachBooks(new BookPart(shards));
  const finished = feed.run();
  // Whoever waits sees it; nobody may, and it must not end the process then.
  finished.catch(() => {});
  return {
    shards,
    feed,
    finished,
    close: async (deadlineMs) => {
      feed.stop();
      await shards.close(deadlineMs);
    },
  };
}
