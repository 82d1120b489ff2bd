// A live session over any vendor's stream: it comes back, subscribes again, has its gaps filled.

import { MESSAGE_TOO_LONG, type OpenWebSocket, openWebSocket } from '../../../engine/index.js';
import type { SourceClock } from './clock.js';
import type { LiveDialect, LiveReading } from './dialect.js';
import { Hold } from './hold.js';
import { type Breaker, createBreaker, delayMs } from './patience.js';
import type { RawSink } from './raw.js';
import {
  type LiveCounters,
  type LiveSession,
  type LiveSink,
  type LiveState,
  noLiveCounters,
  type Subscription,
} from './source.js';

/** Longest message taken: a vendor's batch of a busy second. Units: bytes. */
const MESSAGE_BYTES_MAX = 8 * 1024 * 1024;

/** Looks for silence within the time that counts as silence. */
const LOOKS = 4;

/** Pause before the breaker is asked again. Units: milliseconds. */
const BREAKER_MS = 1_000;

/** Takes what a session reads, and knows how what was missed is made good. */
export interface LiveTaker<R> {
  /** The stream begins, or begins again. */
  begin(): void;
  onRecord(record: R): void;
  onAlive(word: Extract<LiveReading, { kind: 'alive' }>): void;
  /** Resolves once nothing is being asked for any more. */
  settled(): Promise<void>;
}

/** What a session gives its taker to work with. */
export interface TakerWorld {
  readonly counters: LiveCounters;
  /** While it is on, what was asked for again waits. */
  readonly hold: Hold;
  /** Whether nobody wants anything any more. */
  readonly isClosed: () => boolean;
}

/** What a session is made of; `R` is what its stream is of. */
export interface LiveSessionOptions<R> {
  readonly dialect: LiveDialect<R>;
  readonly name: string;
  readonly clock: SourceClock;
  readonly subscription: Subscription;
  readonly onState: LiveSink['onState'];
  readonly taker: (world: TakerWorld) => LiveTaker<R>;
  readonly onRaw?: RawSink;
}

/** Opens a session. */
export function openLiveSession<R>(options: LiveSessionOptions<R>): LiveSession {
  return new Session(options);
}

class Session<R> implements LiveSession {
  readonly #options: LiveSessionOptions<R>;
  readonly counters: LiveCounters = noLiveCounters();
  readonly #breaker: Breaker;
  readonly #taker: LiveTaker<R>;
  readonly #timers: (() => void)[] = [];
  #socket: OpenWebSocket | undefined;
  readonly #hold = new Hold();
  #state: LiveState = 'connecting';
  #attempt = 0;
  #heardMs: number;
  #whyClosed = '';

