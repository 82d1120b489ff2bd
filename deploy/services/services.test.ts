// The whole system in one process, through every door: gRPC, WebSocket, HTTP, SP sockets.

import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { Client, credentials } from '@grpc/grpc-js';
import t from 'tap';
import { sessionOf } from '../../actors/calendar/index.js';
import { createGrpcClient, startGrpcServer, startWebServer } from '../../engine/index.js';
import { PACKED_FRAME, PACKED_PRINT } from '../../proto/frames/market.js';
import {
  ExplainRequestSchema,
  Funnel,
  GetFunnelRequestSchema,
} from '../../proto/gen/sluice/funnel/v1/funnel_pb.js';
import {
  ClientMessageSchema,
  ServerMessageSchema,
} from '../../proto/gen/sluice/gateway/v1/gateway_pb.js';
import {
  IngestRequestSchema,
  IngestResponseSchema,
} from '../../proto/gen/sluice/market/v1/market_pb.js';
import {
  CommandRequestSchema,
  GetPortfolioRequestSchema,
  Portfolio,
} from '../../proto/gen/sluice/portfolio/v1/portfolio_pb.js';
import { GetRiskRequestSchema, Risk } from '../../proto/gen/sluice/risk/v1/risk_pb.js';
import {
  ActorRequestSchema,
  Supervision,
  TreeRequestSchema,
} from '../../proto/gen/sluice/supervision/v1/supervision_pb.js';
import { Market } from '../app/market.js';
import { readSettings } from '../app/settings.js';
import { nextTurn } from '../app/shards.js';
import { System } from '../app/system.js';
import { decodeFrame } from './nng-ingest.js';
import { startServices } from './serve.js';

const SYMBOLS = ['AAPL', 'AMZN', 'FB', 'GOOGL', 'KO', 'MSFT', 'NFLX', 'PEP', 'TSLA', 'XOM'];
const NNG = 'tcp://127.0.0.1:45991';

async function start(dataDir: string, shards = '1') {
  const system = new System();
  const market = await Market.start(
    readSettings({ dataDir, symbols: SYMBOLS.join(','), pace: 'max', shards, to: '2021-01-20' }),
    { onEvent: (shard, message) => system.onEvent(shard, message), onSession() {}, onRestart() {} },
  );
  system.attach(market);
  return { market, system };
}

/** Packed records of one symbol. */
function pack(prints: readonly (readonly [number, number, number])[]): Buffer {
  const bytes = Buffer.alloc(prints.length * PACKED_PRINT.bytes);
  prints.forEach(([index, timeUs, price], at) => {
    const base = at * PACKED_PRINT.bytes;
    bytes.writeUInt32LE(index, base);
    for (const [offset, value] of [
      [PACKED_PRINT.timeUs, timeUs],
      [PACKED_PRINT.price, price],
      [PACKED_PRINT.size, 100],
    ] as const) {
      bytes.writeDoubleLE(value, base + offset);
    }
  });
  return bytes;
}

function frame(sequence: number, prints: Buffer): Buffer {
  const head = Buffer.alloc(PACKED_FRAME.headBytes + 8);
  head.writeUInt32LE(PACKED_FRAME.magic, 0);
  head.writeUInt32LE(prints.length / PACKED_PRINT.bytes, PACKED_FRAME.count);
  head.writeUInt32LE(sequence, PACKED_FRAME.sequenceLow);
  head.writeUInt32LE(8, PACKED_FRAME.symbolsBytes);
  head.write('AAPL', PACKED_FRAME.headBytes);
  return Buffer.concat([head, prints]);
}

