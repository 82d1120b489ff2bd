// One lane of a mailbox: a ring of messages that grows to its bound and finds a message by key.

import type { Address, Message } from '../core/address.js';
import { type Envelope, envelopeOf, type Origin } from './envelope.js';

/** Places of a new ring; most lanes never hold more. A power of two. */
const FIRST_PLACES = 4;

// A place's fields lie side by side in one array, and no envelope waits: half a million of those
// that do would leave the young generation, and be copied and collected at great cost.
const MESSAGE = 0;
const ORIGIN = 1;
const FIELDS = 2;

/** A bounded first-in first-out queue of one actor's messages. */
export class LaneQueue {
  // First what every message touches, on one cache line.
  #fields: (Message | Origin | undefined)[] = [];
  #places = 0;
  /** Numbers of the next to take and to put; a message lies at its number modulo places. */
  #head = 0;
  #tail = 0;
  readonly #capacity: number;
  readonly #to: Address;
  /** Number of the waiting message of each conflation key, by message kind. */
  #waiting: Map<string, Map<string | number, number>> | undefined;

  constructor(to: Address, capacity: number) {
    this.#to = to;
    this.#capacity = capacity;
  }

  get length(): number {
    return this.#tail - this.#head;
  }

  /** Adds a message; false when the lane is full. */
  // hot
  push(message: Message, origin: Origin): boolean {
    const length = this.#tail - this.#head;
    if (length === this.#places) {
      if (length >= this.#capacity) return false;
      this.#grow();
    }
    this.#put(this.#tail, message, origin);
    this.#tail++;
    return true;
  }

  /** Origin of the oldest message; only where there is one. */
  // hot
  get firstOrigin(): Origin {
    return this.#originAt(this.#placeOf(this.#head));
  }

  /** Takes the oldest message; only where there is one. */
  // hot
  shift(): Message {
    const at = this.#placeOf(this.#head);
    const message = this.#messageAt(at);
    this.#fields[at + MESSAGE] = undefined;
    this.#head++;
    return message;
  }

  /** Takes the oldest message of a kind out of its place; undefined when none waits. */
  dropOldest(kind: string): Envelope | undefined {
    let number = this.#head;
    while (number < this.#tail && this.#at(number).message.kind !== kind) number++;
    if (number === this.#tail) return undefined;
    const dropped = this.#at(number);
    this.#moveOn(number);
    for (let to = number; to > this.#head; to--) {
      const at = this.#placeOf(to - 1);
      this.#put(to, this.#messageAt(at), this.#originAt(at));
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
  replace(message: Message, origin: Origin, key: string | number): Envelope | undefined {
    const number = this.#waiting?.get(message.kind)?.get(key);
    if (number === undefined || number < this.#head) return undefined;
    const old = this.#at(number);
    this.#put(number, message, origin);
    return old;
  }

  /** The waiting messages, oldest first. */
  *[Symbol.iterator](): Generator<Envelope> {
    for (let number = this.#head; number < this.#tail; number++) yield this.#at(number);
  }

  // hot
  #placeOf(number: number): number {
    return (number & (this.#places - 1)) * FIELDS;
  }

  // hot
  #put(number: number, message: Message, origin: Origin): void {
    const at = this.#placeOf(number);
    this.#fields[at + MESSAGE] = message;
    this.#fields[at + ORIGIN] = origin;
  }

  // What `put` has put at a place.
  // hot
  #messageAt(at: number): Message {
    return this.#fields[at + MESSAGE] as Message;
  }

  // hot
  #originAt(at: number): Origin {
    return this.#fields[at + ORIGIN] as Origin;
  }

  #at(number: number): Envelope {
    const at = this.#placeOf(number);
    return envelopeOf(this.#to, this.#messageAt(at), this.#originAt(at));
  }

  #grow(): void {
    const old = this.#fields;
    const places = Math.max(FIRST_PLACES, this.#places * 2);
    this.#fields = new Array(places * FIELDS).fill(undefined);
    for (let number = this.#head; number < this.#tail; number++) {
      const from = this.#placeOf(number);
      const to = (number & (places - 1)) * FIELDS;
      for (let field = 0; field < FIELDS; field++) this.#fields[to + field] = old[from + field];
    }
    this.#places = places;
  }
}
