// From the point at which a rule is broken to its alert at a WebSocket client.

import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { alertNames, checkAlertRules } from '../../deploy/config/alerts-config.js';
import { parseYaml } from '../../deploy/config/yaml-source.js';
import { startServices } from '../../deploy/services/serve.js';
import { POINT } from '../../proto/frames/market.js';
import {
  ClientMessageSchema,
  ServerMessageSchema,
} from '../../proto/gen/sluice/gateway/v1/gateway_pb.js';
import type { Sample } from '../lib/case.js';
import { nowUs, pause, percentiles } from '../lib/clock.js';
import { observed } from '../lib/profile.js';
import { SocketListener } from '../lib/socket-listener.js';
import type { Received } from '../lib/socket-log.js';
import { type Running, withSystem } from '../lib/system.js';

/** Time that sessions are streamed for, one a second, before measuring and measured. Units: ms. */
const WARM_MS = 4_000;
const MEASURED_MS = 12_000;

/** Fewest alerts that say anything about their 99th percentile. */
const ALERTS_MIN = 100;

/** Rules that change at many points, beside the limits of the sample. */
const RULES = `rules:
  - id: down-today
    for: portfolios
    when: { feature: day_pnl, op: '<', value: 0 }
  - id: down
    for: symbols
    only: [AAPL, AMZN, FB, GOOGL, JPM, KO, MSFT, NFLX, NVDA, PEP, TSLA, XOM]
    when: { feature: ret_1, op: '<', value: 0 }
`;

/**
 * Percentiles over all alerts. The time begins when the point leaves for the shards, with the
 * prints before it, and ends at receipt; the client is a thread of the process, and decodes at the
 * end.
 */
export function run(): Promise<Sample> {
  return withSystem({ shards: '1', pace: '1' }, measure, (settings) => ({
    ...settings,
    alerts: checkAlertRules(
      parseYaml(RULES, 'breach'),
      alertNames(settings.portfolios, settings.members),
    ),
  }));
}

async function measure({ market, system }: Running): Promise<Sample> {
  const sentUs = notePoints(market);
  const ports = { httpPort: 0, grpcPort: 0, nngSub: undefined, nngPull: undefined };
  const services = await startServices(system, { host: '127.0.0.1', ...ports, webRoot: '' });
  const subscribe = create(ClientMessageSchema, {
    message: { case: 'subscribe', value: { topic: 'alerts', keys: [], intervalMs: 0 } },
  });
  const message = toBinary(ClientMessageSchema, subscribe);
  const listener = await SocketListener.open({ port: services.httpPort, path: '/ws', message });
  const streamed = market.stream();
  await pause(WARM_MS);
  sentUs.clear();
  await observed(() => pause(MEASURED_MS));
  market.stop();
  await streamed;
  const times = latencies(await listener.close(), sentUs);
  await services.close(500);
  if (times.length < ALERTS_MIN) {
    throw new Error(`expected ${ALERTS_MIN} alerts, was ${times.length}`);
  }
  const { p50 = Number.NaN, p99 = Number.NaN } = percentiles(times);
  return { p50: p50 / 1000, p99: p99 / 1000, alerts: times.length };
}

/** When each point of event time was sent. Units: microseconds, both. */
function notePoints({ shards }: Running['market']): Map<number, number> {
  const sentUs = new Map<number, number>();
  const { frames } = shards;
  const broadcast = frames.broadcast.bind(frames);
  frames.broadcast = (kind, row, lanes) => {
    // A snapshot right after a close has the close's time.
    if (kind === POINT.kind) sentUs.set(lanes[0]!, nowUs());
    return broadcast(kind, row, lanes);
  };
  return sentUs;
}

function latencies(kept: readonly Received[], sentUs: ReadonlyMap<number, number>): number[] {
  return kept.flatMap(({ payload, atUs }) => {
    const { payload: news } = fromBinary(ServerMessageSchema, payload);
    if (news.case !== 'alerts') throw new Error(`expected alerts, was ${news.case}`);
    // Points before the measured ones are not noted.
    const sent = news.value.alerts.flatMap(({ asOfUs }) => sentUs.get(asOfUs) ?? []);
    return sent.map((fromUs) => atUs - fromUs);
  });
}
