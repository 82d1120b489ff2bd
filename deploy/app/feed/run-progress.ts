// How far a replay has come: noted now and then, read again by the process that goes on with it.

import { Fault, type Journal } from '../../../engine/index.js';
import type { MarketOptions } from '../market-options.js';
import { monotonicUs } from './derived-feed.js';
import type { RecordedBatches } from './recorded-batches.js';
import { isBefore, type Place, readRunMark, writeRunMark } from './run-mark.js';

/** Time between two notes of how far the replay is. Units: microseconds. */
const MARK_US = 1_000_000;

/** The same while the feed never waits. Units: microseconds. */
const BUSY_MARK_US = 2_000_000;

/**
 * Time after a point before the feed is taken to wait: its alerts are on disk or on their way, and
 * would wait for the commit of a note that went before them. Units: microseconds.
 */
const QUIET_US = 20_000;

/** The progress of one replay. */
export class RunProgress {
  /** Last event of the journal before this replay of the feed began. */
  readonly position: number;
  /** Inputs that were recorded before it. */
  readonly #inputs: number;
  readonly #journal: Journal;
  readonly #feed: string;
  /** How far the process before this one had come; the pace waits until we are there again. */
  readonly #resumeTo: Place | undefined;
  #markedUs = 0;
  #isMarking = false;
  /** The step that the feed was seen at last, and since when. */
  #step = 0;
  #stepUs = 0;
  readonly #notStored: () => void;

  /**
   * Reads where to go on. `notStored` is told of a note that could not be stored: the next process
   * then begins a little earlier. Errors: `run.cannot_resume`.
   */
  constructor(
    { resume, isReplay, dataDir }: Pick<MarketOptions, 'dataDir' | 'isReplay' | 'resume'>,
    journal: Journal,
    feed: string,
    recorded: RecordedBatches,
    notStored: () => void,
  ) {
    this.#notStored = notStored;
    this.#journal = journal;
    this.#feed = feed;
    const before = resume ? readRunMark(journal) : undefined;
    if (before !== undefined && before.feed !== feed) {
      throw new Fault(
        'run.cannot_resume',
        `expected the data, symbols, dates and ticks per bar of the replay in ${dataDir}; give the same flags, or leave --resume out to begin again`,
      );
    }
    this.position = before?.position ?? journal.position;
    this.#inputs = before === undefined ? recorded.inputs : (before.inputs ?? 0);
    this.#resumeTo = isReplay ? undefined : before && this.#furthest(before, recorded);
  }

  /** Whether it goes on where another process stopped. */
  get isResuming(): boolean {
    return this.#resumeTo !== undefined;
  }

  /** Whether the process before this one had come to a place, or beyond it. */
  isPast(place: Place): boolean {
    return this.#resumeTo !== undefined && !isBefore(this.#resumeTo, place);
  }

  /** Whether an earlier process had come further than a place. */
  hurries(place: Place): boolean {
    return this.#resumeTo !== undefined && isBefore(place, this.#resumeTo);
  }

  /**
   * Notes that the feed has come to a place, once in a while, and sooner where the feed waits and
   * no point was just reached.
   */
  reached(place: Place, isIdle: boolean): void {
    const now = monotonicUs();
    if (place.step !== this.#step) {
      this.#step = place.step;
      this.#stepUs = now;
    }
    const isQuiet = isIdle && now - this.#stepUs >= QUIET_US;
    const pauseUs = isQuiet ? MARK_US : BUSY_MARK_US;
    if (this.#isMarking || now - this.#markedUs < pauseUs) return;
    this.#markedUs = now;
    this.#isMarking = true;
    void this.mark(place)
      .catch(this.#notStored)
      .finally(() => {
        this.#isMarking = false;
      });
  }

  /** Stores a place. Errors: as those of the journal's writes. */
  mark(place: Place): Promise<void> {
    const run = { feed: this.#feed, position: this.position, inputs: this.#inputs };
    return writeRunMark(this.#journal, { ...run, ...place });
  }

  /** The furthest place that a stopped replay is known to have come to. */
  #furthest(mark: Place, recorded: RecordedBatches): Place {
    let furthest = mark;
    const note = (place: Place): void => {
      if (isBefore(furthest, place)) furthest = place;
    };
    const last = recorded.lastBehind(this.#inputs);
    if (last !== undefined) note(last);
    for (const { place: step = 0 } of this.#journal.records(this.position)) {
      note({ step, prints: 0 });
    }
    return furthest;
  }
}
