// A pre-trade check over gRPC beside a bare unary call of the same server, one after the other.

import { create } from '@bufbuild/protobuf';
import { grpcServices } from '../../deploy/services/grpc-services.js';
import { bind, createGrpcClient, startGrpcServer } from '../../engine/index.js';
import {
  GetQualityRequestSchema,
  Quality,
  QualityReportSchema,
  RejectsResponseSchema,
} from '../../proto/gen/sluice/quality/v1/quality_pb.js';
import { CheckOrderRequestSchema, Risk } from '../../proto/gen/sluice/risk/v1/risk_pb.js';
import type { Sample } from '../lib/case.js';
import { nowUs } from '../lib/clock.js';
import { observed } from '../lib/profile.js';
import { quantile } from '../lib/statistics.js';
import { type Running, withSystem } from '../lib/system.js';

/** Pairs of calls before measuring and measured. */
const WARM = 500;
const MEASURED = 3_000;

const ORDER = create(CheckOrderRequestSchema, {
  portfolio: 'megacaps',
  symbol: 'TSLA',
  side: 'buy',
  quantity: '100',
});

/** A service of the same server whose handlers do nothing, in the place of one with as many. */
const BARE = bind(Quality, {
  get: () => create(QualityReportSchema),
  rejects: () => create(RejectsResponseSchema),
});

/** Percentiles of the check, and how many times a bare call its median is. */
export function run(): Promise<Sample> {
  return withSystem({ shards: '1' }, measure);
}

async function measure({ system }: Running): Promise<Sample> {
  const others = grpcServices(system).filter(({ service }) => service !== Quality);
  const server = await startGrpcServer([...others, BARE], { host: '127.0.0.1', port: 0 });
  const address = `127.0.0.1:${server.port}`;
  const risk = createGrpcClient(Risk, address);
  const bare = createGrpcClient(Quality, address);
  const nothing = create(GetQualityRequestSchema);
  const checks = new Float64Array(MEASURED);
  const calls = new Float64Array(MEASURED);
  const pair = async (index: number): Promise<void> => {
    const fromUs = nowUs();
    await risk.call('checkOrder', ORDER);
    const betweenUs = nowUs();
    await bare.call('get', nothing);
    if (index < 0) return;
    checks[index] = betweenUs - fromUs;
    calls[index] = nowUs() - betweenUs;
  };
  for (let index = -WARM; index < 0; index++) await pair(index);
  await observed(async () => {
    for (let index = 0; index < MEASURED; index++) await pair(index);
  });
  risk.close();
  bare.close();
  await server.close(500);
  const p50 = quantile(checks, 0.5);
  return {
    p50,
    p99: quantile(checks, 0.99),
    bare: quantile(calls, 0.5),
    ratio: p50 / quantile(calls, 0.5),
  };
}
