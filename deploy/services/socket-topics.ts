// The WebSocket protocol: a snapshot on subscribing, then numbered deltas as the client keeps up.

import { create, fromBinary, fromJsonString, toBinary, toJsonString } from '@bufbuild/protobuf';
import type { SocketClient, SocketHandler } from '../../engine/index.js';
import {
  type ClientMessage,
  ClientMessageSchema,
  ErrorSchema,
  PongSchema,
  type ServerMessage,
  ServerMessageSchema,
  type Subscribe,
} from '../../proto/gen/sluice/gateway/v1/gateway_pb.js';
import { TreeRequestSchema } from '../../proto/gen/sluice/supervision/v1/supervision_pb.js';
import type { Answer, SluicePort, Topic } from '../app/port.js';

const TOPICS: readonly Topic[] = ['quotes', 'funnel', 'portfolios', 'risk', 'actors', 'feed'];

/** Malformed frames a client may send before it is cut off. */
const MALFORMED_MAX = 10;

/** Keys a subscription may name. */
const KEYS_MAX = 10_000;

/** Topics that change with time itself are looked at this often. Units: milliseconds. */
const POLL_MS = 500;

interface Subscription {
  readonly topic: Topic;
  readonly keys: readonly string[];
  readonly intervalMs: number;
  sequence: number;
  stamp: number;
  isDirty: boolean;
  sentMs: number;
  timer: NodeJS.Timeout | undefined;
  readonly unsubscribe: () => void;
}

interface Session {
  readonly subscriptions: Map<Topic, Subscription>;
  isBinary: boolean;
  malformed: number;
}

type Payload = ServerMessage['payload'];

/** What a topic has to say since a stamp; undefined when nothing. */
type Reading = { readonly payload: Payload; readonly stamp: number } | undefined;

/** Serves the topics of a system to any number of sockets. */
export function socketTopics(port: SluicePort): SocketHandler {
  const sessions = new Map<SocketClient, Session>();
  const end = (client: SocketClient): void => {
    const session = sessions.get(client);
    if (session === undefined) return;
    sessions.delete(client);
    port.clients.closed();
    for (const subscription of session.subscriptions.values()) drop(subscription);
  };
  return {
    opened(client) {
      sessions.set(client, { subscriptions: new Map(), isBinary: false, malformed: 0 });
      port.clients.opened();
    },
    received(client, data) {
      const session = sessions.get(client);
      if (session === undefined) return;
      session.isBinary = typeof data !== 'string';
      const message = parse(data);
      if (message === undefined) onMalformed(client, session);
      else onMessage(port, client, session, message);
    },
    drained(client) {
      const session = sessions.get(client);
      for (const subscription of session?.subscriptions.values() ?? []) {
        if (subscription.isDirty) flush(port, client, session!, subscription);
      }
    },
    closed: end,
    shed(client) {
      port.clients.shed();
      end(client);
    },
  };
}

function parse(data: string | Uint8Array): ClientMessage | undefined {
  try {
    return typeof data === 'string'
      ? fromJsonString(ClientMessageSchema, data)
      : fromBinary(ClientMessageSchema, data);
  } catch {
    return undefined;
  }
}

function onMalformed(client: SocketClient, session: Session): void {
  session.malformed++;
  const text = 'expected a ClientMessage of sluice.gateway.v1 as JSON text or binary protobuf';
  sendError(client, session, '', 'gateway.malformed', text);
  if (session.malformed >= MALFORMED_MAX) client.end(1008, 'too many malformed frames');
}

function onMessage(
  port: SluicePort,
  client: SocketClient,
  session: Session,
  { message }: ClientMessage,
): void {
  switch (message.case) {
    case 'subscribe':
      subscribe(port, client, session, message.value);
      break;
    case 'unsubscribe': {
      const topic = TOPICS.find((known) => known === message.value.topic);
      const subscription = topic && session.subscriptions.get(topic);
      if (subscription !== undefined) {
        drop(subscription);
        session.subscriptions.delete(subscription.topic);
      }
      break;
    }
    case 'ping':
      send(client, session, {
        topic: '',
        sequence: 0,
        snapshot: false,
        payload: {
          case: 'pong',
          value: create(PongSchema, { sentUs: message.value.sentUs }),
        } as Payload,
      });
      break;
    case undefined:
      onMalformed(client, session);
      break;
  }
}

