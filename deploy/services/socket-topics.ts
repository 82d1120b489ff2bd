// The WebSocket protocol: a snapshot on subscribing, then numbered deltas as the client keeps up.

import { fromBinary, fromJsonString } from '@bufbuild/protobuf';
import type { SocketClient, SocketHandler } from '../../engine/index.js';
import {
  type ClientMessage,
  ClientMessageSchema,
  type Subscribe,
} from '../../proto/gen/sluice/gateway/v1/gateway_pb.js';
import type { SluicePort, Topic } from '../app/port.js';
import { type Subscription, TopicChannel, type TopicCounters } from './topic-channel.js';
import { errorMessage, type Form, pongMessage } from './topic-message.js';
import { TOPICS } from './topic-reading.js';

/** Malformed frames a client may send before it is cut off. */
const MALFORMED_MAX = 10;

/** Keys a subscription may name. */
const KEYS_MAX = 10_000;

/** Characters of a client's text that are shown back to it. */
const SHOWN_MAX = 32;

/** Close code of a client that does not keep to the protocol. Source: RFC 6455, 7.4.1. */
const POLICY_VIOLATION = 1008;

/** What has happened on the sockets of all clients. */
export interface SocketTopicCounters extends TopicCounters {
  malformed: number;
  /** Answers to clients that read too slowly to be answered. */
  unanswered: number;
}

interface Session {
  readonly subscriptions: Map<Topic, Subscription>;
  form: Form;
  malformed: number;
}

/** Serves the topics of a system to any number of sockets. */
export class SocketTopics implements SocketHandler {
  readonly counters: SocketTopicCounters = {
    sent: 0,
    shared: 0,
    failed: 0,
    malformed: 0,
    unanswered: 0,
  };
  readonly #port: SluicePort;
  readonly #channels: ReadonlyMap<Topic, TopicChannel>;
  readonly #sessions = new Map<SocketClient, Session>();

  constructor(port: SluicePort, onBug: (where: string, error: unknown) => void) {
    this.#port = port;
    const context = { port, counters: this.counters, onBug };
    this.#channels = new Map(TOPICS.map((topic) => [topic, new TopicChannel(topic, context)]));
  }

  opened(client: SocketClient): void {
    this.#sessions.set(client, { subscriptions: new Map(), form: 'json', malformed: 0 });
    this.#port.clients.opened();
  }

  received(client: SocketClient, data: string | Uint8Array): void {
    const session = this.#sessions.get(client);
    if (session === undefined) return;
    session.form = typeof data === 'string' ? 'json' : 'binary';
    const message = parse(data)?.message;
    switch (message?.case) {
      case 'subscribe':
        this.#subscribe(client, session, message.value);
        break;
      case 'unsubscribe': {
        const topic = topicNamed(message.value.topic);
        if (topic !== undefined) this.#unsubscribe(session, topic);
        else this.#answer(client, unknownTopic(session.form, message.value.topic));
        break;
      }
      case 'ping':
        this.#answer(client, pongMessage(session.form, message.value.sentUs));
        break;
      case undefined:
        this.#onMalformed(client, session);
        break;
    }
  }

  drained(client: SocketClient): void {
    const session = this.#sessions.get(client);
    for (const [topic, subscription] of session?.subscriptions ?? []) {
      this.#channel(topic).flush(subscription);
    }
  }

  shed(): void {
    this.#port.clients.shed();
  }

  tooLong(): void {
    this.#port.market.refuseFrame({ reason: 'too_long', source: 'websocket' });
  }

  closed(client: SocketClient): void {
    const session = this.#sessions.get(client);
    if (session === undefined) return;
    this.#sessions.delete(client);
    this.#port.clients.closed();
    for (const topic of [...session.subscriptions.keys()]) this.#unsubscribe(session, topic);
  }

  #subscribe(client: SocketClient, session: Session, subscribe: Subscribe): void {
    const { keys, intervalMs } = subscribe;
    const topic = topicNamed(subscribe.topic);
    if (topic === undefined) {
      this.#answer(client, unknownTopic(session.form, subscribe.topic));
      return;
    }
    if (keys.length > KEYS_MAX) {
      const text = `expected at most ${KEYS_MAX} keys, was ${keys.length}`;
      this.#answer(client, errorMessage(session.form, topic, 'gateway.too_many_keys', text));
      return;
    }
    this.#unsubscribe(session, topic);
    const form = (): Form => session.form;
    const subscription = this.#channel(topic).add({ client, form, keys, intervalMs });
    // Told of everything while it was added, the client may have been cut off.
    if (this.#sessions.has(client)) session.subscriptions.set(topic, subscription);
    else this.#channel(topic).remove(subscription);
  }

  #unsubscribe(session: Session, topic: Topic): void {
    const subscription = session.subscriptions.get(topic);
    if (subscription === undefined) return;
    session.subscriptions.delete(topic);
    this.#channel(topic).remove(subscription);
  }

  #onMalformed(client: SocketClient, session: Session): void {
    session.malformed++;
    this.counters.malformed++;
    const text = 'expected a ClientMessage of sluice.gateway.v1 as JSON text or binary protobuf';
    this.#answer(client, errorMessage(session.form, '', 'gateway.malformed', text));
    if (session.malformed >= MALFORMED_MAX) client.end(POLICY_VIOLATION, 'too many bad frames');
  }

  #answer(client: SocketClient, message: string | Uint8Array): void {
    // One who asks without ever reading would otherwise fill its queue with answers.
    if (!client.hasRoom() || !client.send(message)) this.counters.unanswered++;
  }

  #channel(topic: Topic): TopicChannel {
    // There is one for each topic from the beginning.
    return this.#channels.get(topic)!;
  }
}

function parse(data: string | Uint8Array): ClientMessage | undefined {
  try {
    return typeof data === 'string'
      ? fromJsonString(ClientMessageSchema, data)
      : fromBinary(ClientMessageSchema, data, { readUnknownFields: false });
  } catch {
    // The caller answers that the frame is malformed, and counts it.
    return undefined;
  }
}

function topicNamed(name: string): Topic | undefined {
  return TOPICS.find((topic) => topic === name);
}

function unknownTopic(form: Form, name: string): string | Uint8Array {
  const shown = name.slice(0, SHOWN_MAX);
  const text = `expected a topic of ${TOPICS.join(', ')}, was "${shown}"`;
  return errorMessage(form, shown, 'gateway.unknown_topic', text);
}
