// Prints that come from outside: checked, recorded with their place, sequenced; replayed in place.

import { PRINT_REASONS } from '../../../actors/market/index.js';
import { Fault, type Journal } from '../../../engine/index.js';
import { PACKED_PRINT } from '../../../proto/frames/market.js';
import type { Recorder } from '../../recorder/recorder.js';
import { no } from '../answers.js';
import { nextTurn } from '../next-turn.js';
import type { Answer, IngestBatch, IngestOutcome } from '../port.js';
import type { Shards } from '../shards/shards.js';
import { type Inlet, monotonicUs } from './derived-feed.js';
import { MissingNumbers, SKIPPED_MAX, skippedBefore } from './numbering.js';
import { sessionToOpen } from './outside-dates.js';
import { OutsideRules } from './outside-rules.js';
import { encodeBatch, type RecordedBatch, type RecordedBatches } from './recorded-batches.js';
import type { Place } from './run-mark.js';
import type { Sequencer } from './sequencer.js';

/** Sources whose numbering is remembered. */
const SOURCES_MAX = 1_000;

/** Longest source name. */
const SOURCE_NAME_MAX = 64;

/** Batches that may wait for their place; more are refused, and may be sent again. */
const WAITING_MAX = 1_000;

/** Prints that are written together, or one batch: so much is one commit of the journal. */
const TOGETHER_BYTES_MAX = 16 * 1024 ** 2;

