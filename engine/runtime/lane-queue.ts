// One lane of a mailbox: a ring of messages that grows to its bound and finds a message by key.

import type { Address, Message } from '../core/address.js';
import type { Envelope } from './envelope.js';

/** Places of a new ring; most lanes never hold more. A power of two. */
const FIRST_PLACES = 4;

// A place's fields lie side by side in one array, and no envelope waits: half a million of those
// that do would leave the young generation, and be copied and collected at great cost.
const MESSAGE = 0;
const FROM = 1;
const ASK = 2;
const CAUSE = 3;
const COMMAND_KEY = 4;
const FIELDS = 5;

/** A bounded first-in first-out queue of one actor's messages. */
export class LaneQueue {
  readonly #to: Address;
  readonly #capacity: number;
  #places = 0;
  #fields: (Message | string | number | undefined)[] = [];
  /** Numbers of the next to take and to put; a message lies at its number modulo places. */
  #head = 0;
  #tail = 0;
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
  push(envelope: Envelope): boolean {
    const length = this.#tail - this.#head;
    if (length === this.#places) {
      if (length >= this.#capacity) return false;
      this.#grow();
    }
    this.#put(this.#tail, envelope);
    this.#tail++;
    return true;
  }

  /** Takes the oldest message. */
  // hot
  shift(): Envelope | undefined {
    if (this.#head === this.#tail) return undefined;
    const envelope = this.#at(this.#head);
    this.#fields[this.#placeOf(this.#head)] = undefined;
    this.#head++;
    return envelope;
  }

  /** Takes the oldest message of a kind out of its place; undefined when none waits. */
  dropOldest(kind: string): Envelope | undefined {
    let number = this.#head;
    while (number < this.#tail && this.#at(number).message.kind !== kind) number++;
    if (number === this.#tail) return undefined;
    const dropped = this.#at(number);
    this.#moveOn(number);
    for (let at = number; at > this.#head; at--) this.#put(at, this.#at(at - 1));
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
    const old = this.#at(number);
    this.#put(number, envelope);
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
  #put(number: number, { message, from, ask, cause, commandKey }: Envelope): void {
    const at = this.#placeOf(number);
    const fields = this.#fields;
    fields[at + MESSAGE] = message;
    fields[at + FROM] = from;
    fields[at + ASK] = ask;
    fields[at + CAUSE] = cause;
    fields[at + COMMAND_KEY] = commandKey;
  }

  // hot
  #at(number: number): Envelope {
    const at = this.#placeOf(number);
    const fields = this.#fields;
    // What `put` has put there.
    return {
      to: this.#to,
      from: fields[at + FROM] as Address | '',
      message: fields[at + MESSAGE] as Message,
      ask: fields[at + ASK] as number,
      cause: fields[at + CAUSE] as string,
      commandKey: fields[at + COMMAND_KEY] as string,
    };
  }

  #grow(): void {
    const waiting = [...this];
    this.#places = Math.max(FIRST_PLACES, this.#places * 2);
    this.#fields = new Array(this.#places * FIELDS).fill(undefined);
    for (let index = 0; index < waiting.length; index++) {
      this.#put(this.#head + index, waiting[index]!);
    }
  }
}
