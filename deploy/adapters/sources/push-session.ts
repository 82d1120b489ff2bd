// Live sessions that peers push to: numbered batches of packed prints, each loss counted.

import { PACKED_PRINT } from '../../../proto/frames/market.js';
import type { IngestBatch } from '../../app/port.js';
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

  /** Takes a batch; one whose number was seen is left out, numbers that are skipped are counted. */
  take({ source, sequence, symbols, prints }: IngestBatch): void {
    const { counters } = this;
    counters.messages++;
    const rows = prints.byteLength / PACKED_PRINT.bytes;
    const last = this.#sequences.get(source);
    const isKnown = last !== undefined || this.#sequences.size < PEERS_MAX;
    if (!isKnown || !Number.isInteger(rows)) {
      counters.unreadable++;
      return;
    }
    if (last !== undefined && sequence <= last) {
      counters.received += rows;
      counters.duplicates += rows;
      return;
    }
    const skipped = Number(sequence - (last ?? sequence - 1n) - 1n);
    counters.gaps += skipped;
    if (skipped > 0) counters.holes++;
    this.#sequences.set(source, sequence);
    const view = new DataView(prints.buffer, prints.byteOffset, prints.byteLength);
    for (let at = 0; at < prints.byteLength; at += PACKED_PRINT.bytes) {
      this.#print(view, at, symbols);
    }
  }

  #print(view: DataView, at: number, symbols: readonly string[]): void {
    const value = (offset: number): number => view.getFloat64(at + offset, true);
    const symbol = symbols[view.getUint32(at + PACKED_PRINT.symbolIndex, true)] ?? '';
    const timeUs = value(PACKED_PRINT.timeUs);
    const [bid, ask] = [value(PACKED_PRINT.bid), value(PACKED_PRINT.ask)];
    const sequence = Number.NaN;
    if (bid > 0 || ask > 0) {
      this.#give({ kind: 'quote', symbol, timeUs, bid, ask, bidSize: 0, askSize: 0, sequence });
    }
    const [price, size] = [value(PACKED_PRINT.price), value(PACKED_PRINT.size)];
    const common = { symbol, timeUs, sequence, id: '', conditions: '' };
    this.#give({ kind: 'trade', ...common, price, size });
  }

  #give(record: MarketRecord): void {
    const { counters } = this;
    counters.received++;
    const fault = faultOfRecord(record);
    if (fault !== undefined) {
      counters.rejectedByReason[fault] = (counters.rejectedByReason[fault] ?? 0) + 1;
      return;
    }
    const { symbols, kinds } = this.#subscription;
    if (!symbols.includes(record.symbol) || !kinds.includes(record.kind)) {
      counters.unwanted++;
      return;
    }
    counters.delivered++;
    this.#sink.onRecord(record);
  }
}
