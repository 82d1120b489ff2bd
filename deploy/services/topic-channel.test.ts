// A topic that can't be written ends its subscriptions and is told as a bug; the process goes on.

import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import t from 'tap';
import type { SocketClient } from '../../engine/index.js';
import {
  ClientMessageSchema,
  ServerMessageSchema,
} from '../../proto/gen/sluice/gateway/v1/gateway_pb.js';
import { FeedStatusSchema } from '../../proto/gen/sluice/market/v1/market_pb.js';
import type { SluicePort } from '../app/port.js';
import { SocketTopics } from './socket-topics.js';

/** What no field of 64 bits holds. */
const TOO_LARGE = 2n ** 64n;

t.test('a message that can not be encoded', async (t) => {
  let gaps = TOO_LARGE;
  const port = {
    market: { feed: () => create(FeedStatusSchema, { gaps }) },
    clients: { opened() {}, closed() {}, shed() {} },
    // The feed asks for nothing else of a system.
  } as unknown as SluicePort;
  const bugs: string[] = [];
  let onBug: () => void = () => {};
  const topics = new SocketTopics(port, (where) => {
    bugs.push(where);
    onBug();
  });
  const told: (string | undefined)[] = [];
  const client: SocketClient = {
    hasRoom: () => true,
    send: (data) => {
      // The client speaks binary, and is answered so.
      told.push(fromBinary(ServerMessageSchema, data as Uint8Array).payload.case);
      return true;
    },
    end() {},
  };
  const subscribe = (): void => {
    const value = {
      $typeName: 'sluice.gateway.v1.Subscribe' as const,
      topic: 'feed',
      keys: [],
      intervalMs: 0,
    };
    const message = { case: 'subscribe' as const, value };
    const bytes = toBinary(ClientMessageSchema, create(ClientMessageSchema, { message }));
    topics.received(client, bytes);
  };
  topics.opened(client);

  await t.test('when it is subscribed to', (t) => {
    subscribe();
    t.same(told.splice(0), ['error']);
    t.same(bugs.splice(0), ['topic feed']);
    t.end();
  });

  await t.test('when it comes to be so later, in a timer', async (t) => {
    gaps = 1n;
    subscribe();
    t.same(told.splice(0), ['feed']);
    await new Promise<void>((resolve) => {
      onBug = resolve;
      gaps = TOO_LARGE;
    });
    t.same(bugs, ['topic feed']);
    t.same(told.splice(0).at(-1), 'error');
  });
  topics.closed(client);
});
