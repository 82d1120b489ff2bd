// Messages of one round: payloads for several clients that lie beside each other in its memory.

import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import t from 'tap';
import { ServerMessageSchema } from '../../proto/gen/sluice/gateway/v1/gateway_pb.js';
import { QuoteBatchSchema, QuoteSchema } from '../../proto/gen/sluice/market/v1/market_pb.js';
import { RoundMemory } from './round-memory.js';
import { SharedPayload } from './topic-message.js';
import type { Reading } from './topic-reading.js';

/** News of one quote, encoded where it is told to. */
function newsOf(symbol: string): Reading {
  const value = create(QuoteBatchSchema, { quotes: [create(QuoteSchema, { symbol })] });
  return {
    stamp: 1,
    payload: () => ({ case: 'quotes', value }),
    bytes(take) {
      const bytes = toBinary(QuoteBatchSchema, value);
      const taken = take(bytes.length);
      taken.set(bytes);
      return taken;
    },
  };
}

t.test('clients of one round are told their own, in whatever order they come', async (t) => {
  const memory = new RoundMemory();
  for (const round of ['first', 'second']) {
    memory.begin();
    const payloads = ['A', 'BB', 'CCC'].map((name) => {
      return new SharedPayload(newsOf(`${name} ${round}`), memory);
    });
    const told = [0, 1, 2, 0, 2, 1].map((index, sequence) => {
      const bytes = payloads[index]!.message('binary', { topic: 'quotes', sequence });
      // Binary messages are bytes.
      const { payload } = fromBinary(ServerMessageSchema, bytes as Uint8Array);
      return payload.case === 'quotes' ? payload.value.quotes[0]?.symbol : payload.case;
    });
    t.same(
      told,
      ['A', 'BB', 'CCC', 'A', 'CCC', 'BB'].map((name) => `${name} ${round}`),
    );
  }
});
