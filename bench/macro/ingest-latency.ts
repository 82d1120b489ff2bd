// From a client that sends prints over gRPC to a subscriber of quotes, both outside of the product.

import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { sessionOf } from '../../actors/calendar/index.js';
import { packPrints } from '../../deploy/adapters/sources/packing.js';
import { createGrpcClient, type GrpcClient } from '../../engine/index.js';
import {
  ClientMessageSchema,
  ServerMessageSchema,
} from '../../proto/gen/sluice/gateway/v1/gateway_pb.js';
import {
  GetRequestSchema,
  IngestRequestSchema,
  MarketData,
} from '../../proto/gen/sluice/market/v1/market_pb.js';
import type { Sample } from '../lib/case.js';
import { nowUs, pause, percentiles } from '../lib/clock.js';
import { type Product, withProduct } from '../lib/product.js';
import { SocketListener } from '../lib/socket-listener.js';

/** Prints a second, prints of a batch, and the time that they are sent for. */
const PRINTS_PER_SECOND = 100_000;
const BATCH = 500;
const SECONDS = 5;

/**
 * Batches that are sent first and not measured: what waits while both sides are compiled takes two
 * seconds to be worked off on a slow machine.
 */
const WARM_SECONDS = 3;
const WARM_BATCHES = (WARM_SECONDS * PRINTS_PER_SECOND) / BATCH;
const BATCHES = WARM_BATCHES + (SECONDS * PRINTS_PER_SECOND) / BATCH;

/** Last session of the sample, and the one that the prints are of. */
const LAST = '2021-04-21';
const NEXT = 20210422;

/** Event time between two prints. Units: microseconds. */
const STEP_US = 20;

/** Sends at the rate, each batch once its time has come; a quote tells which print it is of. */
export function run(): Promise<Sample> {
  const flags = ['--shards', '1', '--pace', 'max', '--from', LAST, '--quiet'];
  return withProduct(flags, async (product) => {
    const port = await product.httpPort();
    const grpc = (await product.line(/^grpc (127\.0\.0\.1:\d+)$/m))[1]!;
    await product.line(/the replay is over/);
    const client = createGrpcClient(MarketData, grpc, 60_000);
    try {
      return await measure(product, client, port);
    } finally {
      client.close();
    }
  });
}

async function measure(
  product: Product,
  client: GrpcClient<typeof MarketData>,
  port: number,
): Promise<Sample> {
  const sentUs = new Float64Array(BATCHES);
  const { quotes } = await client.call('get', create(GetRequestSchema, { symbols: [] }));
  const requests = Array.from({ length: BATCHES }, (_, batch) => requestOf(quotes, batch));
  const subscribe = create(ClientMessageSchema, {
    message: { case: 'subscribe', value: { topic: 'quotes', keys: [], intervalMs: 0 } },
  });
  const message = toBinary(ClientMessageSchema, subscribe);
  const listener = await SocketListener.open({ port, path: '/ws', message });
  const answer = await client.send('ingest', inTime(requests, sentUs));
  await pause(200);
  const kept = await listener.close();
  const { openUs } = sessionOf(NEXT);
  const timesUs: number[] = [];
  for (const { payload, atUs } of kept) {
    const { payload: news } = fromBinary(ServerMessageSchema, payload);
    if (news.case !== 'quotes') continue;
    for (const { timeUs } of news.value.quotes) {
      const batch = Math.floor((timeUs - openUs) / STEP_US / BATCH);
      if (batch >= WARM_BATCHES && batch < BATCHES) timesUs.push(atUs - sentUs[batch]!);
    }
  }
  const { p50 = Number.NaN, p99 = Number.NaN } = percentiles(timesUs);
  const tookUs = sentUs[BATCHES - 1]! - sentUs[WARM_BATCHES]!;
  return {
    p50: p50 / 1_000,
    p99: p99 / 1_000,
    records: ((BATCHES - WARM_BATCHES - 1) * BATCH * 1e6) / tookUs,
    refused: Number(answer.rejected) + Number(answer.gaps),
    rss: product.rssMb(),
  };
}

/** A batch of prints as a message, made before anything is measured. */
function requestOf(
  quotes: readonly { readonly symbol: string; readonly last: number }[],
  batch: number,
) {
  const { openUs } = sessionOf(NEXT);
  const sizes = { size: 10, id: '', sequence: Number.NaN, conditions: '' };
  const prints = Array.from({ length: BATCH }, (_, at) => {
    const { symbol, last } = quotes[(batch * BATCH + at) % quotes.length]!;
    const timeUs = openUs + (batch * BATCH + at) * STEP_US;
    // Near the last price: prints far from it would be refused as bad.
    const price = Math.round(last * 100) / 100;
    return { trade: { kind: 'trade', symbol, timeUs, price, ...sizes }, bid: 0, ask: 0 } as const;
  });
  const { symbols, prints: bytes } = packPrints(prints);
  const number = { source: 'bench', sequence: BigInt(batch + 1) };
  return create(IngestRequestSchema, { ...number, symbols: [...symbols], prints: bytes });
}

/** Batches in their time; one that is late goes at once, as a source's would. */
async function* inTime<Request>(requests: readonly Request[], sentUs: Float64Array) {
  const startedUs = nowUs();
  for (const [batch, request] of requests.entries()) {
    const dueUs = startedUs + (batch * BATCH * 1e6) / PRINTS_PER_SECOND;
    const waitMs = (dueUs - nowUs()) / 1_000;
    if (waitMs > 0) await pause(waitMs);
    sentUs[batch] = nowUs();
    yield request;
  }
}
