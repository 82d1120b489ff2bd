// One topic's subscriptions: told together, each no faster than it asked for and than it reads.

import { createHash } from 'node:crypto';
import { type Refusal, refusal, type SocketClient } from '../../engine/index.js';
import type { Answer, SluicePort, Topic } from '../app/port.js';
import { RoundMemory } from './round-memory.js';
import { errorMessage, type Form, SharedPayload } from './topic-message.js';
import { readTopic } from './topic-reading.js';

/** Topics that follow the clock rather than events are looked at this often. */
const POLL_MS: Partial<Readonly<Record<Topic, number>>> = {
  actors: 500,
  feed: 200,
  books: 20,
};

/** Longest interval a client may ask for. Units: milliseconds. */
const INTERVAL_MS_MAX = 60_000;

/**
 * Deltas of one interval leave at the multiples of it, so that clients who ask for the same are
 * told the same at once. One that is told late may have the next this share of an interval sooner.
 */
const EARLY_SHARE = 0.25;

/** What a client asked for. */
export interface Wish {
  readonly client: SocketClient;
  /** The form of the client's latest message. */
  readonly form: () => Form;
  readonly keys: readonly string[];
  readonly intervalMs: number;
}

/** One client's subscription to a topic. */
export interface Subscription extends Wish {
  /** The same for all who asked for the same keys. */
  readonly group: string;
  sequence: number;
  stamp: number;
  /** Version of the channel that the client has been told of. */
  seen: number;
  /** Units: milliseconds of the monotonic clock. */
  dueMs: number;
}

/** What the channels have done, over all topics. */
export interface TopicCounters {
  /** Messages sent. */
  sent: number;
  /** Messages whose payload had been encoded for another client already. */
  shared: number;
  /** Reads and messages that failed with a bug. */
  failed: number;
}

/** What all channels of a server share. */
export interface ChannelContext {
  readonly port: SluicePort;
  readonly counters: TopicCounters;
  readonly onBug: (where: string, error: unknown) => void;
}

interface Shared {
  readonly payload: SharedPayload | undefined;
  readonly stamp: number;
}

/** Watches a topic while anyone is subscribed to it. */
export class TopicChannel {
  readonly topic: Topic;
  readonly #context: ChannelContext;
  readonly #subscriptions = new Set<Subscription>();
  /**
   * What was read in this round, by group and stamp. Each round has a map of its own: one that is
   * emptied links what it held to all that it will hold, and once a part of that chain is old, the
   * collector of the young keeps the rest of it, millions of bytes a second.
   */
  #read = new Map<string, Answer<Shared>>();
  /** What was read is encoded into it. */
  readonly #memory = new RoundMemory();
  #version = 1;
  #unsubscribe: (() => void) | undefined;
  #timer: NodeJS.Timeout | undefined;
  #timerMs = Number.POSITIVE_INFINITY;

  constructor(topic: Topic, context: ChannelContext) {
    this.topic = topic;
    this.#context = context;
  }

  /** Subscribes a client and tells it everything. */
  add(wish: Wish): Subscription {
    const keys = [...new Set(wish.keys)];
    const subscription: Subscription = {
      ...wish,
      keys,
      group: groupOf(keys),
      intervalMs: Math.min(INTERVAL_MS_MAX, wish.intervalMs),
      sequence: 0,
      stamp: 0,
      seen: 0,
      dueMs: 0,
    };
    this.#subscriptions.add(subscription);
    this.#unsubscribe ??= this.#listen();
    this.flush(subscription);
    return subscription;
  }

  /** Forgets a subscription; the last one to go ends the watching. */
  remove(subscription: Subscription): void {
    this.#subscriptions.delete(subscription);
    if (this.#subscriptions.size > 0) return;
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
    this.#wakeAt(Number.POSITIVE_INFINITY);
  }

  /** Tells one client what it has missed, as soon as it may be told. */
  flush(subscription: Subscription): void {
    this.#beginRound();
    const dueMs = this.#flush(subscription, performance.now());
    if (dueMs < this.#timerMs) this.#wakeAt(dueMs);
  }

  #listen(): () => void {
    const onChange = (): void => {
      this.#version++;
      this.#round();
    };
    const pollMs = POLL_MS[this.topic];
    if (pollMs === undefined) return this.#context.port.onChange(this.topic, onChange);
    const timer = setInterval(onChange, pollMs);
    return () => clearInterval(timer);
  }

  #beginRound(): void {
    this.#read = new Map();
    this.#memory.begin();
  }

