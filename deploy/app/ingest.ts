// Prints that come from outside: checked, recorded with their place, sequenced; replayed in place.

import { tradingDateOf } from '../../actors/calendar/index.js';
import { Fault, type Journal } from '../../engine/index.js';
import { PACKED_PRINT } from '../../proto/frames/market.js';
import type { Recorder } from '../recorder/recorder.js';
import { no } from './answers.js';
import { type Inlet, monotonicUs } from './derived-feed.js';
import { OutsideRules } from './outside-rules.js';
import type { Answer, IngestBatch, IngestOutcome } from './port.js';
import { encodeBatch, type RecordedBatches } from './recorded-batches.js';
import type { Sequencer } from './sequencer.js';
import { nextTurn, type Shards } from './shards.js';

/** Sources whose numbering is remembered. */
const SOURCES_MAX = 1_000;

/** Longest source name. */
const SOURCE_NAME_MAX = 64;

/** Batches that may wait for their place; more are refused, and may be sent again. */
const WAITING_MAX = 1_000;

/** Latest event time that still is a date. Units: microseconds. */
const TIME_US_MAX = 4e15;

/** What ingest works on. */
export interface IngestOptions {
  readonly journal: Journal;
  /** Records each batch beside the journal; absent where nothing is recorded. */
  readonly recorder: Recorder | undefined;
  readonly sequencer: Sequencer;
  readonly shards: Shards;
  readonly rowOf: ReadonlyMap<string, number>;
  /** Name of the feed that the places refer to. */
  readonly feed: string;
  readonly recorded: RecordedBatches;
}

interface Waiting {
  readonly batch: IngestBatch;
  readonly gaps: number;
  readonly resolve: (answer: Answer<IngestOutcome>) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Takes packed prints of any number of sources. Each batch gets a place between two prints of the
 * feed, is on disk with it before anyone sees its effect, and has that place again after a restart.
 */
export class Ingest implements Inlet {
  readonly #options: IngestOptions;
  readonly #sequences: Map<string, bigint>;
  readonly #rules: OutsideRules;
  #waiting: Waiting[] = [];
  #wake: () => void = () => {};
  /** Set once the feed has ended, with the prints it sent: batches no longer wait for it. */
  #sentByFeed: number | undefined;
  #isPumping = false;
  #isClosed = false;
  /** Sequence numbers that never came, over all sources. */
  gaps: number;

  constructor(options: IngestOptions) {
    this.#options = options;
    this.#sequences = new Map(options.recorded.sequences);
    this.gaps = options.recorded.gaps;
    this.#rules = new OutsideRules(options.rowOf.size, options.sequencer);
  }

