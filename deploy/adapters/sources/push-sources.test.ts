// Sources that peers push to: each is answered for its own prints, and a door that fails says so.

import { create } from '@bufbuild/protobuf';
import t from 'tap';
import { createGrpcClient } from '../../../engine/index.js';
import { IngestRequestSchema, MarketData } from '../../../proto/gen/sluice/market/v1/market_pb.js';
import { SKIPPED_MAX } from '../../app/feed/numbering.js';
import { packPrints } from './packing.js';
import { PushSession } from './push-session.js';
import { grpcSource } from './push-sources.js';
import type { RecordKind } from './record.js';
import type { LiveState } from './source.js';

/** Prints of one symbol with a quote each. */
function batch(source: string, sequence: bigint, prices: readonly number[], symbol = 'AAPL') {
  const packed = packPrints(
    prices.map((price) => ({
      trade: {
        kind: 'trade',
        symbol,
        timeUs: 1e15,
        price,
        size: 1,
        id: '',
        sequence: Number.NaN,
        conditions: '',
      },
      bid: 1,
      ask: 2,
    })),
  );
  return { source, sequence, ...packed };
}

t.test('a batch is answered by its prints, whatever they hold and whoever wants it', (t) => {
  const wishes: (readonly RecordKind[])[] = [['trade', 'quote'], ['trade'], ['quote']];
  for (const kinds of wishes) {
    const session = new PushSession({ symbols: ['AAPL'], kinds }, { onRecord() {} });
    t.same(session.take(batch('a', 1n, [1, 2])), { accepted: 2, rejectedByReason: {}, gaps: 0 });
    t.same(session.take(batch('a', 4n, [1, -1])), {
      accepted: 1,
      rejectedByReason: { bad_price: 1 },
      gaps: 2,
    });
    t.match(session.take(batch('a', 4n, [1])), { accepted: 0, rejectedByReason: { repeated: 1 } });
    t.match(session.take(batch('b', 1n, [1, 1], 'KO')), {
      accepted: 0,
      rejectedByReason: { unwanted: 2 },
    });
    t.match(session.take(batch('a', 6n + SKIPPED_MAX, [1])), {
      accepted: 0,
      rejectedByReason: { unreadable: 1 },
      gaps: 0,
    });
    t.equal(session.counters.gaps, 2);
  }
  t.end();
});

t.test('two peers at once are each answered for their own', async (t) => {
  const source = grpcSource('127.0.0.1', 0);
  const live = new Promise<void>((resolve) => {
    const session = source.live!(
      { symbols: ['AAPL'], kinds: ['trade', 'quote'] },
      { onRecord() {}, onState: (state) => state === 'live' && resolve() },
    );
    t.teardown(() => session.close());
  });
  await live;
  const client = createGrpcClient(MarketData, `127.0.0.1:${source.port()}`);
  t.teardown(() => client.close());
  const send = (name: string, prices: readonly number[]) =>
    client.send(
      'ingest',
      [1n, 2n, 3n].map((sequence) => {
        const { prints, ...one } = batch(name, sequence, prices);
        return create(IngestRequestSchema, {
          ...one,
          symbols: [...one.symbols],
          prints: Uint8Array.from(prints),
        });
      }),
    );
  const [good, bad] = await Promise.all([send('good', [1, 2, 3]), send('bad', [1, -1])]);
  t.match(good, { accepted: 9n, rejected: 0n, gaps: 0n });
  t.match(bad, { accepted: 3n, rejected: 3n, rejectedByReason: { bad_price: 3n } });
});

t.test('a door that can not be opened has failed', async (t) => {
  const first = grpcSource('127.0.0.1', 0);
  const subscription = { symbols: ['AAPL'], kinds: ['trade'] } as const;
  const open = (source: ReturnType<typeof grpcSource>) =>
    new Promise<readonly [LiveState, string, LiveState]>((resolve) => {
      const session = source.live!(subscription, {
        onRecord() {},
        onState: (state, why) => resolve([state, why, session.state()]),
      });
      t.teardown(() => session.close());
    });
  t.same(await open(first), ['live', 'listening', 'live']);
  t.same(await open(grpcSource('127.0.0.1', first.port())), ['failed', 'grpc.port_busy', 'failed']);
});
