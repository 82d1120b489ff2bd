// Quotes a second into protobuf, in the batches that WebSocket and gRPC clients get.

import { create } from '@bufbuild/protobuf';
import { encoderOf } from '../../engine/index.js';
import { QuoteBatchSchema, QuoteSchema } from '../../proto/gen/sluice/market/v1/market_pb.js';
import type { Sample } from '../lib/case.js';
import { ratePerSecond } from '../lib/clock.js';

const QUOTES = 256;

const toBytes = encoderOf(QuoteBatchSchema);

/** Builds and encodes batches of 256 quotes. */
export async function run(): Promise<Sample> {
  let number = 0;
  let bytes = 0;
  const rate = await ratePerSecond(() => {
    const quotes = Array.from({ length: QUOTES }, (_, row) => {
      const last = 100 + (number++ % 100) * 0.01;
      return create(QuoteSchema, {
        symbol: `SYM${row}`,
        timeUs: number,
        last,
        bid: last - 0.01,
        ask: last + 0.01,
        volume: number,
        arrivalUs: number,
      });
    });
    const batch = create(QuoteBatchSchema, { quotes, stamp: number, derived: true });
    bytes += toBytes(batch).length;
    return QUOTES;
  });
  if (bytes === 0) throw new Error('expected bytes, was none');
  return { rate };
}
