// Two sources as one: where the first goes away the second takes over, without a hole or a double.

import type { Answer } from '../../app/port.js';
import type { SourceClock } from './clock.js';
import { likenessOf, type MarketRecord, type RecordKind } from './record.js';
import {
  addCounters,
  type HistoryPage,
  type HistoryRequest,
  type LiveSession,
  type LiveSink,
  type LiveState,
  type MarketDataSource,
  noLiveCounters,
  type SessionView,
  type Subscription,
} from './source.js';

/** How long the first may be away before the second is asked. Units: milliseconds. */
const AWAY_MS = 3_000;

/** Records remembered for telling doubles: minutes of a busy market. */
const KEYS_MAX = 200_000;

/** Which of the two. */
type Side = 'primary' | 'secondary';

/** Records of the second that may wait while it is asked for what was missed. */
const HELD_MAX = 50_000;

/** What is known of equal records: how many each side gave, and how many went on. */
interface Seen {
  primary: number;
  secondary: number;
  delivered: number;
}

/** The two, and the clock they wait by. */
export interface FailoverOptions {
  readonly primary: MarketDataSource;
  readonly secondary: MarketDataSource;
  readonly clock: SourceClock;
  /** The other one feeds now. */
  readonly onSwitch?: (active: string) => void;
}

/** A session that is fed by one of two sources. */
export interface FailoverSession extends LiveSession {
  /** Which feeds it now. */
  active(): Side;
  /** Times that the second took over. */
  switches(): number;
}

/**
 * Two sources of one tape as one: live from the first, from the second while the first is away. So
 * is the past: the second is asked where the first gives none of it.
 */
export function failoverSource(options: FailoverOptions): MarketDataSource {
  const { primary, secondary } = options;
  const both = (kind: RecordKind): boolean => secondary.capabilities.live.includes(kind);
  return {
    name: `${primary.name}-or-${secondary.name}`,
    capabilities: {
      ...primary.capabilities,
      live: primary.capabilities.live.filter(both),
      timeStepUs: stepOf(options),
    },
    history: (request) => historyOf(options, request),
    live: (subscription, sink) => openFailover(options, subscription, sink),
  };
}

/** The coarser step of both. Units: microseconds. */
function stepOf({ primary, secondary }: FailoverOptions): number {
  return Math.max(primary.capabilities.timeStepUs, secondary.capabilities.timeStepUs);
}

async function* historyOf(
  { primary, secondary }: FailoverOptions,
  request: HistoryRequest,
): AsyncGenerator<Answer<HistoryPage>, void> {
  let isFirst = true;
  for await (const page of primary.history(request)) {
    if (!page.ok && isFirst && secondary.capabilities.history.includes(request.kind)) {
      yield* secondary.history(request);
      return;
    }
    isFirst = false;
    yield page;
  }
}

/**
 * Opens a session of both. Vendors name a trade differently, so two records are the same where
 * symbol, price, size and time agree, the time to the coarser step of both; the second of two equal
 * trades is another trade if either side gives two. Both must carry the same tape.
 */
function openFailover(
  options: FailoverOptions,
  subscription: Subscription,
  sink: LiveSink,
): FailoverSession {
  return new Failover(options, subscription, sink);
}

class Failover implements FailoverSession {
  readonly #options: FailoverOptions;
  readonly #subscription: Subscription;
  readonly #sink: LiveSink;
  readonly counters = noLiveCounters();
  readonly #stepUs: number;
  readonly #seen = new Map<string, Seen>();
  /** Event time of the last record handed on, by symbol and kind. Units: microseconds. */
  readonly #lastUs = new Map<string, number>();
  readonly #startUs: number;
  readonly #primary: LiveSession;
  #secondary: LiveSession | undefined;
  #filling: Promise<void> = Promise.resolve();
  /** What the second sends while it is asked for what came before. */
  #held: MarketRecord[] | undefined;
  /** Sessions of the second that may still count something, and what those before them did. */
  readonly #secondaries = new Set<LiveSession>();
  readonly #earlier = noLiveCounters();
  #switches = 0;
  #isPaused = false;
  #isClosed = false;