function subscribe(
  port: SluicePort,
  client: SocketClient,
  session: Session,
  { topic: wanted, keys, intervalMs }: Subscribe,
): void {
  const topic = TOPICS.find((known) => known === wanted);
  if (topic === undefined || keys.length > KEYS_MAX) {
    const text = `expected a topic of ${TOPICS.join(', ')} with at most ${KEYS_MAX} keys, was "${wanted.slice(0, 32)}"`;
    sendError(client, session, wanted.slice(0, 32), 'gateway.unknown_topic', text);
    return;
  }
  const before = session.subscriptions.get(topic);
  if (before !== undefined) drop(before);
  const subscription: Subscription = {
    topic,
    keys,
    intervalMs: Math.min(60_000, intervalMs),
    sequence: 0,
    stamp: 0,
    isDirty: true,
    sentMs: 0,
    timer: undefined,
    unsubscribe: listen(port, topic, () => {
      subscription.isDirty = true;
      flush(port, client, session, subscription);
    }),
  };
  session.subscriptions.set(topic, subscription);
  flush(port, client, session, subscription);
}

/** Calls back when a topic may have changed; those that follow the clock are polled. */
function listen(port: SluicePort, topic: Topic, listener: () => void): () => void {
  if (topic !== 'actors' && topic !== 'feed') return port.onChange(topic, listener);
  const timer = setInterval(listener, POLL_MS);
  return () => clearInterval(timer);
}

function drop(subscription: Subscription): void {
  clearTimeout(subscription.timer);
  subscription.unsubscribe();
}

/** Sends what has changed, unless it is too early or the client has no room: then later. */
function flush(
  port: SluicePort,
  client: SocketClient,
  session: Session,
  subscription: Subscription,
): void {
  if (subscription.timer !== undefined || !client.hasRoom()) return;
  const waitMs = subscription.sentMs + subscription.intervalMs - Date.now();
  if (waitMs > 0) {
    subscription.timer = setTimeout(() => {
      subscription.timer = undefined;
      if (subscription.isDirty) flush(port, client, session, subscription);
    }, waitMs);
    return;
  }
  subscription.isDirty = false;
  const reading = read(port, subscription);
  if (!reading.ok) {
    sendError(client, session, subscription.topic, reading.refusal.code, reading.refusal.text);
    // What is refused now stays refused: the client asks again with other keys.
    drop(subscription);
    session.subscriptions.delete(subscription.topic);
    return;
  }
  if (reading.value === undefined) return;
  subscription.stamp = reading.value.stamp;
  subscription.sentMs = Date.now();
  subscription.sequence++;
  send(client, session, {
    topic: subscription.topic,
    sequence: subscription.sequence,
    snapshot: subscription.sequence === 1,
    payload: reading.value.payload,
  });
}

function read(port: SluicePort, { topic, keys, stamp }: Subscription): Answer<Reading> {
  const isFirst = stamp === 0;
  switch (topic) {
    case 'quotes':
      return reading(
        port.market.changed(stamp, keys),
        'quotes',
        (b) => isFirst || b.quotes.length > 0,
      );
    case 'portfolios':
      return reading(
        port.portfolios.changed(stamp, keys),
        'portfolios',
        (b) => isFirst || b.portfolios.length > 0,
      );
    case 'risk':
      return reading(port.risk.changed(stamp, keys), 'risk', (b) => isFirst || b.risks.length > 0);
    case 'funnel':
      return reading({ ok: true, value: port.funnel.snapshot() }, 'funnel', () => true);
    case 'actors': {
      const tree = port.actors.tree(create(TreeRequestSchema, { match: keys[0] ?? '' }));
      return reading({ ok: true, value: tree }, 'actors', () => tree.stamp !== stamp);
    }
    case 'feed': {
      const value = port.market.feed();
      return { ok: true, value: { payload: { case: 'feed', value }, stamp: stamp + 1 } };
    }
  }
}

function reading<T extends { stamp: number }>(
  answer: Answer<T>,
  name: 'quotes' | 'funnel' | 'portfolios' | 'risk' | 'actors',
  isNews: (value: T) => boolean,
): Answer<Reading> {
  if (!answer.ok) return answer;
  const { value } = answer;
  if (!isNews(value)) return { ok: true, value: undefined };
  // The name and the type of the value belong together: each caller passes its own pair.
  const payload = { case: name, value } as unknown as Payload;
  return { ok: true, value: { payload, stamp: value.stamp } };
}

function sendError(
  client: SocketClient,
  session: Session,
  topic: string,
  code: string,
  text: string,
): void {
  const value = create(ErrorSchema, { code, text });
  send(client, session, {
    topic,
    sequence: 0,
    snapshot: false,
    payload: { case: 'error', value } as Payload,
  });
}

function send(
  client: SocketClient,
  session: Session,
  message: Pick<ServerMessage, 'topic' | 'sequence' | 'snapshot' | 'payload'>,
): void {
  const full = create(ServerMessageSchema, message);
  client.send(
    session.isBinary
      ? toBinary(ServerMessageSchema, full)
      : toJsonString(ServerMessageSchema, full),
  );
}