  /** Takes one batch; resolves once its accepted prints are recorded on disk. */
  take(batch: IngestBatch): Promise<Answer<IngestOutcome>> {
    const wrong = this.#check(batch);
    if (wrong !== undefined) return Promise.resolve(wrong);
    const { source, sequence } = batch;
    const gaps = Number(sequence - (this.#sequences.get(source) ?? sequence - 1n) - 1n);
    this.#sequences.set(source, sequence);
    this.gaps += gaps;
    return new Promise((resolve, reject) => {
      this.#waiting.push({ batch, gaps, resolve, reject });
      this.#wake();
      if (this.#sentByFeed !== undefined) void this.#pump();
    });
  }

  isDue(sent: number): boolean {
    const { recorded, sequencer } = this.#options;
    if (this.#waiting.length > 0) return true;
    return recorded.isDue({ step: sequencer.steps, prints: sent });
  }

  whenDue(wake: () => void): void {
    this.#wake = wake;
  }

  async admit(sent: number): Promise<void> {
    const { recorded, sequencer } = this.#options;
    while (recorded.isDue({ step: sequencer.steps, prints: sent })) {
      await this.#sequence(recorded.take());
    }
    await this.#record(sent);
  }

  /** The feed has ended: brings back what was recorded after it, then takes what comes. */
  async open(sent: number): Promise<void> {
    this.#sentByFeed = sent;
    while (this.#options.recorded.isDue()) await this.#sequence(this.#options.recorded.take());
    await this.#pump();
  }

  /** Refuses what waits and what comes. */
  close(): void {
    this.#isClosed = true;
    for (const { resolve } of this.#waiting.splice(0)) resolve(closed());
  }

  #check({ source, sequence, prints }: IngestBatch): Answer<never> | undefined {
    if (this.#isClosed) return closed();
    if (source.length === 0 || source.length > SOURCE_NAME_MAX) {
      const text = `expected a source name of 1 to ${SOURCE_NAME_MAX} characters`;
      return no('ingest.bad_source', text);
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
    if (this.#waiting.length >= WAITING_MAX) {
      return no('ingest.busy', `expected fewer than ${WAITING_MAX} batches waiting; send it again`);
    }
    return undefined;
  }

  /** Without a feed nothing else offers a place: every batch has the next one. */
  async #pump(): Promise<void> {
    if (this.#isPumping || this.#options.recorded.isDue()) return;
    this.#isPumping = true;
    while (this.#waiting.length > 0 && !this.#isClosed) await this.#record(this.#sentByFeed!);
    this.#isPumping = false;
  }

  /** Records what waits, at this place, and then sequences it. */
  async #record(sent: number): Promise<void> {
    const { journal, recorder, sequencer, feed } = this.#options;
    const waiting = this.#waiting.splice(0);
    const place = { step: sequencer.steps, prints: sent };
    const written = await Promise.allSettled(
      waiting.map(async ({ batch }) => {
        await journal.appendInput(encodeBatch(batch, place, feed));
        await recorder?.batch(batch, place);
      }),
    );
    const failed = new Set<string>();
    for (let index = 0; index < waiting.length; index++) {
      const { batch, gaps, resolve, reject } = waiting[index]!;
      const result = written[index]!;
      if (result.status === 'rejected') {
        // The source may send it again under its number, and must begin with the first that failed.
        if (!failed.has(batch.source)) this.#sequences.set(batch.source, batch.sequence - 1n);
        failed.add(batch.source);
        reject(result.reason);
        continue;
      }
      try {
        resolve({ ok: true, value: { ...(await this.#sequence(batch)), gaps } });
      } catch (error) {
        reject(error);
      }
    }
  }

  async #sequence({ prints, symbols, source }: IngestBatch): Promise<Omit<IngestOutcome, 'gaps'>> {
    const { sequencer, shards, rowOf } = this.#options;
    while (shards.pressure.isPressed()) await nextTurn();
    const rows = symbols.map((symbol) => rowOf.get(symbol) ?? -1);
    const view = new DataView(prints.buffer, prints.byteOffset, prints.byteLength);
    const before = { ...sequencer.rejectedByReason() };
    const arrivalUs = monotonicUs();
    let accepted = 0;
    for (let at = 0; at < prints.byteLength; at += PACKED_PRINT.bytes) {
      const number = (offset: number): number => view.getFloat64(at + offset, true);
      const row = rows[view.getUint32(at + PACKED_PRINT.symbolIndex, true)] ?? -1;
      const timeUs = number(PACKED_PRINT.timeUs);
      if (this.#sentByFeed !== undefined) await this.#moveTo(timeUs);
      const print = {
        price: number(PACKED_PRINT.price),
        size: number(PACKED_PRINT.size),
        bid: number(PACKED_PRINT.bid),
        ask: number(PACKED_PRINT.ask),
      };
      const { refused, marks } = this.#rules.check(row, timeUs, print);
      if (refused !== undefined) {
        sequencer.refuse({ code: refused, source, row, timeUs, ...print });
        continue;
      }
      const { price, size, bid, ask } = print;
      let result = -1;
      while (result === -1) {
        result = sequencer.print(row, timeUs, price, size, bid, ask, arrivalUs, source);
        if (result !== -1) break;
        if (this.#isClosed) throw new Fault('ingest.stopped', 'expected a running market');
        shards.prints.publish();
        await nextTurn();
      }
      if (result !== 0) continue;
      accepted++;
      if (marks.length > 0) sequencer.quality.mark(source, marks);
    }
    sequencer.quality.accept(source, accepted);
    shards.prints.publish();
    return { accepted, rejectedByReason: since(before, sequencer.rejectedByReason()) };
  }

  /**
   * Once nothing streams any more, prints move the time: past points, and a later date's print
   * closes the session and opens its own.
   */
  async #moveTo(timeUs: number): Promise<void> {
    const { sequencer } = this.#options;
    if (!(timeUs < TIME_US_MAX)) return;
    if (timeUs > sequencer.closeUs) {
      const date = tradingDateOf(timeUs);
      if (date <= sequencer.date) return;
      await sequencer.close();
      await sequencer.open(date);
    }
    if (sequencer.isPointDue(timeUs)) await sequencer.advanceTo(timeUs);
  }
}

function since(
  before: Readonly<Record<string, number>>,
  after: Readonly<Record<string, number>>,
): Record<string, number> {
  return Object.fromEntries(
    Object.entries(after)
      .map(([reason, count]) => [reason, count - (before[reason] ?? 0)] as const)
      .filter(([, count]) => count > 0),
  );
}

function closed(): Answer<never> {
  return no(
    'ingest.stopped',
    'expected a running market, it is being stopped; send it again later',
  );
}