/** A small WebSocket client, for Node 20 has none of its own: masks, sends, collects frames. */
function openSocket(port: number, path = '/ws', origin = '') {
  const socket = connect(port, '127.0.0.1');
  const frames: Buffer[] = [];
  const waiting: ((frame: Buffer) => void)[] = [];
  let buffered = Buffer.alloc(0);
  let isOpen = false;
  let closed = false;
  socket.on('error', () => {});
  socket.on('close', () => {
    closed = true;
    for (const wake of waiting.splice(0)) wake(Buffer.from('closed'));
  });
  const origins = origin === '' ? '' : `Origin: ${origin}\r\n`;
  socket.write(
    `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n${origins}Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n`,
  );
  const opened = new Promise<string>((resolve) => {
    socket.on('data', (chunk) => {
      buffered = Buffer.concat([buffered, chunk]);
      if (!isOpen) {
        const end = buffered.indexOf('\r\n\r\n');
        if (end < 0) return;
        isOpen = true;
        resolve(buffered.toString('latin1', 9, 12));
        buffered = buffered.subarray(end + 4);
      }
      for (;;) {
        if (buffered.length < 2) return;
        let size = buffered[1]! & 127;
        let at = 2;
        if (size === 126) {
          size = buffered.readUInt16BE(2);
          at = 4;
        } else if (size === 127) {
          size = Number(buffered.readBigUInt64BE(2));
          at = 10;
        }
        if (buffered.length < at + size) return;
        const payload = buffered.subarray(at, at + size);
        buffered = buffered.subarray(at + size);
        const wake = waiting.shift();
        if (wake === undefined) frames.push(payload);
        else wake(payload);
      }
    });
  });
  return {
    opened,
    isClosed: () => closed,
    socket,
    next: () =>
      frames.length > 0
        ? Promise.resolve(frames.shift()!)
        : new Promise<Buffer>((resolve) => {
            waiting.push(resolve);
          }),
    send(data: string | Uint8Array) {
      const payload = Buffer.from(data as string);
      const head = Buffer.alloc(payload.length < 126 ? 6 : 8);
      head[0] = typeof data === 'string' ? 0x81 : 0x82;
      if (payload.length < 126) head[1] = 0x80 | payload.length;
      else {
        head[1] = 0x80 | 126;
        head.writeUInt16BE(payload.length, 2);
      }
      socket.write(Buffer.concat([head, payload]));
    },
  };
}

