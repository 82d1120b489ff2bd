// One lane of a mailbox: a ring of envelopes that grows to its bound and finds a message by key.

import type { Envelope } from './envelope.js';

/** Places of a new ring; most lanes never hold more. A power of two. */
const FIRST_PLACES = 8;

/** A bounded first-in first-out queue. */
export class LaneQueue {
  readonly #capacity: number;
  #items: (Envelope | undefined)[] = [];
  /** Numbers of the next to take and the next to put; an item lies at its number modulo places. */
  #head = 0;
  #tail = 0;
  /** Number of the waiting message of each conflation key, by message kind. */
  #waiting: Map<string, Map<string | number, number>> | undefined;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get length(): number {
    return this.#tail - this.#head;
  }

  /** Adds a message; false when the lane is full. */
  // hot
  push(envelope: Envelope): boolean {
    const length = this.#tail - this.#head;
    if (length === this.#items.length) {
      if (length >= this.#capacity) return false;
      this.#grow();
    }
    this.#items[this.#tail & (this.#items.length - 1)] = envelope;
    this.#tail++;
    return true;
  }

  /** Takes the oldest message. */
  // hot
  shift(): Envelope | undefined {
    if (this.#head === this.#tail) return undefined;
    const place = this.#head & (this.#items.length - 1);
    const envelope = this.#items[place];
    this.#items[place] = undefined;
    this.#head++;
    return envelope;
  }

  /** Takes the oldest message of a kind out of its place; undefined when none waits. */
  dropOldest(kind: string): Envelope | undefined {
    const places = this.#items.length - 1;
    let number = this.#head;
    while (number < this.#tail && this.#items[number & places]?.message.kind !== kind) number++;
    if (number === this.#tail) return undefined;
    const dropped = this.#items[number & places];
    this.#moveOn(number);
    for (let at = number; at > this.#head; at--) {
      this.#items[at & places] = this.#items[(at - 1) & places];
    }
    this.shift();
    return dropped;
  }

  /** Renumbers remembered messages before a number, which take the place behind their own. */
  #moveOn(end: number): void {
    if (this.#waiting === undefined || end === this.#head) return;
    for (const keys of this.#waiting.values()) {
      for (const [key, number] of keys) {
        if (number >= this.#head && number < end) keys.set(key, number + 1);
      }
    }
  }

  /** Remembers the newest message as the one that later ones of its key replace. */
  remember(kind: string, key: string | number): void {
    this.#waiting ??= new Map();
    let keys = this.#waiting.get(kind);
    if (keys === undefined) {
      keys = new Map();
      this.#waiting.set(kind, keys);
    }
    // Keys of messages long taken are dropped once they outnumber what can wait.
    if (keys.size > this.#capacity) {
      for (const [old, number] of keys) if (number < this.#head) keys.delete(old);
    }
    keys.set(key, this.#tail - 1);
  }

  /** Puts a message in the place of the waiting one of its key; gives that one, if any. */
  replace(envelope: Envelope, key: string | number): Envelope | undefined {
    const number = this.#waiting?.get(envelope.message.kind)?.get(key);
    if (number === undefined || number < this.#head) return undefined;
    const place = number & (this.#items.length - 1);
    const old = this.#items[place];
    this.#items[place] = envelope;
    return old;
  }

  /** The waiting messages, oldest first. */
  *[Symbol.iterator](): Generator<Envelope> {
    for (let number = this.#head; number < this.#tail; number++) {
      yield this.#items[number & (this.#items.length - 1)]!;
    }
  }

  #grow(): void {
    const waiting = [...this];
    const places = Math.max(FIRST_PLACES, this.#items.length * 2);
    const items: (Envelope | undefined)[] = new Array(places).fill(undefined);
    for (let index = 0; index < waiting.length; index++) {
      items[(this.#head + index) & (places - 1)] = waiting[index];
    }
    this.#items = items;
  }
}
