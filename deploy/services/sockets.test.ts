// The WebSocket door: snapshots and deltas, both forms, broken frames, clients that never read.

import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import t from 'tap';
import { startWebServer } from '../../engine/index.js';
import {
  ClientMessageSchema,
  ServerMessageSchema,
} from '../../proto/gen/sluice/gateway/v1/gateway_pb.js';
import { API_PREFIX } from './http-answers.js';
import { httpApi } from './http-api.js';
import { SocketTopics } from './socket-topics.js';
import { frameHead, OPCODE, openSocket } from './test-socket.js';
import { openSystem, until } from './test-system.js';
import { TOPICS } from './topic-reading.js';

const POLICY_VIOLATION = 1008;

function subscription(topic: string): Uint8Array {
  const value = {
    $typeName: 'sluice.gateway.v1.Subscribe' as const,
    topic,
    keys: [],
    intervalMs: 60_000,
  };
  const message = { case: 'subscribe' as const, value };
  return toBinary(ClientMessageSchema, create(ClientMessageSchema, { message }));
}

t.test('the WebSocket door', async (t) => {
  const open = await openSystem(t, { isStreamed: false });
  const { market, services, http } = open;
  const connect = async () => {
    const socket = openSocket(services.httpPort);
    await socket.opened;
    return socket;
  };
  const isServing = async () => (await fetch(`${http}/api/v1/health`)).status === 200;

  await t.test('a subscriber is told everything, then what changes', async (t) => {
    const live = openSocket(services.httpPort);
    t.equal(await live.opened, '101');
    live.send('{"subscribe":{"topic":"quotes","keys":["AAPL"]}}');
    t.match(JSON.parse(await live.next()), {
      topic: 'quotes',
      sequence: 1,
      snapshot: true,
      quotes: { quotes: [{ symbol: 'AAPL' }] },
    });
    await market.stream();
    t.match(JSON.parse(await live.next()), {
      topic: 'quotes',
      sequence: 2,
      quotes: { derived: true },
    });
    live.socket.destroy();
  });

  await t.test('every topic speaks binary protobuf too', async (t) => {
    const socket = await connect();
    for (const topic of TOPICS) {
      socket.send(subscription(topic));
      const message = fromBinary(ServerMessageSchema, await socket.nextBytes());
      t.match(message, { topic, sequence: 1, snapshot: true, payload: { case: topic } });
    }
    socket.socket.destroy();
  });

  await t.test('mistakes are named, ten malformed frames end the connection', async (t) => {
    const socket = await connect();
    const ask = async (data: string | Uint8Array) => {
      socket.send(data);
      return JSON.parse(await socket.next());
    };
    t.match(await ask('{"ping":{"sentUs":5}}'), { pong: { sentUs: 5 } });
    t.match(await ask('{"subscribe":{"topic":"gossip"}}'), {
      error: { code: 'gateway.unknown_topic' },
    });
    t.match(await ask('{"subscribe":{"topic":"quotes","keys":["ZZZ"]}}'), {
      error: { code: 'market.unknown_symbol' },
    });
    t.match(await ask('{"unsubscribe":{"topic":"gossip"}}'), { error: { code: /unknown_topic/ } });
    socket.send('{"unsubscribe":{"topic":"funnel"}}');
    for (const text of ['nonsense', '', '[]', '{"ping":7}', '{"subscribe":"all"}']) {
      t.match(await ask(text), { error: { code: 'gateway.malformed' } }, text);
    }
    for (let frames = 0; frames < 5; frames++) {
      // A field that says it is longer than the frame.
      socket.send(Buffer.from([0x0a, 0x7f, 0x41]));
      const message = fromBinary(ServerMessageSchema, await socket.nextBytes());
      t.match(message.payload, { case: 'error', value: { code: 'gateway.malformed' } });
    }
    t.equal(await socket.closed, POLICY_VIOLATION);
  });

  await t.test('frames against the protocol end their connection alone', async (t) => {
    const bystander = await connect();
    const frames: Record<string, Buffer> = {
      'a reserved opcode': frameHead(0x3, 0),
      'reserved bits': Buffer.from([0xf1, 0x80, 0, 0, 0, 0]),
      'a fragmented ping': Buffer.from([0x09, 0x80, 0, 0, 0, 0]),
      'text that is not UTF-8': Buffer.concat([
        frameHead(OPCODE.text, 2),
        Buffer.from('c328', 'hex'),
      ]),
      'a frame of 100 MB': Buffer.concat([frameHead(OPCODE.binary, 1e8), Buffer.alloc(1e5)]),
      'a frame just too long': Buffer.concat([
        frameHead(OPCODE.text, 65_537),
        Buffer.alloc(65_537),
      ]),
    };
    for (const [name, bytes] of Object.entries(frames)) {
      const socket = await connect();
      socket.socket.write(bytes);
      t.type(await socket.closed, 'number', name);
    }
    bystander.send('{"ping":{"sentUs":1}}');
    t.match(JSON.parse(await bystander.next()), { pong: {} });
    bystander.socket.destroy();
    const { rejectedByReason } = open.system.market.feed();
    t.equal(rejectedByReason['frame_too_long'], 2n, 'those that were too long are counted');
    t.ok(await isServing());
  });

  await t.test('pages of other servers are refused', async (t) => {
    const stranger = openSocket(services.httpPort, '/ws', 'https://evil.example');
    t.equal(await stranger.opened, '403');
    stranger.socket.destroy();
  });
});

t.test('a client that subscribes to everything and never reads is shed', async (t) => {
  const { system } = await openSystem(t);
  const topics = new SocketTopics(system, (where, error) => t.fail(`${where}: ${error}`));
  const web = await startWebServer({
    host: '127.0.0.1',
    port: 0,
    socketPath: '/ws',
    sockets: topics,
    apiPrefix: API_PREFIX,
    api: httpApi(system),
    files: undefined,
    slowMsMax: 200,
  });
  t.teardown(() => web.close());
  const silent = openSocket(web.port);
  await silent.opened;
  silent.socket.pause();
  const rssMb = process.memoryUsage.rss() / 1e6;
  // Each is a request for a snapshot of some 50 kB: a hundred megabytes if all were answered.
  for (let round = 0; round < 2_000; round++) {
    for (const topic of TOPICS) silent.send(`{"subscribe":{"topic":"${topic}"}}`);
  }
  const reader = openSocket(web.port);
  await reader.opened;
  reader.send('{"subscribe":{"topic":"feed"}}');
  let sequence = 0;
  while (web.counters.shed === 0 && sequence < 60) {
    const message = JSON.parse(await reader.next());
    t.equal(message.sequence, ++sequence, 'the other client is told without a gap');
  }
  t.equal(web.counters.shed, 1);
  t.ok(process.memoryUsage.rss() / 1e6 - rssMb < 64, 'what it asked for was not kept for it');
  t.ok(await until(() => web.counters.sockets === 1), 'it is disconnected');
  t.equal(system.market.feed().shed, 1n, 'and counted where people look');
  reader.socket.destroy();
});