  constructor(options: LiveSessionOptions<R>) {
    this.#options = options;
    const { clock, dialect } = options;
    this.#taker = options.taker({
      counters: this.counters,
      hold: this.#hold,
      isClosed: () => this.#state === 'closed',
    });
    this.#breaker = createBreaker(clock);
    this.#heardMs = clock.elapsedMs();
    this.#timers.push(clock.every(dialect.staleMs / LOOKS, () => this.#lookForSilence()));
    const { keepAlive, renewMs } = dialect;
    if (keepAlive !== undefined) {
      this.#timers.push(clock.every(keepAlive.everyMs, () => this.#send(keepAlive.message())));
    }
    if (renewMs !== undefined) this.#timers.push(clock.every(renewMs, () => this.#renew()));
    this.#connect();
  }

  state(): LiveState {
    return this.#state;
  }

  pause(): void {
    if (this.#isOver || !this.#hold.begin()) return;
    this.counters.pauses++;
    this.#socket?.pause();
  }

  resume(): void {
    if (!this.#hold.end()) return;
    // Nothing was heard because nobody listened.
    this.#heardMs = this.#options.clock.elapsedMs();
    this.#socket?.resume();
  }

  async close(): Promise<void> {
    if (this.#state !== 'failed') this.#enter('closed', 'closed');
    this.#hold.end();
    for (const cancel of this.#timers.splice(0)) cancel();
    this.#socket?.close();
    await this.#taker.settled();
  }

  get #isOver(): boolean {
    return this.#state === 'closed' || this.#state === 'failed';
  }

  #enter(state: LiveState, reason: string): void {
    this.#state = state;
    this.#options.onState?.(state, reason);
  }

  #connect(): void {
    const { dialect, subscription, clock } = this.#options;
    this.#enter('connecting', 'connecting');
    this.counters.connects++;
    this.#heardMs = clock.elapsedMs();
    this.#whyClosed = '';
    const socket = openWebSocket({
      url: dialect.url(subscription),
      ...(dialect.headers === undefined ? {} : { headers: dialect.headers }),
      bytesMax: MESSAGE_BYTES_MAX,
      onOpen: () => {
        this.#enter('greeting', 'connected');
        this.#advance(dialect.begins);
      },
      onMessage: (message) => this.#onMessage(message),
      onAlive: () => {
        this.#heardMs = clock.elapsedMs();
      },
      onClosed: (reason) => {
        if (this.#socket === socket) void this.#onClosed(this.#whyClosed || reason);
      },
    });
    this.#socket = socket;
  }

  #send(message: string): void {
    if (this.#state === 'live' || this.#state === 'greeting') this.#socket?.send(message);
  }

  #renew(): void {
    if (this.#state !== 'live') return;
    const { dialect, subscription } = this.#options;
    for (const message of dialect.subscribe(subscription)) this.#send(message);
  }

  #lookForSilence(): void {
    const { clock, dialect } = this.#options;
    if (this.#isOver || this.#state === 'waiting' || this.#hold.isOn) return;
    if (clock.elapsedMs() - this.#heardMs <= dialect.staleMs) return;
    this.counters.stale++;
    this.#whyClosed = 'silent for too long';
    this.#socket?.close();
  }

  async #onClosed(reason: string): Promise<void> {
    if (this.#isOver) return;
    const { clock } = this.#options;
    if (this.#state !== 'live') this.#breaker.failed();
    const isTooLong = reason === MESSAGE_TOO_LONG;
    if (isTooLong) this.counters.unreadable++;
    this.#enter('waiting', isTooLong ? `sent more than ${MESSAGE_BYTES_MAX} bytes` : reason);
    await clock.sleep(delayMs(this.#attempt++, clock.random));
    while (!this.#isOver && !this.#breaker.allows()) await clock.sleep(BREAKER_MS);
    if (!this.#isOver) this.#connect();
  }

  #onMessage(message: string | Buffer): void {
    if (this.#isOver) return;
    this.counters.messages++;
    const { clock, dialect, name, onRaw } = this.#options;
    this.#heardMs = clock.elapsedMs();
    onRaw?.({ form: 'stream', source: name, message });
    for (const reading of dialect.read(message)) this.#onReading(reading);
  }

  #onReading(reading: LiveReading<R>): void {
    switch (reading.kind) {
      case 'record':
        this.#taker.onRecord(reading.record);
        break;
      case 'greeted':
      case 'ready':
      case 'subscribed':
        this.#advance(reading.kind);
        break;
      case 'alive':
        this.#taker.onAlive(reading);
        break;
      case 'refused':
        this.#onRefused(reading.text, reading.isFinal);
        break;
      case 'unreadable':
        this.counters.unreadable++;
        break;
    }
  }

  #onRefused(text: string, isFinal: boolean): void {
    this.#whyClosed = text;
    if (isFinal) {
      this.#enter('failed', text);
      for (const cancel of this.#timers.splice(0)) cancel();
    }
    this.#socket?.close();
  }

  #advance(to: 'greeted' | 'ready' | 'subscribed'): void {
    const { dialect, subscription } = this.#options;
    if (to === 'greeted' && dialect.login !== undefined) this.#send(dialect.login());
    else if (to === 'subscribed') this.#becomeLive();
    else {
      for (const message of dialect.subscribe(subscription)) this.#send(message);
      if (!dialect.isAcknowledged) this.#becomeLive();
    }
  }

  #becomeLive(): void {
    if (this.#state === 'live') return;
    this.#breaker.succeeded();
    this.#attempt = 0;
    this.#enter('live', 'subscribed');
    // A new connection of a session that is paused: its greeting had to be read.
    if (this.#hold.isOn) this.#socket?.pause();
    this.#taker.begin();
  }
}