t.test('one system through all its doors', async (t) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'sluice-services-'));
  const { market, system } = await start(dataDir);
  const services = await startServices(system, {
    host: '127.0.0.1',
    httpPort: 0,
    grpcPort: 0,
    nngSub: undefined,
    nngPull: NNG,
    webRoot: join(dataDir, 'none'),
  });
  t.teardown(async () => {
    await services.close(1_000);
    await market.close(2_000);
    rmSync(dataDir, { recursive: true, force: true });
  });
  const address = `127.0.0.1:${services.grpcPort}`;
  const http = `http://127.0.0.1:${services.httpPort}`;
  const live = openSocket(services.httpPort);
  t.equal(await live.opened, '101');
  live.send('{"subscribe":{"topic":"quotes","keys":["AAPL"]}}');
  const snapshot = JSON.parse(String(await live.next()));
  t.match(snapshot, {
    topic: 'quotes',
    sequence: 1,
    snapshot: true,
    quotes: { quotes: [{ symbol: 'AAPL' }] },
  });
  await market.stream();
  const delta = JSON.parse(String(await live.next()));
  t.match(delta, { topic: 'quotes', sequence: 2, quotes: { derived: true } });

  await t.test('a restarted shard comes back to the same state', async (t) => {
    const before = await market.hash();
    const restarts = market.shards.restarts();
    t.match(await system.actors.restart('shard/0'), { accepted: true });
    while (market.shards.restarts() === restarts) await nextTurn();
    while ((await market.shards.fingerprint(0)).length === 0 || market.shards.backlog() > 0) {
      await nextTurn();
    }
    await market.settle();
    t.equal(await market.hash(), before);
  });

  await t.test('gRPC answers, refuses and restarts', async (t) => {
    const restarts = market.shards.restarts();
    const funnel = createGrpcClient(Funnel, address);
    const shown = await funnel.call('get', create(GetFunnelRequestSchema));
    t.equal(shown.days.length, 12);
    t.equal(shown.universe, SYMBOLS.length);
    const explained = await funnel.call(
      'explain',
      create(ExplainRequestSchema, { symbol: 'aapl' }),
    );
    t.equal(explained.stages.length, 6);
    await t.rejects(funnel.call('explain', create(ExplainRequestSchema, { symbol: 'NOPE' })), {
      code: 'grpc.refused',
      message: /market.unknown_symbol/,
    });
    funnel.close();
    const portfolio = createGrpcClient(Portfolio, address);
    const trade = create(CommandRequestSchema, {
      portfolio: 'megacaps',
      commandId: 'buy-1',
      command: {
        case: 'trade',
        value: {
          $typeName: 'sluice.portfolio.v1.Trade',
          symbol: 'KO',
          side: 'buy',
          quantity: '10',
          price: '',
          fee: '',
        },
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
    const risk = createGrpcClient(Risk, address);
    const figures = await risk.call('get', create(GetRiskRequestSchema, { portfolio: 'megacaps' }));
    t.equal(figures.scenarioPnl.length, 504);
    t.ok(figures.summary!.var99 > 0);
    await t.rejects(risk.call('get', create(GetRiskRequestSchema, { portfolio: 'x' })), {
      code: 'grpc.refused',
    });
    risk.close();
    const supervision = createGrpcClient(Supervision, address);
    t.match(
      await supervision.call('restart', create(ActorRequestSchema, { address: 'symbol/AAPL' })),
      { accepted: true },
    );
    t.match(
      await supervision.call('restart', create(ActorRequestSchema, { address: 'symbol/NOPE' })),
      { accepted: false, code: 'supervision.unknown' },
    );
    t.match(await supervision.call('stop', create(ActorRequestSchema, { address: 'shard/0' })), {
      code: 'supervision.cannot_stop',
    });
    while (market.shards.restarts() === restarts) await nextTurn();
    while ((await market.shards.fingerprint(0)).length === 0) await nextTurn();
    const held = await portfolio.call('get', create(GetPortfolioRequestSchema, { id: 'megacaps' }));
    t.equal(
      held.positions.find(({ symbol }) => symbol === 'KO')?.quantity,
      '10',
      'the trade survived the thread',
    );
    await market.settle();
    t.match(
      await supervision.call(
        'restart',
        create(ActorRequestSchema, { address: 'portfolio/megacaps' }),
      ),
      { accepted: true },
    );
    const again = await portfolio.call(
      'get',
      create(GetPortfolioRequestSchema, { id: 'megacaps' }),
    );
    t.equal(again.positions.find(({ symbol }) => symbol === 'KO')?.quantity, '10');
    const tree = await supervision.call('tree', create(TreeRequestSchema, { match: 'symbol/' }));
    t.equal(tree.total, SYMBOLS.length);
    supervision.close();
    portfolio.close();
  });

  await t.test('gRPC ingest counts what it takes and what it refuses', async (t) => {
    const { openUs } = sessionOf(20210121);
    const client = new Client(address, credentials.createInsecure());
    const response = await new Promise<Buffer>((resolve, reject) => {
      const call = client.makeClientStreamRequest(
        '/sluice.market.v1.MarketData/Ingest',
        (bytes: Buffer) => bytes,
        (bytes: Buffer) => bytes,
        (error, answer) => (error === null ? resolve(answer!) : reject(error)),
      );
      for (const [sequence, prints] of [
        [
          1n,
          pack([
            [0, openUs + 5, 130],
            [0, openUs + 4, 130],
            [0, openUs + 6, -1],
            [9, openUs, 1],
          ]),
        ],
        [4n, pack([[0, openUs + 9, 131]])],
      ] as const) {
        call.write(
          Buffer.from(
            toBinary(
              IngestRequestSchema,
              create(IngestRequestSchema, { source: 'test', sequence, symbols: ['AAPL'], prints }),
            ),
          ),
        );
      }
      call.end();
    });
    client.close();
    const counted = fromBinary(IngestResponseSchema, response);
    t.match(counted, { accepted: 2n, rejected: 3n, gaps: 2n });
    t.same(counted.rejectedByReason, {
      out_of_order: 1n,
      price_not_positive: 1n,
      unknown_symbol: 1n,
    });
    t.match(
      await system.market.ingest({
        source: 'test',
        sequence: 4n,
        symbols: [],
        prints: new Uint8Array(),
      }),
      { ok: false, refusal: { code: 'ingest.repeated' } },
    );
    t.match(
      await system.market.ingest({
        source: 'test',
        sequence: 5n,
        symbols: [],
        prints: new Uint8Array(7),
      }),
      { refusal: { code: 'ingest.broken_records' } },
    );
    t.match(
      await system.market.ingest({
        source: '',
        sequence: 5n,
        symbols: [],
        prints: new Uint8Array(),
      }),
      { refusal: { code: 'ingest.bad_source' } },
    );
    t.equal(market.sequencer.date, 20210121, 'the later date has opened its session');
  });

  await t.test('SP frames are taken, broken ones are named', async (t) => {
    const good = frame(1, pack([[0, sessionOf(20210121).openUs + 20, 132]]));
    t.match(decodeFrame(good, 's'), { sequence: 1n, symbols: ['AAPL'] });
    t.equal(decodeFrame(Buffer.alloc(3), 's'), 'short_head');
    t.equal(decodeFrame(Buffer.alloc(40), 's'), 'wrong_magic');
    t.equal(decodeFrame(good.subarray(0, good.length - 1), 's'), 'wrong_length');
    const odd = Buffer.from(good);
    odd.writeUInt32LE(7, PACKED_FRAME.symbolsBytes);
    t.equal(decodeFrame(odd, 's'), 'unaligned_symbols');
    const nanomsg = createRequire(import.meta.url)('nanomsg');
    const push = nanomsg.socket('push');
    push.connect(NNG);
    const prints = market.sequencer.prints;
    push.send(Buffer.alloc(50));
    push.send(good);
    for (let tries = 0; market.sequencer.prints === prints && tries < 200; tries++)
      await new Promise((r) => {
        setTimeout(r, 20);
      });
    t.equal(market.sequencer.prints, prints + 1);
    push.close();
  });

  await t.test('HTTP answers in JSON and refuses what is wrong', async (t) => {
    const get = async (path: string) => {
      const response = await fetch(`${http}${path}`);
      return { status: response.status, body: (await response.json()) as Record<string, unknown> };
    };
    t.match(await get('/api/v1/health'), { status: 200 });
    t.match(await get('/api/v1/symbols/AAPL?bars=5'), { body: { name: /Apple/ } });
    t.match(await get('/api/v1/symbols/ZZZ'), {
      status: 404,
      body: { code: 'market.unknown_symbol' },
    });
    for (const path of [
      'funnel',
      'funnel/explain/KO',
      'funnel/diff',
      'portfolios',
      'portfolios/megacaps',
      'risk',
      'risk/megacaps',
      'feed',
      'quotes',
      'actors?match=shard&limit=2',
    ]) {
      t.match(await get(`/api/v1/${path}`), { status: 200 }, path);
    }
    t.match(await get('/api/v1/funnel/diff?date=19990101'), { status: 404 });
    t.match(await get('/api/v1/nothing'), { status: 404, body: { code: 'http.not_found' } });
    const post = (path: string, body: string, type = 'application/json') =>
      fetch(`${http}${path}`, { method: 'POST', body, headers: { 'content-type': type } });
    t.equal((await post('/api/v1/portfolios/megacaps/commands', '{')).status, 400);
    t.equal((await post('/api/v1/portfolios/megacaps/commands', '{}', 'text/plain')).status, 415);
    t.equal((await post('/api/v1/actors/restart', '{"address":"nobody"}')).status, 404);
    t.equal((await post('/api/v1/actors/restart', 'x'.repeat(100_000))).status, 413);
    const cash = { commandId: 'cash-1', cash: { amount: '5', direction: 'deposit' } };
    t.match(
      await (await post('/api/v1/portfolios/megacaps/commands', JSON.stringify(cash))).json(),
      { accepted: true },
    );
    t.equal((await fetch(`${http}/../../etc/passwd`)).status, 404);
    t.equal((await fetch(`${http}/x`, { method: 'PUT' })).status, 405);
  });

  await t.test(
    'WebSocket speaks binary too, names mistakes and cuts off what is malformed',
    async (t) => {
      const socket = openSocket(services.httpPort);
      await socket.opened;
      for (const topic of ['funnel', 'portfolios', 'risk', 'actors', 'feed']) {
        socket.send(
          toBinary(
            ClientMessageSchema,
            create(ClientMessageSchema, {
              message: {
                case: 'subscribe',
                value: {
                  $typeName: 'sluice.gateway.v1.Subscribe',
                  topic,
                  keys: [],
                  intervalMs: 60_000,
                },
              },
            }),
          ),
        );
        const message = fromBinary(ServerMessageSchema, await socket.next());
        t.match(message, { topic, sequence: 1, snapshot: true, payload: { case: topic } });
      }
      const ask = async (text: string) => {
        socket.send(text);
        return JSON.parse(String(await socket.next()));
      };
      t.match(await ask('{"ping":{"sentUs":5}}'), { pong: { sentUs: 5 } });
      t.match(await ask('{"subscribe":{"topic":"gossip"}}'), {
        error: { code: 'gateway.unknown_topic' },
      });
      t.match(await ask('{"subscribe":{"topic":"quotes","keys":["ZZZ"]}}'), {
        error: { code: 'market.unknown_symbol' },
      });
      socket.send('{"unsubscribe":{"topic":"funnel"}}');
      for (let n = 0; n < 10; n++)
        t.match(await ask('nonsense'), { error: { code: 'gateway.malformed' } });
      await socket.next();
      t.ok(
        await new Promise((resolve) => {
          socket.socket.once('close', () => resolve(true));
          if (socket.isClosed()) resolve(true);
        }),
      );
      const stranger = openSocket(services.httpPort, '/ws', 'https://evil.example');
      t.equal(await stranger.opened, '403');
      stranger.socket.destroy();
    },
  );

  await t.test('a client that never reads holds nobody up', async (t) => {
    const silent = openSocket(services.httpPort);
    await silent.opened;
    silent.socket.pause();
    for (let n = 0; n < 200; n++) silent.send('{"subscribe":{"topic":"funnel"}}');
    t.equal((await fetch(`${http}/api/v1/health`)).status, 200);
    silent.socket.destroy();
  });

  await t.test('a busy port is told with what to do', async (t) => {
    await t.rejects(startGrpcServer([], { host: '127.0.0.1', port: services.grpcPort }), {
      code: 'grpc.port_busy',
      message: /--grpc-port/,
    });
    const nobody = { opened() {}, received() {}, drained() {}, closed() {}, shed() {} };
    const options = {
      host: '127.0.0.1',
      port: services.httpPort,
      socketPath: '/ws',
      sockets: nobody,
      apiPrefix: '/api/',
      api: async () => ({ status: 200, json: '{}' }),
      files: undefined,
    };
    await t.rejects(startWebServer(options), { code: 'websocket.port_busy' });
  });
  live.socket.destroy();
});

t.test('threads and lost threads change no result', async (t) => {
  const hashes: string[] = [];
  for (const [shards, killed] of [
    ['1', -1],
    ['2', -1],
    ['2', 1],
    ['3', 0],
  ] as const) {
    const dataDir = mkdtempSync(join(tmpdir(), 'sluice-hash-'));
    const system = new System();
    const market = await Market.start(
      readSettings({ dataDir, symbols: SYMBOLS.join(','), pace: 'max', shards, to: '2021-01-29' }),
      {
        onEvent: (shard, message) => system.onEvent(shard, message),
        onSession: (_date, done) => {
          if (done === 8 && killed >= 0) market.shards.kill(killed);
        },
        onRestart() {},
      },
    );
    system.attach(market);
    await market.stream();
    hashes.push(await market.hash());
    t.equal(market.shards.restarts(), killed >= 0 ? 1 : 0);
    await market.close(2_000);
    rmSync(dataDir, { recursive: true, force: true });
  }
  t.equal(new Set(hashes).size, 1, hashes.join(' '));
});
