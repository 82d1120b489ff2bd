// Pressure inside reaches the sources: gRPC clients stall and lose nothing, SUB's loss is counted.

import { connect } from 'node:net';
import { create } from '@bufbuild/protobuf';
import t from 'tap';
import { sessionOf } from '../../actors/calendar/index.js';
import { createGrpcClient } from '../../engine/index.js';
import { IngestRequestSchema, MarketData } from '../../proto/gen/sluice/market/v1/market_pb.js';
import type { Market } from '../app/market/market.js';
import { WAITING_MAX } from './nng-ingest.js';
import { freePort, openSystem, packFrame, packPrints, until } from './test-system.js';

/** Batches of one stream, each of so many prints: far more than any buffer on the way holds. */
const BATCHES = 120;
const PRINTS = 1_000;

/** What a PUB socket greets with. Source: SP over TCP. */
const PUB_GREETING = Buffer.from([0x00, 0x53, 0x50, 0x00, 0x00, 0x20, 0x00, 0x00]);

/** Presses every source of a market until the answer is called. */
function press(market: Market): () => void {
  const { pressure } = market.shards;
  let isPressed = true;
  const { isPressed: before } = Object.getPrototypeOf(pressure) as typeof pressure;
  pressure.isPressed = () => isPressed || before.call(pressure);
  return () => {
    isPressed = false;
  };
}

t.test('a gRPC client stalls under pressure, and loses nothing', async (t) => {
  const { grpc, market } = await openSystem(t);
  const client = createGrpcClient(MarketData, grpc, 30_000);
  t.teardown(() => client.close());
  const { openUs } = sessionOf(20210121);
  const release = press(market);
  let written = 0;
  function* batches() {
    for (let batch = 0; batch < BATCHES; batch++) {
      written++;
      const prints = packPrints(
        Array.from({ length: PRINTS }, (_, at) => [0, openUs + batch * PRINTS + at, 130] as const),
      );
      yield create(IngestRequestSchema, {
        source: 'test',
        sequence: BigInt(batch + 1),
        symbols: ['AAPL'],
        prints,
      });
    }
  }
  const answer = client.send('ingest', batches());
  let last = -1;
  const isStill = (): boolean => {
    const isSame = written === last && written > 0;
    last = written;
    return isSame;
  };
  for (let looks = 0; looks < 5; looks++) t.ok(await until(isStill));
  t.ok(written < BATCHES / 2, `${written} of ${BATCHES} batches have left the client`);
  release();
  t.match(await answer, { accepted: BigInt(BATCHES * PRINTS), rejected: 0n, gaps: 0n });
});

t.test('SUB drops frames beyond the bound, each of them counted', async (t) => {
  const url = `tcp://127.0.0.1:${await freePort()}`;
  const { market, system, services } = await openSystem(t, { nngSub: url });
  if (services.warnings.length > 0) {
    t.comment(`nothing was tried: ${services.warnings.join('; ')}`);
    return;
  }
  const peer = connect(Number(new URL(url).port), '127.0.0.1');
  t.teardown(() => peer.destroy());
  peer.write(PUB_GREETING);
  const { openUs } = sessionOf(20210121);
  const before = market.sequencer.prints;
  const release = press(market);
  for (let frame = 1; frame <= WAITING_MAX + 200; frame++) {
    const bytes = packFrame(frame, packPrints([[0, openUs + frame, 130]]));
    const head = Buffer.alloc(8);
    head.writeBigUInt64BE(BigInt(bytes.length));
    peer.write(Buffer.concat([head, bytes]));
  }
  const dropped = () => system.market.feed().rejectedByReason['frame_dropped'];
  t.ok(await until(() => dropped() === 200n), `${dropped()} were dropped`);
  t.equal(market.sequencer.prints, before, 'none has come through');
  release();
  t.ok(await until(() => market.sequencer.prints === before + WAITING_MAX));
  t.equal(dropped(), 200n, 'every frame is accounted for');
});
