// Writes what an exchange says of a book as frames into the ring of its shard; nothing is dropped.

import { FRAME_LANES } from '../../engine/index.js';
import {
  BOOK_BEST,
  BOOK_EVENT,
  BOOK_LEVEL,
  BOOK_LOST,
  BOOK_TRADE,
} from '../../proto/frames/book.js';
import type { BookRecord } from '../adapters/books/book-record.js';
import { nextTurn } from '../app/next-turn.js';
import type { BookShards } from './book-shards.js';

/** Frames of records, for the shards. */
export class BookFrames {
  readonly #shards: Pick<BookShards, 'send' | 'publish'>;
  readonly #isStopped: () => boolean;
  readonly #lanes = new Float64Array(FRAME_LANES);

  constructor(shards: Pick<BookShards, 'send' | 'publish'>, isStopped: () => boolean) {
    this.#shards = shards;
    this.#isStopped = isStopped;
  }

  /** Sends a record of a row; where the ring is full it waits. Units: microseconds UTC. */
  async send(row: number, record: BookRecord, receivedUs: number): Promise<void> {
    const lanes = this.#lanes;
    lanes[1] = record.timeUs;
    lanes[2] = receivedUs;
    switch (record.kind) {
      case 'depth': {
        const { levels, levelCount } = record;
        lanes[3] = record.isSnapshot ? 1 : 0;
        lanes[4] = record.previousId;
        lanes[5] = record.lastId;
        lanes[6] = levelCount;
        await this.#frame(row, BOOK_EVENT.kind);
        for (let at = 0; at < levelCount * 3; at += 3) {
          for (let field = 0; field < 3; field++) lanes[field + 1] = levels[at + field]!;
          await this.#frame(row, BOOK_LEVEL.kind);
        }
        break;
      }
      case 'best':
        lanes[3] = record.id;
        lanes[4] = record.bid;
        lanes[5] = record.bidSize;
        lanes[6] = record.ask;
        lanes[7] = record.askSize;
        await this.#frame(row, BOOK_BEST.kind);
        break;
      case 'trade':
        lanes[3] = record.id;
        lanes[4] = record.priceTicks;
        lanes[5] = record.sizeLots;
        lanes[6] = record.aggressor;
        await this.#frame(row, BOOK_TRADE.kind);
        break;
    }
  }

  /** Says of a row that its feed broke off. Unit: microseconds UTC. */
  async lose(row: number, receivedUs: number): Promise<void> {
    this.#lanes[1] = 0;
    this.#lanes[2] = receivedUs;
    await this.#frame(row, BOOK_LOST.kind);
  }

  /** Shows what was sent to the shards. */
  publish(): void {
    this.#shards.publish();
  }

  #frame(row: number, kind: number): Promise<void> | undefined {
    return this.#shards.send(row, kind, this.#lanes) ? undefined : this.#frameLater(row, kind);
  }

  async #frameLater(row: number, kind: number): Promise<void> {
    do {
      this.#shards.publish();
      await nextTurn();
    } while (!this.#isStopped() && !this.#shards.send(row, kind, this.#lanes));
  }
}
