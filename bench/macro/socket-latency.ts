// From a print's arrival in the product to its quote at a WebSocket client in another process.

import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import {
  ClientMessageSchema,
  ServerMessageSchema,
} from '../../proto/gen/sluice/gateway/v1/gateway_pb.js';
import type { Sample } from '../lib/case.js';
import { nowUs, pause, percentiles } from '../lib/clock.js';
import { type Product, ticksSoFar, withProduct } from '../lib/product.js';
import { SocketListener } from '../lib/socket-listener.js';
import type { Received } from '../lib/socket-log.js';

/** Time after the subscription that is not measured, and the time that is. */
const WARM_MS = 2_000;
const MEASURED_MS = 5_000;

/** Symbols of the sample that print each session, about. */
const SYMBOLS = 504;

/**
 * Percentiles at a rate, one session a second. The product stamps arrival on the monotonic clock,
 * which all processes of a machine share; receipt is stamped before anything is decoded, on a
 * thread that makes no garbage, and decoding waits until the end: the client's own speed is not
 * measured.
 */
export function latencyAt(ticksPerSecond: number): Promise<Sample> {
  const ticksPerBar = Math.round(ticksPerSecond / SYMBOLS);
  const flags = ['--shards', '1', '--pace', '1', '--ticks-per-bar', String(ticksPerBar)];
  return withProduct([...flags, '--quiet'], (product) => measure(product));
}

async function measure(product: Product): Promise<Sample> {
  const port = await product.httpPort();
  const subscribe = create(ClientMessageSchema, {
    message: { case: 'subscribe', value: { topic: 'quotes', keys: [], intervalMs: 0 } },
  });
  const message = toBinary(ClientMessageSchema, subscribe);
  const listener = await SocketListener.open({ port, path: '/ws', message });
  await pause(WARM_MS);
  const before = await ticksSoFar(port);
  const fromUs = nowUs();
  await pause(MEASURED_MS);
  const seconds = (nowUs() - fromUs) / 1e6;
  const ticks = (await ticksSoFar(port)) - before;
  const timesUs = latencies(await listener.close(), fromUs);
  const { p50 = Number.NaN, p99 = Number.NaN } = percentiles(timesUs);
  return {
    p50: p50 / 1000,
    p99: p99 / 1000,
    ticks: ticks / seconds,
    quotes: timesUs.length / seconds,
    rss: product.rssMb(),
  };
}

function latencies(kept: readonly Received[], fromUs: number): number[] {
  const timesUs: number[] = [];
  const latest = new Map<string, number>();
  for (const { payload, atUs } of kept) {
    const { payload: news } = fromBinary(ServerMessageSchema, payload);
    if (news.case !== 'quotes') throw new Error(`expected quotes, was ${news.case}`);
    for (const { symbol, arrivalUs } of news.value.quotes) {
      // A row changes at points too; only its first message after a print has a new arrival.
      const isNew = latest.get(symbol) !== arrivalUs;
      latest.set(symbol, arrivalUs);
      if (isNew && arrivalUs >= fromUs) timesUs.push(atUs - arrivalUs);
    }
  }
  return timesUs;
}
