// A book that follows an exchange's numbered changes: in sync, or waiting for a snapshot.

import { Book } from './book.js';
import type { Side } from './ladder.js';
import { PendingEvents } from './pending-events.js';

/** What has happened to a book's feed. */
export interface DepthCounters {
  /** Level changes applied, those of snapshots too. */
  updates: number;
  /** Events applied. */
  events: number;
  snapshots: number;
  /** Events that told what was known already. */
  stale: number;
  /** Times the numbers skipped, or the book crossed itself: sync was lost. */
  gaps: number;
  /** Times a snapshot brought sync back. */
  resyncs: number;
  /** Events that came while waiting and found no room. */
  forgotten: number;
  /** Levels with a price or size that is not a whole number in range: their event is not taken. */
  bad: number;
  /** Times the exchange's ids began anew. */
  resets: number;
}

/** Events in a row that told what was known: more than a minute of them is no repetition. */
const STALE_MAX = 1_024;

/** What is done with the levels of the event under way. */
type Taking = 'apply' | 'keep' | 'skip';

/**
 * The rules of a numbered feed. An event covers the ids after `previousId` up to `lastId`. It is
 * applied when it follows: `previousId <= known id < lastId`; sizes are absolute, so an overlap
 * does no harm. What ends at or before the known id is stale. Anything else is a gap: the book is
 * cleared, later events are kept, and a snapshot (with those that follow it) brings it back. So it
 * is after an event with a level that can't be, for the exchange's book has that level. Ids below
 * half of the known one, or stale events without end, are those of an exchange that began anew:
 * what was known is forgotten.
 *
 * Source: Binance, "How to manage a local order book correctly", spot and USD-M futures; where an
 * event has no `pu`, `previousId` is `U - 1`.
 */
export class DepthBook {
  readonly book: Book;
  readonly counters: DepthCounters = {
    updates: 0,
    events: 0,
    snapshots: 0,
    stale: 0,
    gaps: 0,
    resyncs: 0,
    forgotten: 0,
    bad: 0,
    resets: 0,
  };
  isSynced = false;
  /** Id up to which the book is known; -1 before the first snapshot. */
  lastId = -1;
  readonly #pending = new PendingEvents();
  #taking: Taking = 'skip';
  #isSnapshot = false;
  #eventId = -1;
  #isBad = false;
  #staleInRow = 0;

  constructor(levelsMax?: number) {
    this.book = new Book(levelsMax);
  }

  /** Begins an event; its levels follow, then `end`. */
  // hot
  begin(isSnapshot: boolean, previousId: number, lastId: number): void {
    this.#isSnapshot = isSnapshot;
    this.#eventId = lastId;
    this.#isBad = false;
    if (lastId * 2 < this.lastId || this.#staleInRow > STALE_MAX) this.#reset();
    if (isSnapshot) this.#beginSnapshot(lastId);
    else if (!this.isSynced) this.#keep(previousId, lastId);
    else if (lastId <= this.lastId) this.#skip();
    else if (previousId <= this.lastId) {
      this.#staleInRow = 0;
      this.#taking = 'apply';
    } else {
      this.#loseSync();
      this.#keep(previousId, lastId);
    }
  }

  /** One level of the event under way; size 0 takes it away. */
  // hot
  level(side: Side, priceTicks: number, sizeLots: number): void {
    if (!(Number.isSafeInteger(priceTicks) && sizeLots >= 0 && Number.isSafeInteger(sizeLots))) {
      this.counters.bad++;
      this.#isBad = true;
      return;
    }
    if (this.#taking === 'apply') {
      this.counters.updates++;
      this.book.side(side).set(priceTicks, sizeLots);
    } else if (this.#taking === 'keep') this.#pending.level(side, priceTicks, sizeLots);
  }

  /** Ends the event; true when the book has changed and is in sync. */
  // hot
  end(): boolean {
    const taken = this.#taking;
    this.#taking = 'skip';
    // What waits behind an event that is not whole joins on to nothing.
    if (taken === 'keep' && this.#isBad) this.counters.forgotten += this.#pending.clear();
    if (taken !== 'apply') return false;
    this.counters.events++;
    this.lastId = this.#eventId;
    if (this.#isBad) {
      this.#loseSync();
      return false;
    }
    if (this.#isSnapshot) this.#endSnapshot();
    if (this.isSynced && this.book.isCrossed()) this.#loseSync();
    return this.isSynced;
  }

  /** Nobody knows what was missed: the book is empty until a snapshot. */
  lose(): void {
    this.counters.forgotten += this.#pending.clear();
    if (this.isSynced) this.#loseSync();
  }

  #beginSnapshot(lastId: number): void {
    if (this.isSynced && lastId < this.lastId) {
      this.#skip();
      return;
    }
    this.#staleInRow = 0;
    this.counters.snapshots++;
    if (!this.isSynced && this.counters.gaps > this.counters.resyncs) this.counters.resyncs++;
    this.#taking = 'apply';
    this.book.clear();
  }

  #endSnapshot(): void {
    this.isSynced = true;
    const pending = this.#pending;
    for (let event = 0; event < pending.count; event++) {
      const lastId = pending.lastId(event);
      if (lastId <= this.lastId) {
        this.counters.stale++;
        continue;
      }
      if (pending.previousId(event) > this.lastId) {
        // Those kept do not join on to this snapshot either; the next one may.
        pending.forgetBefore(event);
        this.#loseSync();
        return;
      }
      for (let at = pending.from(event); at < pending.to(event); at++) {
        this.counters.updates++;
        this.book.side(pending.side(at)).set(pending.priceTicks(at), pending.sizeLots(at));
      }
      this.counters.events++;
      this.lastId = lastId;
    }
    pending.clear();
  }

  #keep(previousId: number, lastId: number): void {
    this.#taking = 'keep';
    if (lastId * 2 < this.#pending.newestId()) this.counters.forgotten += this.#pending.clear();
    this.counters.forgotten += this.#pending.begin(previousId, lastId);
  }

  // hot
  #skip(): void {
    this.counters.stale++;
    this.#staleInRow++;
    this.#taking = 'skip';
  }

  /** The exchange has begun anew: what was known, or waits, says nothing of it. */
  #reset(): void {
    this.counters.resets++;
    this.counters.forgotten += this.#pending.clear();
    this.lastId = -1;
    this.#staleInRow = 0;
    if (this.isSynced) this.#loseSync();
  }

  #loseSync(): void {
    this.counters.gaps++;
    this.isSynced = false;
    this.book.clear();
  }
}
