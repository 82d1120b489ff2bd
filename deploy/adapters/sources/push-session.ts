// Live sessions that peers push to: numbered batches of packed prints, each loss counted.

import { PACKED_PRINT } from '../../../proto/frames/market.js';
import { addSkipped, SKIPPED_MAX, skippedBefore } from '../../app/feed/numbering.js';
import type { IngestBatch, IngestOutcome } from '../../app/port.js';
import { faultOfRecord, type MarketRecord } from './record.js';
import { type LiveCounters, type LiveSink, noLiveCounters, type Subscription } from './source.js';

/** Peers whose numbering is remembered. */
const PEERS_MAX = 1_000;

/** Takes batches of any number of peers. */
export class PushSession {
  readonly counters: LiveCounters = noLiveCounters();
  readonly #subscription: Subscription;
  readonly #sink: LiveSink;
  readonly #sequences = new Map<string, bigint>();

  constructor(subscription: Subscription, sink: LiveSink) {
    this.#subscription = subscription;
    this.#sink = sink;
  }

  /** Counts a frame that is none. */
  refuse(): void {
    this.counters.messages++;
    this.counters.unreadable++;
  }

  /**
   * Takes a batch; one whose number was seen is left out, numbers that are skipped are counted.
   * Answers what became of its prints, each of which may have been two records.
   */
  take({ source, sequence, symbols, prints }: IngestBatch): IngestOutcome {
    const { counters } = this;
    counters.messages++;
    const rows = prints.byteLength / PACKED_PRINT.bytes;
    const last = this.#sequences.get(source);
    const isKnown = last !== undefined || this.#sequences.size < PEERS_MAX;
    const skipped = skippedBefore(last, sequence);
    if (!isKnown || !Number.isInteger(rows) || skipped > SKIPPED_MAX) {
      counters.unreadable++;
      return { accepted: 0, rejectedByReason: { unreadable: Math.ceil(rows) }, gaps: 0 };
    }
    if (skipped < 0n) {
      counters.received += rows;
      counters.duplicates += rows;
      return { accepted: 0, rejectedByReason: { repeated: rows }, gaps: 0 };
    }
    counters.gaps = addSkipped(counters.gaps, skipped);
    if (skipped > 0n) counters.holes++;
    this.#sequences.set(source, sequence);
    const view = new DataView(prints.buffer, prints.byteOffset, prints.byteLength);
    const rejectedByReason: Record<string, number> = {};
    let accepted = 0;
    for (let at = 0; at < prints.byteLength; at += PACKED_PRINT.bytes) {
      const reason = this.#print(view, at, symbols);
      if (reason === undefined) accepted++;
      else rejectedByReason[reason] = (rejectedByReason[reason] ?? 0) + 1;
    }
    return { accepted, rejectedByReason, gaps: Number(skipped) };
  }

  /** Gives a print's records on; why it was not taken: a fault in one, or nobody wants any. */
  #print(view: DataView, at: number, symbols: readonly string[]): string | undefined {
    const value = (offset: number): number => view.getFloat64(at + offset, true);
    const symbol = symbols[view.getUint32(at + PACKED_PRINT.symbolIndex, true)] ?? '';
    const timeUs = value(PACKED_PRINT.timeUs);
    const [bid, ask] = [value(PACKED_PRINT.bid), value(PACKED_PRINT.ask)];
    const sequence = Number.NaN;
    const before = this.counters.delivered;
    let fault: string | undefined;
    if (bid > 0 || ask > 0) {
      const sizes = { bidSize: 0, askSize: 0 };
      fault = this.#give({ kind: 'quote', symbol, timeUs, bid, ask, ...sizes, sequence });
    }
    const [price, size] = [value(PACKED_PRINT.price), value(PACKED_PRINT.size)];
    const common = { symbol, timeUs, sequence, id: '', conditions: '' };
    fault = this.#give({ kind: 'trade', ...common, price, size }) ?? fault;
    return fault ?? (this.counters.delivered === before ? 'unwanted' : undefined);
  }

  /** Gives a record on, if it is wanted; returns what is wrong with it. */
  #give(record: MarketRecord): string | undefined {
    const { counters } = this;
    counters.received++;
    const fault = faultOfRecord(record);
    if (fault !== undefined) {
      counters.rejectedByReason[fault] = (counters.rejectedByReason[fault] ?? 0) + 1;
      return fault;
    }
    const { symbols, kinds } = this.#subscription;
    if (!symbols.includes(record.symbol) || !kinds.includes(record.kind)) {
      counters.unwanted++;
      return undefined;
    }
    counters.delivered++;
    this.#sink.onRecord(record);
    return undefined;
  }
}
