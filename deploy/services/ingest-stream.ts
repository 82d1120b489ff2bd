// A stream of batches into the market: several are under way at once, and share a flush.

import type { IngestRequest, IngestResponse } from '../../proto/gen/sluice/market/v1/market_pb.js';
import type { Answer, IngestBatch, IngestOutcome } from '../app/port.js';
import { IngestTotal } from './ingest-total.js';
import { unwrap } from './refusals.js';

/** Batches of one stream under way, and their bytes; beyond either the stream waits. */
export const UNDER_WAY_MAX = 16;
const BYTES_MAX = 8 * 1024 * 1024;

/** Takes one batch into the market; answers once it is durable, or at once that it is refused. */
export type TakeBatch = (batch: IngestBatch) => Promise<Answer<IngestOutcome>>;

/** Takes a stream's batches in their order; the first that is not taken is its last. */
export async function takeStream(
  requests: AsyncIterable<IngestRequest>,
  take: TakeBatch,
): Promise<IngestResponse> {
  const stream = new IngestStream(take);
  for await (const request of requests) {
    if (!(await stream.begin(request))) break;
  }
  return await stream.end();
}

/** A batch under way: what came of it, once that is known. */
interface UnderWay {
  readonly settled: Promise<void>;
  readonly bytes: number;
  answer?: Answer<IngestOutcome>;
  failure?: unknown;
}

class IngestStream {
  readonly #take: TakeBatch;
  readonly #total = new IngestTotal();
  /** In their order: the first began first. */
  readonly #underWay: UnderWay[] = [];
  #bytes = 0;
  #isOver = false;

  constructor(take: TakeBatch) {
    this.#take = take;
  }

  /** Begins a batch, once there is room for it. False when no other may follow. */
  async begin(batch: IngestBatch): Promise<boolean> {
    while (this.#isFull && !this.#isOver) await this.#settleFirst();
    if (this.#isOver) return false;
    this.#underWay.push(this.#watched(batch));
    this.#bytes += batch.prints.length;
    // A refusal comes before the next turn: whatever followed it would be taken in its place.
    await new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
    return !this.#isOver;
  }

  /** What became of all batches. Errors: the first refusal, what kept a batch from the disk. */
  async end(): Promise<IngestResponse> {
    while (this.#underWay.length > 0) await this.#settleFirst();
    return this.#total.message();
  }

  get #isFull(): boolean {
    return this.#underWay.length >= UNDER_WAY_MAX || this.#bytes >= BYTES_MAX;
  }

  #watched(batch: IngestBatch): UnderWay {
    const settled = this.#take(batch).then(
      (answer) => {
        underWay.answer = answer;
        if (!answer.ok) this.#isOver = true;
      },
      (error: unknown) => {
        underWay.failure = error;
        this.#isOver = true;
      },
    );
    const underWay: UnderWay = { settled, bytes: batch.prints.length };
    return underWay;
  }

  async #settleFirst(): Promise<void> {
    const first = this.#underWay[0]!;
    await first.settled;
    this.#underWay.shift();
    this.#bytes -= first.bytes;
    if (first.answer === undefined) throw first.failure;
    this.#total.add(unwrap(first.answer));
  }
}
