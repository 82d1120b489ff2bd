// Events that wait for a snapshot, in bounded memory: with no room left the oldest are forgotten.

import type { Side } from './ladder.js';

/** Events kept. Binance sends ten to twenty a second and a snapshot comes within seconds. */
const EVENTS_MAX = 1_024;

/** Levels kept over all events. */
const LEVELS_MAX = 65_536;

/** Numbers of one level: side, price, size. */
const WIDTH = 3;

/** Numbered events with their levels, in the order they came. */
export class PendingEvents {
  /** Events there are. */
  count = 0;
  readonly #previousIds = new Float64Array(EVENTS_MAX);
  readonly #lastIds = new Float64Array(EVENTS_MAX);
  /** Where each event's levels begin. */
  readonly #starts = new Int32Array(EVENTS_MAX);
  /** Grown once to its bound, for most books never wait. */
  #levels = new Float64Array(WIDTH * 1_024);
  #levelCount = 0;
  #isFull = false;

  /** Begins an event and returns how many were forgotten to make room. */
  begin(previousId: number, lastId: number): number {
    let forgotten = 0;
    // An event that was cut short is useless, and so is what came before it.
    if (this.#isFull || this.count === EVENTS_MAX) {
      forgotten = this.clear();
    }
    this.#previousIds[this.count] = previousId;
    this.#lastIds[this.count] = lastId;
    this.#starts[this.count] = this.#levelCount;
    this.count++;
    return forgotten;
  }

  /** One level of the newest event. */
  level(side: Side, priceTicks: number, sizeLots: number): void {
    if (this.#levelCount === LEVELS_MAX) {
      this.#isFull = true;
      return;
    }
    const at = this.#levelCount * WIDTH;
    if (at === this.#levels.length) {
      const grown = new Float64Array(Math.min(WIDTH * LEVELS_MAX, this.#levels.length * 4));
      grown.set(this.#levels);
      this.#levels = grown;
    }
    this.#levels[at] = side;
    this.#levels[at + 1] = priceTicks;
    this.#levels[at + 2] = sizeLots;
    this.#levelCount++;
  }

  /** Id before an event's first. */
  previousId(event: number): number {
    return this.#previousIds[event]!;
  }

  /** Id of an event's last. An event that was cut short covers nothing. */
  lastId(event: number): number {
    return this.#isFull && event === this.count - 1 ? -1 : this.#lastIds[event]!;
  }

  /** First level of an event. */
  from(event: number): number {
    return this.#starts[event]!;
  }

  /** One past the last level of an event. */
  to(event: number): number {
    return event + 1 < this.count ? this.#starts[event + 1]! : this.#levelCount;
  }

  side(level: number): Side {
    // Written from a `Side` in `level`.
    return this.#levels[level * WIDTH]! as Side;
  }

  priceTicks(level: number): number {
    return this.#levels[level * WIDTH + 1]!;
  }

  sizeLots(level: number): number {
    return this.#levels[level * WIDTH + 2]!;
  }

  /** Forgets the events before one. */
  forgetBefore(event: number): void {
    const start = this.from(event);
    for (let at = event; at < this.count; at++) {
      this.#previousIds[at - event] = this.#previousIds[at]!;
      this.#lastIds[at - event] = this.#lastIds[at]!;
      this.#starts[at - event] = this.#starts[at]! - start;
    }
    this.#levels.copyWithin(0, start * WIDTH, this.#levelCount * WIDTH);
    this.#levelCount -= start;
    this.count -= event;
  }

  /** Id of the last of the newest event; -1 where none waits. */
  newestId(): number {
    return this.count === 0 ? -1 : this.#lastIds[this.count - 1]!;
  }

  /** Forgets all and returns how many they were. */
  clear(): number {
    const forgotten = this.count;
    this.count = 0;
    this.#levelCount = 0;
    this.#isFull = false;
    return forgotten;
  }
}
