// Streams a topic to a gRPC client: a snapshot, then changes no faster than it reads.

import type { Outlet } from '../../engine/index.js';
import type { SluicePort, Topic } from '../app/port.js';

/** Longest interval a watcher may ask for. Units: milliseconds. */
const INTERVAL_MS_MAX = 60_000;

/** Topics that follow the clock rather than events are looked at this often. */
const POLL_MS: Partial<Readonly<Record<Topic, number>>> = { actors: 500, books: 20 };

/** What a topic has to say since a stamp. */
export interface Reading<Message> {
  readonly message: Message;
  readonly stamp: number;
  /** True where nothing has changed: then nothing is sent but the first time. */
  readonly isEmpty: boolean;
}

/** What to watch, how often, and how to read it. */
export interface Watched<Message> {
  readonly topic: Topic;
  /** Least time between two messages. Units: milliseconds. */
  readonly intervalMs: number;
  /** Reads what has changed since `stamp`, which is -1 the first time. */
  readonly read: (stamp: number) => Reading<Message>;
}

/**
 * A snapshot, then what has changed, no faster than the interval and than the client reads. What
 * changes meanwhile is conflated: the next message holds the latest values only.
 */
export async function watch<Message>(
  port: SluicePort,
  outlet: Outlet<Message>,
  { topic, intervalMs, read }: Watched<Message>,
): Promise<void> {
  const pauseMs = Math.min(INTERVAL_MS_MAX, intervalMs);
  let wake = (): void => {};
  let isDirty = true;
  const onChange = (): void => {
    isDirty = true;
    wake();
  };
  const unsubscribe = port.onChange(topic, onChange);
  const pollMs = POLL_MS[topic];
  const timer = pollMs === undefined ? undefined : setInterval(onChange, pollMs);
  const forget = outlet.onClosed(() => wake());
  port.clients.opened();
  try {
    for (let stamp = -1; !outlet.isClosed(); ) {
      if (!isDirty) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        continue;
      }
      isDirty = false;
      const { message, stamp: next, isEmpty } = read(stamp);
      const isFirst = stamp === -1;
      stamp = next;
      if (isEmpty && !isFirst) continue;
      if (!(await outlet.send(message))) return;
      await pause(outlet, pauseMs);
    }
  } finally {
    forget();
    clearInterval(timer);
    unsubscribe();
    port.clients.closed();
  }
}

/** Waits, but no longer than the client stays. */
function pause(outlet: Outlet<never>, ms: number): Promise<void> {
  return new Promise((resolve) => {
    let forget = (): void => {};
    const done = (): void => {
      clearTimeout(timer);
      forget();
      resolve();
    };
    const timer = setTimeout(done, ms);
    forget = outlet.onClosed(done);
  });
}
