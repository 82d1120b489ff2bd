// Quotes encoded by hand are what the general decoder reads.

import { fromBinary } from '@bufbuild/protobuf';
import fc from 'fast-check';
import t from 'tap';
import { COLUMN } from '../../../actors/market/index.js';
import { QuoteBatchSchema } from '../../../proto/gen/sluice/market/v1/market_pb.js';
import { QuoteBytes } from './quote-bytes.js';

const CHANGE = 13;
const STAGE = 14;

t.test('any rows read back as they were', async (t) => {
  const symbols = ['A', 'BRK.B', 'GOOGL'];
  const row = fc.array(fc.double(), { minLength: 15, maxLength: 15 });
  fc.assert(
    fc.property(
      fc.tuple(row, row, row),
      fc.subarray([0, 1, 2]),
      fc.integer({ min: 0, max: 6 }),
      fc.double({ noNaN: true }),
      fc.uint8Array({ minLength: 3, maxLength: 3, max: 1 }),
      (table, rows, stage, stamp, isOutside) => {
        const encoder = new QuoteBytes(symbols, { change: CHANGE, stage: STAGE }, isOutside);
        const read = (index: number, values: Float64Array): void => {
          values.set(table[index]!);
          values[STAGE] = stage;
        };
        // What lay there before must not show.
        const take = (length: number): Buffer => Buffer.alloc(length, 0xff);
        const bytes = encoder.encode({ rows, stamp }, new Float64Array(15), read, take);
        const batch = fromBinary(QuoteBatchSchema, bytes);
        return (
          batch.derived === rows.every((index) => isOutside[index] === 0) &&
          Object.is(batch.stamp, stamp) &&
          batch.quotes.length === rows.length &&
          batch.quotes.every((quote, index) => {
            const values = table[rows[index]!]!;
            return (
              quote.symbol === symbols[rows[index]!] &&
              quote.stage === stage &&
              quote.derived === (isOutside[rows[index]!] === 0) &&
              Object.is(quote.timeUs, values[COLUMN.lastTimeUs]) &&
              Object.is(quote.last, values[COLUMN.close]) &&
              Object.is(quote.bid, values[COLUMN.bid]) &&
              Object.is(quote.ask, values[COLUMN.ask]) &&
              Object.is(quote.open, values[COLUMN.open]) &&
              Object.is(quote.high, values[COLUMN.high]) &&
              Object.is(quote.low, values[COLUMN.low]) &&
              Object.is(quote.volume, values[COLUMN.volume]) &&
              Object.is(quote.change, values[CHANGE]) &&
              Object.is(quote.arrivalUs, values[COLUMN.arrivalUs])
            );
          })
        );
      },
    ),
    { numRuns: 200, seed: 20210104 },
  );
  t.pass('every field of every quote');
});
