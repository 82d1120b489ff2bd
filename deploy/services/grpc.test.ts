// The gRPC door: answers, refusals, durable commands, ingest, and bytes that are no messages.

import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { Client, credentials, type ServiceError } from '@grpc/grpc-js';
import t from 'tap';
import { sessionOf } from '../../actors/calendar/index.js';
import { createGrpcClient, startGrpcServer } from '../../engine/index.js';
import {
  ExplainRequestSchema,
  Funnel,
  GetFunnelRequestSchema,
} from '../../proto/gen/sluice/funnel/v1/funnel_pb.js';
import {
  IngestRequestSchema,
  IngestResponseSchema,
} from '../../proto/gen/sluice/market/v1/market_pb.js';
import {
  CommandRequestSchema,
  GetPortfolioRequestSchema,
  Portfolio,
  TradeSchema,
} from '../../proto/gen/sluice/portfolio/v1/portfolio_pb.js';
import { GetRiskRequestSchema, Risk } from '../../proto/gen/sluice/risk/v1/risk_pb.js';
import {
  ActorRequestSchema,
  Supervision,
  TreeRequestSchema,
} from '../../proto/gen/sluice/supervision/v1/supervision_pb.js';
import { nextTurn } from '../app/next-turn.js';
import { type OpenSystem, openSystem, packPrints, SYMBOLS } from './test-system.js';

const INGEST = '/sluice.market.v1.MarketData/Ingest';
const GET = '/sluice.market.v1.MarketData/Get';
const same = (bytes: Buffer): Buffer => bytes;

/** Sends messages as raw bytes up a stream; resolves with the answer or the error. */
function upload(address: string, messages: readonly Uint8Array[]): Promise<Buffer | ServiceError> {
  const client = new Client(address, credentials.createInsecure());
  return new Promise((resolve) => {
    const call = client.makeClientStreamRequest(INGEST, same, same, (error, answer) => {
      client.close();
      resolve(error ?? answer!);
    });
    for (const message of messages) call.write(Buffer.from(message));
    call.end();
  });
}

/** Sends raw bytes as one request; resolves with the answer or the error. */
function ask(address: string, path: string, request: Buffer): Promise<Buffer | ServiceError> {
  const client = new Client(address, credentials.createInsecure(), {
    'grpc.max_send_message_length': -1,
  });
  return new Promise((resolve) => {
    client.makeUnaryRequest(path, same, same, request, (error, answer) => {
      client.close();
      resolve(error ?? answer!);
    });
  });
}

async function isServing({ grpc }: OpenSystem): Promise<boolean> {
  const client = createGrpcClient(Funnel, grpc);
  const shown = await client.call('get', create(GetFunnelRequestSchema));
  client.close();
  return shown.universe === SYMBOLS.length;
}

