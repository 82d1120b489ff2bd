// Packed batches from a gRPC client into a live session, each record checked: none may be lost.

import { create } from '@bufbuild/protobuf';
import { packPrints } from '../../deploy/adapters/sources/packing.js';
import { grpcSource } from '../../deploy/adapters/sources/push-sources.js';
import { createGrpcClient } from '../../engine/index.js';
import { IngestRequestSchema, MarketData } from '../../proto/gen/sluice/market/v1/market_pb.js';
import type { Sample } from '../lib/case.js';
import { nowUs } from '../lib/clock.js';
import { equalPrints } from '../lib/trades.js';

/** Prints of a batch, and batches. */
const PRINTS = 1_000;
const BATCHES = 1_200;

/** Longest that the whole stream may take. Units: milliseconds. */
const DEADLINE_MS = 60_000;

/** One client's stream: client, server and session share a thread. */
export async function run(): Promise<Sample> {
  let taken = 0;
  const source = grpcSource('127.0.0.1', 0);
  const session = await new Promise<ReturnType<NonNullable<typeof source.live>>>((resolve) => {
    const opened = source.live!(
      { symbols: ['AAPL'], kinds: ['trade'] },
      {
        onRecord: () => taken++,
        onState: (state) => state === 'live' && resolve(opened),
      },
    );
  });
  const client = createGrpcClient(MarketData, `127.0.0.1:${source.port()}`, DEADLINE_MS);
  const { prints } = packPrints(equalPrints('AAPL', PRINTS));
  const batch = { source: 'bench', symbols: ['AAPL'], prints };
  const requests = Array.from({ length: BATCHES }, (_, at) =>
    create(IngestRequestSchema, { ...batch, sequence: BigInt(at + 1) }),
  );
  const startedUs = nowUs();
  await client.send('ingest', requests);
  const tookUs = nowUs() - startedUs;
  const lost = session.counters.gaps + PRINTS * BATCHES - taken;
  client.close();
  await session.close();
  return { rate: (PRINTS * BATCHES * 1e6) / tookUs, lost };
}