  #round(): void {
    this.#beginRound();
    const nowMs = performance.now();
    let nextMs = Number.POSITIVE_INFINITY;
    for (const subscription of this.#subscriptions) {
      nextMs = Math.min(nextMs, this.#flush(subscription, nowMs));
    }
    this.#wakeAt(nextMs);
  }

  #wakeAt(timeMs: number): void {
    if (timeMs === this.#timerMs) return;
    clearTimeout(this.#timer);
    this.#timerMs = timeMs;
    if (timeMs === Number.POSITIVE_INFINITY) return;
    // Rounded up, for a timer that comes early would find nothing due.
    const waitMs = Math.max(1, Math.ceil(timeMs - performance.now()));
    this.#timer = setTimeout(() => {
      this.#timerMs = Number.POSITIVE_INFINITY;
      this.#round();
    }, waitMs);
  }

  /** Tells a client if it may be told now; returns when to look again. */
  #flush(subscription: Subscription, nowMs: number): number {
    const { client, intervalMs, form } = subscription;
    if (subscription.seen === this.#version) return Number.POSITIVE_INFINITY;
    if (subscription.dueMs > nowMs) return subscription.dueMs;
    // A client without room is flushed when it has drained.
    if (!client.hasRoom()) return Number.POSITIVE_INFINITY;
    subscription.seen = this.#version;
    const answer = this.#readFor(subscription);
    if (!answer.ok) {
      const { code, text } = answer.refusal;
      this.remove(subscription);
      client.send(errorMessage(form(), this.topic, code, text));
      return Number.POSITIVE_INFINITY;
    }
    subscription.stamp = answer.value.stamp;
    if (answer.value.payload === undefined) return Number.POSITIVE_INFINITY;
    subscription.sequence++;
    if (intervalMs > 0) {
      const slot = Math.ceil(nowMs / intervalMs + 1 - EARLY_SHARE);
      subscription.dueMs = slot * intervalMs;
    }
    this.#context.counters.sent++;
    const { sequence } = subscription;
    try {
      client.send(answer.value.payload.message(form(), { topic: this.topic, sequence }));
    } catch (error) {
      // What can't be written must end one subscription: a timer above would end the process.
      const { code, text } = this.#bug(error);
      this.remove(subscription);
      client.send(errorMessage(form(), this.topic, code, text));
    }
    return Number.POSITIVE_INFINITY;
  }

  #readFor({ group, keys, stamp }: Subscription): Answer<Shared> {
    const id = `${stamp} ${group}`;
    const known = this.#read.get(id);
    if (known !== undefined) {
      this.#context.counters.shared++;
      return known;
    }
    const answer = this.#readNow(keys, stamp);
    this.#read.set(id, answer);
    return answer;
  }

  #readNow(keys: readonly string[], stamp: number): Answer<Shared> {
    try {
      const answer = readTopic(this.#context.port, this.topic, keys, stamp);
      if (!answer.ok) return answer;
      if (answer.value === undefined) return { ok: true, value: { payload: undefined, stamp } };
      const payload = new SharedPayload(answer.value, this.#memory);
      return { ok: true, value: { payload, stamp: answer.value.stamp } };
    } catch (error) {
      return { ok: false, refusal: this.#bug(error) };
    }
  }

  #bug(error: unknown): Refusal {
    this.#context.counters.failed++;
    this.#context.onBug(`topic ${this.topic}`, error);
    const text = `expected to read ${this.topic}, it failed; the log of the server says why`;
    return refusal('gateway.internal', text);
  }
}

function groupOf(keys: readonly string[]): string {
  return keys.length === 0 ? '' : createHash('sha256').update(keys.join(',')).digest('base64');
}
