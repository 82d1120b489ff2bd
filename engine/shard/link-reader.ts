// The receiving side of a link: from ring and port, in the order in which it was sent.

import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import { assert } from '../core/assert.js';
import { Decoder } from '../wire/decoder.js';
import {
  COPY_BY_LOOP_WORDS,
  MESSAGE_BYTES_MAX,
  type Ported,
  RING_WORDS,
  viewLink,
  WORD,
} from './link.js';

/** The value that `take` gives when there is no message. */
export const NOTHING: unique symbol = Symbol('nothing');

const WORD_MASK = RING_WORDS - 1;

/** The receiving side. */
export class LinkReader {
  readonly #control: Int32Array;
  readonly #ring: Int32Array;
  readonly #port: MessagePort;
  readonly #words = new Int32Array(MESSAGE_BYTES_MAX / 4);
  readonly #decoder = new Decoder(new Uint8Array(this.#words.buffer));
  #tail = 0;
  #headSeen = 0;
  #taken = 0;
  #portedSeen = 0;
  #portTaken = 0;
  /** A message from the port whose turn has not come. */
  #held: Ported | undefined = undefined;

  constructor(memory: SharedArrayBuffer, port: MessagePort) {
    const { control, ring } = viewLink(memory);
    this.#control = control;
    this.#ring = ring;
    this.#port = port;
  }

  /** Whether no message can be taken now. */
  // hot
  isEmpty(): boolean {
    return (
      Atomics.load(this.#control, WORD.head) === this.#tail &&
      Atomics.load(this.#control, WORD.ported) === this.#portTaken
    );
  }

  /** Takes the next message, or `NOTHING`. */
  // hot
  take(): unknown {
    if (this.#tail === this.#headSeen && this.#portTaken === this.#portedSeen) {
      if (!this.#look()) return NOTHING;
    }
    for (;;) {
      if (this.#portTaken !== this.#portedSeen && this.#isPortNext()) return this.#takeHeld();
      if (this.#tail !== this.#headSeen) return this.#takeFromRing();
      // The port's message was counted after the look at the ring: what goes before is there now.
      this.#look();
    }
  }

  /** Asks the writer to wake this side at its next message; false when one is there already. */
  sleep(): boolean {
    Atomics.store(this.#control, WORD.wantsWake, 1);
    if (this.isEmpty()) return true;
    this.stayAwake();
    return false;
  }

  /** Takes the wish to be woken back. */
  stayAwake(): void {
    Atomics.store(this.#control, WORD.wantsWake, 0);
  }

  /**
   * Looks what is there. First the ring, then the port's count: so every message of the port that
   * goes before one seen in the ring is counted.
   */
  // hot
  #look(): boolean {
    this.#headSeen = Atomics.load(this.#control, WORD.head);
    this.#portedSeen = Atomics.load(this.#control, WORD.ported);
    return this.#tail !== this.#headSeen || this.#portTaken !== this.#portedSeen;
  }

  #isPortNext(): boolean {
    if (this.#held === undefined) {
      // The writer is the only one to post here.
      const received = receiveMessageOnPort(this.#port) as { message: Ported } | undefined;
      assert(received !== undefined, 'link.counted_message_is_there');
      this.#held = received.message;
    }
    return this.#held[0] === this.#taken;
  }

  #takeHeld(): unknown {
    const [, message, kib] = this.#held!;
    this.#held = undefined;
    this.#taken++;
    Atomics.add(this.#control, WORD.portTakenKib, kib);
    this.#portTaken = (this.#portTaken + 1) | 0;
    Atomics.store(this.#control, WORD.portTaken, this.#portTaken);
    return message;
  }

  // hot
  #takeFromRing(): unknown {
    const length = this.#ring[this.#tail & WORD_MASK]!;
    const words = (length + 3) >> 2;
    const from = (this.#tail + 1) & WORD_MASK;
    if (words <= COPY_BY_LOOP_WORDS) {
      for (let word = 0; word < words; word++) {
        this.#words[word] = this.#ring[(from + word) & WORD_MASK]!;
      }
    } else {
      const first = Math.min(words, RING_WORDS - from);
      this.#words.set(this.#ring.subarray(from, from + first));
      this.#words.set(this.#ring.subarray(0, words - first), first);
    }
    this.#tail = (this.#tail + words + 1) | 0;
    Atomics.store(this.#control, WORD.tail, this.#tail);
    this.#taken++;
    return this.#decoder.decode(0);
  }
}
