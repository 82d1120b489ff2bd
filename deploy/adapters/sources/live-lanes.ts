// The records of a live session, each in the lane of its kind and symbol; what is missed is filled.

import type { SourceClock } from './clock.js';
import type { LiveReading } from './dialect.js';
import { Lane } from './lane.js';
import type { LiveTaker, TakerWorld } from './live-session.js';
import { faultOfRecord, type MarketRecord, type RecordKind } from './record.js';
import type { HistoryRequest, LiveSink, MarketDataSource, Subscription } from './source.js';

/** Reasons of rejected records told apart. */
const REASONS_MAX = 50;

/** Word that a vendor sends in place of records. */
type Alive = Extract<LiveReading, { kind: 'alive' }>;

/** What the lanes of a session work with. */
export interface LiveLanesOptions extends TakerWorld {
  readonly source: Pick<MarketDataSource, 'capabilities' | 'history'>;
  readonly clock: SourceClock;
  readonly subscription: Subscription;
  readonly sink: Pick<LiveSink, 'onRecord'>;
}

/** The lanes of a session. */
export class LiveLanes implements LiveTaker<MarketRecord> {
  readonly #options: LiveLanesOptions;
  readonly #lanes = new Map<string, Lane>();
  /** The last repair of each lane; one follows the other. */
  readonly #repairs = new Map<Lane, Promise<void>>();
  /** When records could first be missed. Units: microseconds. */
  #sinceUs = Number.NaN;

  constructor(options: LiveLanesOptions) {
    this.#options = options;
  }

  /** The stream begins, or begins again: then what was missed meanwhile is asked for. */
  begin(): void {
    const { clock, counters, subscription, source } = this.#options;
    const isFirst = this.#sinceUs !== this.#sinceUs;
    if (isFirst) {
      this.#sinceUs = clock.nowMs() * 1000;
      return;
    }
    for (const kind of subscription.kinds) {
      const canRepair = source.capabilities.repair.includes(kind);
      // A quote replaces the one before: what was missed of them leaves no hole.
      if (!canRepair && kind !== 'quote') counters.holes++;
      if (!canRepair) continue;
      for (const symbol of subscription.symbols) this.#repair(this.#laneOf(kind, symbol), kind);
    }
  }

  /** Takes a record in: refused, unwanted, or in its place. */
  onRecord(record: MarketRecord): void {
    const { counters, source, subscription } = this.#options;
    counters.received++;
    const fault = faultOfRecord(record);
    if (fault !== undefined) {
      this.#reject(fault);
      return;
    }
    const isWanted =
      subscription.symbols.includes(record.symbol) && subscription.kinds.includes(record.kind);
    if (!isWanted) {
      counters.unwanted++;
      return;
    }
    const lane = this.#laneOf(record.kind, record.symbol);
    if (!lane.take(record)) return;
    if (source.capabilities.repair.includes(record.kind)) this.#repair(lane, record.kind);
    else lane.endRepair();
  }

  /** The vendor tells how far it is: what it has sent and we have not seen is missing. */
  onAlive({ symbol, sequence }: Alive): void {
    if (symbol === undefined || sequence === undefined) return;
    if (!this.#options.subscription.kinds.includes('trade')) return;
    if (!this.#options.subscription.symbols.includes(symbol)) return;
    const lane = this.#laneOf('trade', symbol);
    if (lane.lastSequence !== lane.lastSequence) lane.lastSequence = sequence;
    else if (sequence > lane.lastSequence && !lane.isRepairing) this.#repair(lane, 'trade');
  }

  /** Resolves once nothing is being asked for any more. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#repairs.values());
  }

  #reject(fault: string): void {
    const reasons = this.#options.counters.rejectedByReason;
    const isKnown = reasons[fault] !== undefined || Object.keys(reasons).length < REASONS_MAX;
    const name = isKnown ? fault : 'others';
    reasons[name] = (reasons[name] ?? 0) + 1;
  }

  #laneOf(kind: RecordKind, symbol: string): Lane {
    const key = `${kind}|${symbol}`;
    let lane = this.#lanes.get(key);
    if (lane === undefined) {
      lane = new Lane({
        symbol,
        isNumbered: this.#options.source.capabilities.isNumbered && kind === 'trade',
        counters: this.#options.counters,
        deliver: (record) => this.#options.sink.onRecord(record),
      });
      this.#lanes.set(key, lane);
    }
    return lane;
  }

  #repair(lane: Lane, kind: RecordKind): void {
    if (!lane.isRepairing) lane.beginRepair();
    const before = this.#repairs.get(lane) ?? Promise.resolve();
    const repair = before
      .then(() => this.#ask(lane, kind))
      .finally(() => {
        if (this.#repairs.get(lane) !== repair) return;
        this.#repairs.delete(lane);
        lane.endRepair();
      });
    this.#repairs.set(lane, repair);
  }

  async #ask(lane: Lane, kind: RecordKind): Promise<void> {
    const { source, clock, counters, hold, isClosed } = this.#options;
    const fromUs = lane.lastUs === lane.lastUs ? lane.lastUs : this.#sinceUs;
    const { timeStepUs } = source.capabilities;
    const request: HistoryRequest = {
      kind,
      every: '1m',
      symbol: lane.symbol,
      // From the start of the coarsest step: the last record's neighbours in it may be missing.
      fromUs: Math.floor(fromUs / timeStepUs) * timeStepUs,
      toUs: clock.nowMs() * 1000 + timeStepUs,
      ...(lane.lastSequence === lane.lastSequence ? { afterSequence: lane.lastSequence } : {}),
    };
    for await (const page of source.history(request)) {
      await hold.over();
      if (isClosed()) return;
      if (!page.ok) {
        // Where records are numbered it is counted when one shows that there is a hole, once.
        if (!lane.seesHoles) counters.holes++;
        return;
      }
      for (const [reason, count] of Object.entries(page.value.rejectedByReason)) {
        counters.received += count;
        for (let times = 0; times < count; times++) this.#reject(reason);
      }
      for (const record of page.value.records) {
        counters.received++;
        lane.takeRepaired(record);
      }
    }
  }
}
