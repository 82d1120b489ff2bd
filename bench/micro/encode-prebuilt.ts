// Quotes a second into protobuf when the messages exist already: the encoder alone.

import { create } from '@bufbuild/protobuf';
import { encoderOf } from '../../engine/index.js';
import { QuoteBatchSchema, QuoteSchema } from '../../proto/gen/sluice/market/v1/market_pb.js';
import type { Sample } from '../lib/case.js';
import { ratePerSecond } from '../lib/clock.js';

const QUOTES = 256;

const toBytes = encoderOf(QuoteBatchSchema);

/** Encodes one batch of 256 quotes again and again. */
export async function run(): Promise<Sample> {
  const quotes = Array.from({ length: QUOTES }, (_, row) =>
    create(QuoteSchema, { symbol: `SYM${row}`, timeUs: row, last: 100.01, bid: 100, ask: 100.02 }),
  );
  const batch = create(QuoteBatchSchema, { quotes, stamp: 1, derived: true });
  let bytes = 0;
  const rate = await ratePerSecond(() => {
    bytes += toBytes(batch).length;
    return QUOTES;
  });
  if (bytes === 0) throw new Error('expected bytes, was none');
  return { rate };
}
