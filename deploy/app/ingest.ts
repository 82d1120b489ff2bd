// Prints that come from outside: checked, recorded, sequenced behind what is streaming.

import { tradingDateOf } from '../../actors/calendar/index.js';
import { refusal } from '../../engine/index.js';
import { PACKED_PRINT } from '../../proto/frames/market.js';
import { monotonicUs } from './derived-feed.js';
import type { Market } from './market.js';
import type { Answer, IngestBatch, IngestOutcome } from './port.js';
import { nextTurn } from './shards.js';

/** Sources whose numbering is remembered. */
const SOURCES_MAX = 1_000;

/** Longest source name. */
const SOURCE_NAME_MAX = 64;

/** Takes packed prints of any number of sources, one batch at a time. */
export class Ingest {
  readonly #market: Market;
  readonly #sequences = new Map<string, bigint>();
  #turn: Promise<unknown> = Promise.resolve();
  /** Sequence numbers that never came, over all sources. */
  gaps = 0;

  constructor(market: Market) {
    this.#market = market;
  }

  /** Takes one batch; resolves once its accepted prints are recorded on disk. */
  take(batch: IngestBatch): Promise<Answer<IngestOutcome>> {
    const outcome = this.#turn.then(() => this.#take(batch));
    this.#turn = outcome.catch(() => {});
    return outcome;
  }

  async #take(batch: IngestBatch): Promise<Answer<IngestOutcome>> {
    const { source, sequence, prints, symbols } = batch;
    if (source.length === 0 || source.length > SOURCE_NAME_MAX) {
      return no(
        'ingest.bad_source',
        `expected a source name of 1 to ${SOURCE_NAME_MAX} characters`,
      );
    }
    if (prints.byteLength % PACKED_PRINT.bytes !== 0) {
      const text = `expected whole records of ${PACKED_PRINT.bytes} bytes, was ${prints.byteLength} bytes`;
      return no('ingest.broken_records', text);
    }
    const last = this.#sequences.get(source);
    if (last === undefined && this.#sequences.size >= SOURCES_MAX) {
      return no('ingest.too_many_sources', `expected at most ${SOURCES_MAX} sources`);
    }
    if (last !== undefined && sequence <= last) {
      return no('ingest.repeated', `expected sequence ${last + 1n} of ${source}, was ${sequence}`);
    }
    const gaps = Number(sequence - (last ?? sequence - 1n) - 1n);
    this.#sequences.set(source, sequence);
    this.gaps += gaps;
    const rows = symbols.map((symbol) => this.#market.rowOf.get(symbol) ?? -1);
    const outcome = await this.#sequence(prints, rows, source);
    await this.#market.journal.appendInput(Buffer.from(prints));
    return { ok: true, value: { ...outcome, gaps } };
  }

  async #sequence(
    prints: Uint8Array,
    rows: readonly number[],
    source: string,
  ): Promise<Omit<IngestOutcome, 'gaps'>> {
    const { sequencer, shards } = this.#market;
    const view = new DataView(prints.buffer, prints.byteOffset, prints.byteLength);
    const before = { ...sequencer.rejectedByReason() };
    const arrivalUs = monotonicUs();
    let accepted = 0;
    for (let at = 0; at < prints.byteLength; at += PACKED_PRINT.bytes) {
      const number = (offset: number): number => view.getFloat64(at + offset, true);
      const row = rows[view.getUint32(at + PACKED_PRINT.symbolIndex, true)] ?? -1;
      const timeUs = number(PACKED_PRINT.timeUs);
      await this.#openFor(timeUs);
      let result = -1;
      while (result === -1) {
        result = sequencer.print(
          row,
          timeUs,
          number(PACKED_PRINT.price),
          number(PACKED_PRINT.size),
          number(PACKED_PRINT.bid),
          number(PACKED_PRINT.ask),
          arrivalUs,
          source,
        );
        if (result === -1) {
          shards.publish();
          await nextTurn();
        }
      }
      if (result === 0) accepted++;
    }
    shards.publish();
    const after = sequencer.rejectedByReason();
    const rejectedByReason = Object.fromEntries(
      Object.entries(after)
        .map(([reason, count]) => [reason, count - (before[reason] ?? 0)] as const)
        .filter(([, count]) => count > 0),
    );
    return { accepted, rejectedByReason };
  }

  /** Once nothing streams any more, a later date's print closes the session and opens its own. */
  async #openFor(timeUs: number): Promise<void> {
    const { sequencer, state } = this.#market;
    if (state !== 'finished' || !(timeUs > sequencer.closeUs) || timeUs > 4e15) return;
    const date = tradingDateOf(timeUs);
    if (date <= sequencer.date) return;
    await sequencer.close();
    await sequencer.open(date);
  }
}

function no(code: string, text: string): Answer<never> {
  return { ok: false, refusal: refusal(code, text) };
}
