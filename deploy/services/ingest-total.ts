// The answer to a stream of batches: what became of all their prints.

import { create } from '@bufbuild/protobuf';
import {
  type IngestResponse,
  IngestResponseSchema,
} from '../../proto/gen/sluice/market/v1/market_pb.js';
import type { IngestOutcome } from '../app/port.js';

/** Reasons told of one stream of batches; each is a code, and codes are few. */
const REASONS_MAX = 100;

/** Sums what became of one batch after the other. */
export class IngestTotal {
  readonly #sum = { accepted: 0n, rejected: 0n, gaps: 0n };
  readonly #reasons: Record<string, bigint> = {};

  /** Counts a batch. */
  add({ accepted, gaps, rejectedByReason }: IngestOutcome): void {
    this.#sum.accepted += BigInt(accepted);
    this.#sum.gaps += BigInt(gaps);
    for (const [reason, count] of Object.entries(rejectedByReason)) {
      this.#sum.rejected += BigInt(count);
      const isKnown =
        this.#reasons[reason] !== undefined || Object.keys(this.#reasons).length < REASONS_MAX;
      const name = isKnown ? reason : 'others';
      this.#reasons[name] = (this.#reasons[name] ?? 0n) + BigInt(count);
    }
  }

  /** The answer. */
  message(): IngestResponse {
    return create(IngestResponseSchema, { ...this.#sum, rejectedByReason: this.#reasons });
  }
}