  constructor(options: FailoverOptions, subscription: Subscription, sink: LiveSink) {
    this.#options = options;
    this.#subscription = subscription;
    this.#sink = sink;
    const { primary, clock } = options;
    this.#startUs = clock.nowMs() * 1000;
    this.#stepUs = stepOf(options);
    this.#primary = primary.live!(subscription, {
      onRecord: (record) => this.#take(record, 'primary'),
      onState: (state, reason) => this.#onPrimary(state, reason),
    });
  }

  active(): Side {
    return this.#secondary === undefined ? 'primary' : 'secondary';
  }

  switches(): number {
    return this.#switches;
  }

  state(): LiveState {
    return (this.#secondary ?? this.#primary).state();
  }

  parts(): ReadonlyMap<string, SessionView> {
    const counters = noLiveCounters();
    addCounters(counters, this.#earlier);
    for (const session of this.#secondaries) addCounters(counters, session.counters);
    const { primary, secondary } = this.#options;
    const state = (): LiveState => this.#secondary?.state() ?? 'closed';
    return new Map<string, SessionView>([
      [primary.name, this.#primary],
      [secondary.name, { counters, state }],
    ]);
  }

  pause(): void {
    if (this.#isPaused) return;
    this.#isPaused = true;
    this.counters.pauses++;
    this.#primary.pause?.();
    this.#secondary?.pause?.();
  }

  resume(): void {
    this.#isPaused = false;
    this.#primary.resume?.();
    this.#secondary?.resume?.();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#primary.close();
    await this.#secondary?.close();
    await this.#filling;
  }

  #onPrimary(state: LiveState, reason: string): void {
    this.#sink.onState?.(state, `primary: ${reason}`);
    if (state === 'waiting' || state === 'failed') void this.#takeOver(state);
    // Its own session asks for what it missed before it lets go what comes.
    else if (state === 'live') void this.#giveBack();
  }

  async #takeOver(state: LiveState): Promise<void> {
    const { clock, secondary } = this.#options;
    // Also where it failed at once, before there was a session of it.
    await clock.sleep(state === 'waiting' ? AWAY_MS : 0);
    const isBack = this.#primary.state() === 'live';
    if (this.#isClosed || isBack || this.#secondary !== undefined) return;
    this.#switches++;
    this.#options.onSwitch?.(secondary.name);
    this.#held = [];
    let isAsked = false;
    this.#secondary = secondary.live!(this.#subscription, {
      onRecord: (record) => this.#hold(record),
      onState: (next, reason) => {
        this.#sink.onState?.(next, `secondary: ${reason}`);
        // Once: what it misses later its own session asks for.
        if (next !== 'live' || isAsked) return;
        isAsked = true;
        this.#filling = this.#fill().finally(() => this.#letGo());
      },
    });
    this.#secondaries.add(this.#secondary);
    if (this.#isPaused) this.#secondary.pause?.();
  }

  #hold(record: MarketRecord): void {
    if (this.#held === undefined) {
      this.#take(record, 'secondary');
      return;
    }
    this.#held.push(record);
    if (this.#held.length <= HELD_MAX) return;
    this.counters.holes++;
    this.#letGo();
  }

  #letGo(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const record of held) this.#take(record, 'secondary');
  }

  async #giveBack(): Promise<void> {
    const secondary = this.#secondary;
    if (secondary === undefined) return;
    // Until what was being asked for has come: it may be all there is of some seconds.
    await this.#filling;
    if (this.#primary.state() !== 'live' || this.#secondary !== secondary) return;
    this.#secondary = undefined;
    this.#options.onSwitch?.(this.#options.primary.name);
    await secondary.close();
    this.#secondaries.delete(secondary);
    addCounters(this.#earlier, secondary.counters);
  }

  /** Asks the second for what was missed since the last record of the first. */
  async #fill(): Promise<void> {
    for (const kind of this.#subscription.kinds) {
      if (kind === 'quote') continue;
      for (const symbol of this.#subscription.symbols) await this.#fillOne(kind, symbol);
    }
  }

  async #fillOne(kind: RecordKind, symbol: string): Promise<void> {
    const { secondary, clock } = this.#options;
    if (!secondary.capabilities.history.includes(kind)) {
      this.counters.holes++;
      return;
    }
    const lastUs = this.#lastUs.get(`${kind}|${symbol}`) ?? this.#startUs;
    const fromUs = Math.floor(lastUs / this.#stepUs) * this.#stepUs;
    const toUs = clock.nowMs() * 1000 + this.#stepUs;
    const asked = new Map<string, number>();
    for await (const page of secondary.history({ kind, every: '1m', symbol, fromUs, toUs })) {
      if (!page.ok) {
        this.counters.holes++;
        return;
      }
      this.counters.repaired += page.value.records.length;
      for (const record of page.value.records) this.#takeAsked(record, asked);
    }
  }

  /** What was asked for comes beside what is sent: it is counted for itself. */
  #takeAsked(record: MarketRecord, asked: Map<string, number>): void {
    if (record.kind === 'quote') return;
    this.counters.received++;
    const key = likenessOf(record, this.#stepUs);
    const count = (asked.get(key) ?? 0) + 1;
    asked.set(key, count);
    this.#pass(record, this.#seenOf(key), count);
  }

  #take(record: MarketRecord, side: Side): void {
    const { counters } = this;
    counters.received++;
    if (record.kind === 'quote') {
      if (side !== this.active()) counters.unwanted++;
      else this.#deliver(record);
      return;
    }
    const seen = this.#seenOf(likenessOf(record, this.#stepUs));
    seen[side]++;
    this.#pass(record, seen, seen[side]);
  }

  #seenOf(key: string): Seen {
    let seen = this.#seen.get(key);
    if (seen === undefined) {
      seen = { primary: 0, secondary: 0, delivered: 0 };
      this.#seen.set(key, seen);
      if (this.#seen.size > KEYS_MAX) this.#seen.delete(this.#seen.keys().next().value ?? '');
    }
    return seen;
  }

  /** Hands on the `count`th of equal records where fewer have gone on. */
  #pass(record: MarketRecord, seen: Seen, count: number): void {
    if (count <= seen.delivered) {
      this.counters.duplicates++;
      return;
    }
    seen.delivered++;
    this.#deliver(record);
  }

  #deliver(record: MarketRecord): void {
    this.counters.delivered++;
    const lane = `${record.kind}|${record.symbol}`;
    const lastUs = this.#lastUs.get(lane) ?? 0;
    if (record.timeUs > lastUs) this.#lastUs.set(lane, record.timeUs);
    this.#sink.onRecord(record);
  }
}
