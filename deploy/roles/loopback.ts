// A world for one shard in its own thread: frames go straight in, every commit is done at once.

import { MessageChannel } from 'node:worker_threads';
import {
  createLink,
  createRing,
  LinkReader,
  LinkWriter,
  NOTHING,
  RingConsumer,
  RingProducer,
  type ShardProgram,
} from '../../engine/index.js';
import type { ShardSnapshot } from './shard-config.js';
import type { FromShard } from './shard-messages.js';

/** Frames that wait before the shard takes them. */
const RING_FRAMES = 1024;

/** Frames the shard is given at one time, as in its own thread. */
const FRAMES_A_VISIT = 256;

/**
 * Feeds a shard and tells it that what it wants to append is on disk. All that it says goes through
 * a link as its owner would have it, and is lost there.
 */
export class Loopback {
  /** The shard; nothing may be sent before it is there. */
  shard: ShardProgram | undefined;
  readonly #producer: RingProducer;
  readonly #consumer: RingConsumer;
  readonly #channel = new MessageChannel();
  readonly #writer: LinkWriter;
  readonly #reader: LinkReader;
  #tickets: number[] = [];
  #snapshot: ShardSnapshot | undefined;

  constructor() {
    const link = createLink();
    this.#writer = new LinkWriter(link, this.#channel.port1);
    this.#reader = new LinkReader(link, this.#channel.port2);
    const ring = createRing(RING_FRAMES);
    this.#producer = new RingProducer(ring);
    this.#consumer = new RingConsumer(ring);
  }

  /** The last snapshot that the shard has taken. */
  get snapshot(): ShardSnapshot | undefined {
    return this.#snapshot;
  }

  /** The shard has said something. */
  posted(message: unknown): void {
    // The shard's program is the only one that posts, and this is all it posts.
    const said = message as FromShard;
    if (said.kind === 'append') this.#tickets.push(said.ticket);
    if (said.kind === 'snapshot') this.#snapshot = said.snapshot;
    this.#writer.post(message);
    while (this.#reader.take() !== NOTHING);
  }

  /** Lets go of the link. */
  close(): void {
    this.#channel.port1.close();
  }

  /** Sends one frame. Lanes from 1 on. */
  send(kind: number, row: number, lanes: readonly number[]): void {
    let slot = this.#producer.claim();
    if (slot < 0) {
      this.drain();
      slot = this.#producer.claim();
    }
    this.#producer.fill(slot, kind, row, lanes);
  }

  /** Lets the shard go on until it has done everything. */
  drain(): void {
    const { shard } = this;
    if (shard === undefined) return;
    const ring = this.#consumer;
    this.#producer.publish();
    let work: number;
    do {
      work = this.#tickets.length;
      for (const ticket of this.#tickets.splice(0)) shard.onMessage({ kind: 'committed', ticket });
      const available = Math.min(FRAMES_A_VISIT, ring.available());
      if (available > 0) {
        const taken = shard.onFrames(ring, available);
        ring.release(taken);
        work += taken;
      }
      work += shard.step();
      // Nobody else moves anything here: what did not go on now never will.
    } while (work > 0);
  }
}
