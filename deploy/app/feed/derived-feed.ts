// Streams daily bars as derived prints, session by session, at a pace or as fast as it goes.

import { derivePrice, deriveSize, halfSpread } from '../../../actors/market/index.js';
import { copyBar, type MarketBars } from '../../research/market-file.js';
import { nextTurn } from '../next-turn.js';
import type { FrameDoor, Sequencer } from './sequencer.js';

/** Prints between two looks at the clock and two shows to the shards. */
export const BATCH = 32;

/** Longest wait before the feed looks whether it was stopped. Units: milliseconds. */
const WAIT_MS_MAX = 50;

/** Longest time the main thread streams before sockets and timers get their turn. */
const SLICE_US = 2_000;

/** Share of a session's wall time in which the market is open; the rest is the night after it. */
const OPEN_SHARE = 0.95;

/** What is streamed and how fast. */
export interface DerivedFeedOptions {
  readonly bars: MarketBars;
  /** Index of the first and one past the last session to stream. */
  readonly fromDay: number;
  readonly toDay: number;
  readonly printsPerBar: number;
  /** Sessions a second; 0 for as fast as it goes. */
  readonly pace: number;
  readonly onSession: (date: number, done: number) => void;
  /** True once the feed should end early. */
  readonly isStopped: () => boolean;
  /** Takes in what comes from outside, between the feed's own prints. */
  readonly inlet: Inlet;
  /** Asked now and then, by prints sent; true while the pace must wait for a replay. */
  readonly hurries: (sent: number) => boolean;
  /** Told now and then how many prints were sent, and whether the feed has time. */
  readonly reached: (sent: number, isIdle: boolean) => void;
}

/** What enters the order from outside, at places that the feed offers, `sent` prints before. */
export interface Inlet {
  isDue(sent: number): boolean;
  admit(sent: number): Promise<void>;
  /** Calls `wake` once as soon as something is due. */
  whenDue(wake: () => void): void;
}

/** The clock of the process, shared by all threads. Units: microseconds. */
export function monotonicUs(): number {
  return Number(process.hrtime.bigint() / 1000n);
}

/** Streams the sessions, in order. */
export class DerivedFeed {
  readonly #options: DerivedFeedOptions;
  readonly #sequencer: Sequencer;
  readonly #door: FrameDoor;
  readonly #bar = { open: 0, high: 0, low: 0, close: 0, volume: 0 };
  #sliceUs = 0;
  #arrivalUs = 0;
  #inBatch = 0;
  #startedUs = 0;
  /** Prints sent or refused so far: with the sequencer's steps, a place in the order. */
  sent = 0;

  constructor(options: DerivedFeedOptions, sequencer: Sequencer, door: FrameDoor) {
    this.#options = options;
    this.#sequencer = sequencer;
    this.#door = door;
  }

  /** Runs to the end, or until stopped. */
  async run(): Promise<void> {
    const { fromDay, toDay, onSession, isStopped } = this.#options;
    this.#sliceUs = monotonicUs();
    for (let day = fromDay; day < toDay && !isStopped(); day++) {
      await this.#pause(day === fromDay ? 0 : 1);
      this.#startedUs = monotonicUs();
      const date = this.#options.bars.dates[day]!;
      await this.#sequencer.open(date);
      await this.#actions(day);
      await this.#prints(day);
      if (isStopped()) return;
      await this.#sequencer.close(this.#options.pace > 0 ? 'night' : 'session');
      onSession(date, day - fromDay + 1);
    }
  }