/** Prints of a batch that are shown to the shards together, so that these begin before its end. */
const SHOWN_TOGETHER = 128;

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
  /** Wall clock. Units: microseconds. */
  readonly arrivalUs: number;
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
  /** Sequence numbers that never came. */
  readonly missing: MissingNumbers;

  constructor(options: IngestOptions) {
    this.#options = options;
    this.#sequences = new Map(options.recorded.sequences);
    this.missing = new MissingNumbers(options.recorded.missing);
    this.#rules = new OutsideRules(options.rowOf.size, options.sequencer);
  }

  /** Takes one batch; resolves once its accepted prints are recorded on disk. */
  take(batch: IngestBatch): Promise<Answer<IngestOutcome>> {
    const wrong = this.#check(batch);
    if (wrong !== undefined) return Promise.resolve(wrong);
    const { source, sequence } = batch;
    const skipped = skippedBefore(this.#sequences.get(source), sequence);
    this.#sequences.set(source, sequence);
    this.missing.add(source, skipped);
    const arrivalUs = (performance.timeOrigin + performance.now()) * 1_000;
    return new Promise((resolve, reject) => {
      this.#waiting.push({ batch, arrivalUs, gaps: Number(skipped), resolve, reject });
      this.#wake();
      if (this.#sentByFeed !== undefined) void this.#pump();
    });
  }

  /** The last number of a source, 0 before its first. */
  lastSequence(source: string): bigint {
    return this.#sequences.get(source) ?? 0n;
  }

  /** Batches that earlier processes took of a source, newest first. Errors: `journal.corrupt`. */
  *earlier(source: string): Generator<IngestBatch> {
    for (const { batch } of this.#options.recorded.newest(source)) yield batch;
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
    if (skippedBefore(last, sequence) > SKIPPED_MAX) {
      const text = `expected a sequence of ${source} at most ${SKIPPED_MAX} beyond ${last}`;
      return no('ingest.gap_too_large', `${text}, was ${sequence}`);
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
    const waiting = this.#takeTogether();
    if (waiting.length === 0) return;
    const place = { step: this.#options.sequencer.steps, prints: sent };
    try {
      await this.#write(waiting, place);
    } catch (error) {
      this.#giveBack(waiting, error);
      return;
    }
    for (const { batch, gaps, arrivalUs, resolve, reject } of waiting) {
      try {
        const admission = { ...place, arrivalUs };
        resolve({ ok: true, value: { ...(await this.#sequence({ batch, admission })), gaps } });
      } catch (error) {
        reject(error);
      }
    }
  }

  /** The first that wait, as many as are written together. */
  #takeTogether(): readonly Waiting[] {
    let bytes = 0;
    const isBeyond = ({ batch }: Waiting): boolean => {
      bytes += batch.prints.byteLength;
      return bytes > TOGETHER_BYTES_MAX;
    };
    const end = this.#waiting.findIndex((one, index) => isBeyond(one) && index > 0);
    return this.#waiting.splice(0, end === -1 ? this.#waiting.length : end);
  }

  /**
   * All or none: one that is there behind one that is not would be taken after a restart, and the
   * one before it be refused as repeated. The recording first: what it lacks could not be given
   * back, while what only it has is taken back, here or at the next start.
   */
  async #write(waiting: readonly Waiting[], place: Place): Promise<void> {
    const { journal, recorder, feed } = this.#options;
    const admitted = waiting.map(({ batch, arrivalUs }) => ({
      batch,
      admission: { ...place, arrivalUs },
    }));
    const recorded = await Promise.allSettled(
      admitted.map(({ batch, admission }) => recorder?.batch(batch, admission)),
    );
    try {
      for (const one of recorded) if (one.status === 'rejected') throw one.reason;
      await journal.appendInput(
        ...admitted.map(({ batch, admission }) =>
          encodeBatch(batch, admission, feed, journal.position),
        ),
      );
    } catch (error) {
      for (const one of recorded) {
        if (one.status === 'rejected' || one.value === undefined) continue;
        await recorder?.withdrawBatch(one.value);
      }
      throw error;
    }
  }

  /**
   * Answers those that could not be written. What came meanwhile behind one of them would be taken
   * before it: it fails with it, and the source sends all of it again, under the same numbers.
   */
  #giveBack(failed: readonly Waiting[], reason: unknown): void {
    const sources = new Set(failed.map(({ batch }) => batch.source));
    const behind = this.#waiting.filter(({ batch }) => sources.has(batch.source));
    this.#waiting = this.#waiting.filter(({ batch }) => !sources.has(batch.source));
    for (const { batch, gaps, reject } of [...failed, ...behind].reverse()) {
      this.#sequences.set(batch.source, batch.sequence - 1n - BigInt(gaps));
      this.missing.takeBack(batch.source, gaps);
      reject(reason);
    }
  }

  async #sequence({
    batch: { prints, symbols, source },
    admission: { arrivalUs },
  }: RecordedBatch): Promise<Omit<IngestOutcome, 'gaps'>> {
    const { sequencer, shards, rowOf } = this.#options;
    while (shards.pressure.isPressed()) await nextTurn();
    const rows = symbols.map((symbol) => rowOf.get(symbol) ?? -1);
    const view = new DataView(prints.buffer, prints.byteOffset, prints.byteLength);
    const rejectedByReason: Record<string, number> = {};
    const sequencedUs = monotonicUs();
    let accepted = 0;
    // One for all: what is made anew for each of 100,000 prints a second is soon collected.
    const print = { price: 0, size: 0, bid: 0, ask: 0 };
    for (let at = 0; at < prints.byteLength; at += PACKED_PRINT.bytes) {
      const row = rows[view.getUint32(at + PACKED_PRINT.symbolIndex, true)] ?? -1;
      const timeUs = view.getFloat64(at + PACKED_PRINT.timeUs, true);
      if (this.#sentByFeed !== undefined && this.#movesTime(timeUs)) {
        await this.#moveTo(row, timeUs, arrivalUs);
      }
      print.price = view.getFloat64(at + PACKED_PRINT.price, true);
      print.size = view.getFloat64(at + PACKED_PRINT.size, true);
      print.bid = view.getFloat64(at + PACKED_PRINT.bid, true);
      print.ask = view.getFloat64(at + PACKED_PRINT.ask, true);
      const { price, size, bid, ask } = print;
      const { refused, marks } = this.#rules.check(row, timeUs, print);
      let code: string | undefined = refused;
      if (refused === undefined) {
        let result = -1;
        while (result === -1) {
          result = sequencer.print(row, timeUs, price, size, bid, ask, sequencedUs, source);
          if (result === -1) await this.#room();
        }
        if (result !== 0) code = PRINT_REASONS[result]!;
      } else sequencer.refuse({ code: refused, source, row, timeUs, price, size, bid, ask });
      if (code === undefined) {
        accepted++;
        sequencer.outsidePrints++;
        sequencer.isOutside[row] = 1;
        if (marks.length > 0) sequencer.quality.mark(source, marks);
        if (accepted % SHOWN_TOGETHER === 0) shards.prints.publish();
      } else rejectedByReason[code] = (rejectedByReason[code] ?? 0) + 1;
    }
    sequencer.quality.accept(source, accepted);
    shards.prints.publish();
    await sequencer.shortenLogs();
    return { accepted, rejectedByReason };
  }

  /** Lets the shards make room. Errors: `ingest.stopped`. */
  async #room(): Promise<void> {
    if (this.#isClosed) throw new Fault('ingest.stopped', 'expected a running market');
    this.#options.shards.prints.publish();
    await nextTurn();
  }

  #movesTime(timeUs: number): boolean {
    const { sequencer } = this.#options;
    return timeUs > sequencer.closeUs || sequencer.isDue(timeUs);
  }

  /**
   * Once nothing streams any more, prints of known symbols move the time: past points, and a later
   * session's print closes the session and opens its own.
   */
  async #moveTo(row: number, timeUs: number, arrivalUs: number | undefined): Promise<void> {
    const { sequencer } = this.#options;
    // Journals of earlier versions have no arrival; then any symbol moved the time.
    if (row < 0 && arrivalUs !== undefined) return;
    if (timeUs > sequencer.closeUs) {
      const date = sessionToOpen(timeUs, sequencer.date, arrivalUs);
      if (date === undefined) return;
      await sequencer.close('session');
      await sequencer.open(date);
    }
    if (sequencer.isDue(timeUs)) await sequencer.advanceTo(timeUs);
  }
}

function closed(): Answer<never> {
  return no(
    'ingest.stopped',
    'expected a running market, it is being stopped; send it again later',
  );
}