t.test('the gRPC door', async (t) => {
  const open = await openSystem(t);
  const { market, system, grpc } = open;

  await t.test('the funnel is told and explained, an unknown symbol refused', async (t) => {
    const funnel = createGrpcClient(Funnel, grpc);
    const shown = await funnel.call('get', create(GetFunnelRequestSchema));
    t.equal(shown.days.length, 12);
    t.equal(shown.universe, SYMBOLS.length);
    const aapl = create(ExplainRequestSchema, { symbol: 'aapl' });
    t.equal((await funnel.call('explain', aapl)).stages.length, 6);
    await t.rejects(funnel.call('explain', create(ExplainRequestSchema, { symbol: 'NOPE' })), {
      code: 'grpc.refused',
      message: /market.unknown_symbol/,
    });
    funnel.close();
  });

  await t.test('a command is applied once and outlives its thread and its actor', async (t) => {
    const restarts = market.shards.restarts();
    const portfolio = createGrpcClient(Portfolio, grpc);
    const trade = create(CommandRequestSchema, {
      portfolio: 'megacaps',
      commandId: 'buy-1',
      command: {
        case: 'trade',
        value: create(TradeSchema, { symbol: 'KO', side: 'buy', quantity: '10' }),
      },
    });
    t.match(await portfolio.call('command', trade), { accepted: true, repeatedCommand: false });
    t.match(await portfolio.call('command', trade), { accepted: true, repeatedCommand: true });
    t.match(await portfolio.call('command', create(CommandRequestSchema, { portfolio: 'none' })), {
      accepted: false,
      code: 'portfolio.unknown',
    });
    t.match(
      await portfolio.call('command', create(CommandRequestSchema, { portfolio: 'megacaps' })),
      { code: 'portfolio.no_command' },
    );
    const supervision = createGrpcClient(Supervision, grpc);
    const restart = (address: string) =>
      supervision.call('restart', create(ActorRequestSchema, { address }));
    t.match(await restart('symbol/AAPL'), { accepted: true });
    t.match(await restart('symbol/NOPE'), { accepted: false, code: 'supervision.unknown' });
    t.match(await supervision.call('stop', create(ActorRequestSchema, { address: 'shard/0' })), {
      code: 'supervision.cannot_stop',
    });
    while (market.shards.restarts() === restarts) await nextTurn();
    while ((await market.shards.asks.fingerprint(0)).length === 0) await nextTurn();
    const held = async () => {
      const request = create(GetPortfolioRequestSchema, { id: 'megacaps' });
      const { positions } = await portfolio.call('get', request);
      return positions.find(({ symbol }) => symbol === 'KO')?.quantity;
    };
    t.equal(await held(), '10', 'the trade survived the thread');
    await market.settle();
    t.match(await restart('portfolio/megacaps'), { accepted: true });
    t.equal(await held(), '10', 'and its actor');
    const tree = await supervision.call('tree', create(TreeRequestSchema, { match: 'symbol/' }));
    t.equal(tree.total, SYMBOLS.length);
    supervision.close();
    portfolio.close();
  });

  await t.test('risk is told over every scenario, an unknown portfolio refused', async (t) => {
    const risk = createGrpcClient(Risk, grpc);
    const figures = await risk.call('get', create(GetRiskRequestSchema, { portfolio: 'megacaps' }));
    t.equal(figures.scenarioPnl.length, 504);
    t.ok(figures.summary!.var99 > 0);
    await t.rejects(risk.call('get', create(GetRiskRequestSchema, { portfolio: 'x' })), {
      code: 'grpc.refused',
    });
    risk.close();
  });

  await t.test('ingest counts what it takes and what it refuses', async (t) => {
    const { openUs } = sessionOf(20210121);
    const batches = [
      [
        1n,
        packPrints([
          [0, openUs + 5, 130],
          [0, openUs + 4, 130],
          [0, openUs + 6, -1],
          [0, openUs + 7, Number.NaN],
          [9, openUs, 1],
        ]),
      ],
      [4n, packPrints([[0, openUs + 9, 131]])],
    ] as const;
    const response = await upload(
      grpc,
      batches.map(([sequence, prints]) =>
        toBinary(
          IngestRequestSchema,
          create(IngestRequestSchema, { source: 'test', sequence, symbols: ['AAPL'], prints }),
        ),
      ),
    );
    t.ok(Buffer.isBuffer(response));
    const counted = fromBinary(IngestResponseSchema, response as Buffer);
    t.match(counted, { accepted: 2n, rejected: 4n, gaps: 2n });
    t.same(counted.rejectedByReason, {
      not_a_number: 1n,
      out_of_order: 1n,
      price_not_positive: 1n,
      unknown_symbol: 1n,
    });
    t.match(system.market.feed().rejectedByReason, { price_not_positive: 1n, not_a_number: 1n });
    t.equal(market.sequencer.date, 20210121, 'the later date has opened its session');
  });

  await t.test('a batch that is repeated, broken or nameless is refused as a whole', async (t) => {
    const whole = { source: 'test', sequence: 5n, symbols: [], prints: new Uint8Array() };
    t.match(await system.market.ingest({ ...whole, sequence: 4n }), {
      ok: false,
      refusal: { code: 'ingest.repeated' },
    });
    t.match(await system.market.ingest({ ...whole, prints: new Uint8Array(7) }), {
      refusal: { code: 'ingest.broken_records' },
    });
    t.match(await system.market.ingest({ ...whole, source: '' }), {
      refusal: { code: 'ingest.bad_source' },
    });
  });

  await t.test('bytes that are no message are an error, and the door stays open', async (t) => {
    // A field of 127 bytes of which there is one.
    const broken = Buffer.from([0x0a, 0x7f, 0x41]);
    t.match(await ask(grpc, GET, broken), { code: 13, details: /request|index|premature/i });
    t.match(await upload(grpc, [broken]), { code: 13 });
    t.match(await ask(grpc, '/sluice.market.v1.MarketData/Guess', Buffer.alloc(0)), { code: 12 });
    t.ok(await isServing(open));
  });

  await t.test('a message of 100 MB is refused by its head', async (t) => {
    const huge = Buffer.alloc(100_000_000);
    const told = /^grpc\.too_long: expected a message of at most 8388608 bytes, was 100000000$/;
    t.match(await ask(grpc, GET, huge), { code: 8, details: told });
    t.match(await upload(grpc, [huge]), { code: 8, details: told });
    t.match(system.market.feed().rejectedByReason, { frame_too_long: 2n });
    t.ok(await isServing(open));
  });

  await t.test('a busy port is told with what to do', async (t) => {
    await t.rejects(startGrpcServer([], { host: '127.0.0.1', port: open.services.grpcPort }), {
      code: 'grpc.port_busy',
      message: /--grpc-port/,
    });
  });
});