  async #actions(day: number): Promise<void> {
    const { bars } = this.#options;
    for (let index = bars.dayStarts[day]!; index < bars.dayStarts[day + 1]!; index++) {
      const split = bars.split[index]!;
      const dividend = bars.dividend[index]!;
      const row = bars.rows[index]!;
      // The band is measured from the bar's own open: derived prints can't leave their bar.
      this.#sequencer.setLast(row, bars.open[index]!);
      if (split === 1 && dividend === 0) continue;
      await this.#sequencer.action(row, split, dividend, 0);
    }
  }

  /** All bars advance together: print 0 of each in row order, then print 1, and so on. */
  async #prints(day: number): Promise<void> {
    const { bars, printsPerBar, isStopped } = this.#options;
    const start = bars.dayStarts[day]!;
    const end = bars.dayStarts[day + 1]!;
    const { openUs, closeUs } = this.#sequencer;
    const slotUs = (closeUs - openUs) / printsPerBar;
    const stepUs = slotUs / (end - start);
    for (let print = 0; print < printsPerBar; print++) {
      const slotStartUs = openUs + print * slotUs;
      await this.#sequencer.advanceTo(slotStartUs);
      await this.#sequencer.shortenLogs();
      for (let index = start; index < end; index++) {
        const timeUs = Math.floor(slotStartUs + (index - start) * stepUs);
        if (this.#sequencer.isDue(timeUs)) await this.#sequencer.advanceTo(timeUs);
        if (this.#inBatch === 0) this.#arrivalUs = monotonicUs();
        if (!this.#send(index, print, timeUs)) await this.#sendLater(index, print, timeUs);
        this.sent++;
        if (++this.#inBatch < BATCH) continue;
        this.#inBatch = 0;
        this.#door.prints.publish();
        if (this.#arrivalUs - this.#sliceUs > SLICE_US) await this.#yield();
        if (this.#mayPause())
          await this.#pause(
            (OPEN_SHARE * (print + (index - start) / (end - start))) / printsPerBar,
          );
        if (isStopped()) return;
      }
    }
    this.#inBatch = 0;
    this.#door.prints.publish();
    await this.#pause(OPEN_SHARE);
  }

  #mayPause(): boolean {
    return this.#options.pace > 0 || this.#options.inlet.isDue(this.sent);
  }

  // hot
  #send(index: number, print: number, timeUs: number): boolean {
    const { bars, printsPerBar } = this.#options;
    const bar = this.#bar;
    copyBar(bars, index, bar);
    const price = derivePrice(bar, print, printsPerBar);
    const half = halfSpread(price);
    const row = bars.rows[index]!;
    const result = this.#sequencer.print(
      row,
      timeUs,
      price,
      deriveSize(bar, print, printsPerBar),
      price - half,
      price + half,
      this.#arrivalUs,
      'derived',
    );
    if (result === 0) this.#sequencer.isOutside[row] = 0;
    return result !== -1;
  }

  /** A full ring holds the feed up; nothing is dropped. */
  async #sendLater(index: number, print: number, timeUs: number): Promise<void> {
    do {
      this.#door.prints.publish();
      await this.#door.frames.pauseForRoom();
      this.#sliceUs = monotonicUs();
      // The print arrives when there is room for it: waiting is the source's, not the shard's.
      this.#arrivalUs = monotonicUs();
    } while (!this.#send(index, print, timeUs) && !this.#options.isStopped());
  }

  async #yield(): Promise<void> {
    await nextTurn();
    this.#sliceUs = monotonicUs();
  }

  /** Lets in what waits outside, and waits until a share of the session's wall time has passed. */
  async #pause(share: number): Promise<void> {
    const { pace, inlet, hurries, reached, isStopped } = this.#options;
    while (!isStopped()) {
      if (inlet.isDue(this.sent)) await inlet.admit(this.sent);
      if (hurries(this.sent)) {
        // The session began when the replay has caught up with it.
        if (pace > 0) this.#startedUs = monotonicUs() - (share * 1_000_000) / pace;
        return;
      }
      if (pace === 0) {
        reached(this.sent, true);
        return;
      }
      const dueUs = this.#startedUs + (share * 1_000_000) / pace;
      const waitMs = (dueUs - monotonicUs()) / 1000;
      reached(this.sent, waitMs >= 1);
      if (waitMs < 1) return;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.min(waitMs, WAIT_MS_MAX));
        inlet.whenDue(() => {
          clearTimeout(timer);
          resolve();
        });
      });
      this.#sliceUs = monotonicUs();
    }
  }
}
