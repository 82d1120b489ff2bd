// What each stream topic has to say since a stamp, as the payload of a server's message.

import { create } from '@bufbuild/protobuf';
import type { ServerMessage } from '../../proto/gen/sluice/gateway/v1/gateway_pb.js';
import {
  TreeRequestSchema,
  type TreeResponse,
  TreeResponseSchema,
} from '../../proto/gen/sluice/supervision/v1/supervision_pb.js';
import type { Answer, SluicePort, Topic } from '../app/port.js';

/** Every topic. */
export const TOPICS: readonly Topic[] = [
  'quotes',
  'funnel',
  'portfolios',
  'risk',
  'actors',
  'feed',
  'books',
  'alerts',
  'bars',
];

/** Actors that a subscription by several addresses looks through. */
const ACTORS_MAX = 10_000;

/** The payload of a message, by its topic. */
export type Payload = ServerMessage['payload'];

/** News of a topic and the stamp they reach to. */
export interface Reading {
  readonly stamp: number;
  /** The payload as an object. */
  payload(): Payload;
  /** The payload's own message encoded, where that is had without the object; `take` gives room. */
  bytes?(take: (length: number) => Buffer): Uint8Array;
}

/** News since `stamp`, everything for 0; undefined when there are none. */
export function readTopic(
  port: SluicePort,
  topic: Topic,
  keys: readonly string[],
  stamp: number,
): Answer<Reading | undefined> {
  const isFirst = stamp === 0;
  switch (topic) {
    case 'quotes': {
      const answer = port.market.changed(stamp, keys);
      if (!answer.ok) return answer;
      const { stamp: reached, count, message, bytes } = answer.value;
      if (!isFirst && count === 0) return { ok: true, value: undefined };
      const payload = (): Payload => ({ case: topic, value: message() });
      return { ok: true, value: { stamp: reached, payload, bytes } };
    }
    case 'portfolios': {
      const answer = port.portfolios.changed(stamp, keys);
      if (!answer.ok) return answer;
      const { value } = answer;
      return news(isFirst || value.portfolios.length > 0, { case: topic, value }, value.stamp);
    }
    case 'risk': {
      const answer = port.risk.changed(stamp, keys);
      if (!answer.ok) return answer;
      const { value } = answer;
      return news(isFirst || value.risks.length > 0, { case: topic, value }, value.stamp);
    }
    case 'books': {
      const answer = port.books.changed(stamp, keys);
      if (!answer.ok) return answer;
      const { value } = answer;
      return news(isFirst || value.books.length > 0, { case: topic, value }, value.stamp);
    }
    case 'bars': {
      const answer = port.bars.changed(stamp, keys);
      if (!answer.ok) return answer;
      const { value } = answer;
      return news(isFirst || value.tables.length > 0, { case: topic, value }, value.stamp);
    }
    case 'alerts': {
      const value = port.risk.alerts(stamp);
      return news(isFirst || value.alerts.length > 0, { case: topic, value }, value.stamp);
    }
    case 'funnel': {
      if (!isFirst && port.funnel.stamp() === stamp) return { ok: true, value: undefined };
      const value = port.funnel.snapshot();
      return news(true, { case: topic, value }, value.stamp);
    }
    case 'actors': {
      if (!isFirst && port.actors.stamp() === stamp) return { ok: true, value: undefined };
      const answer = actorsOf(port, keys);
      if (!answer.ok) return answer;
      const { value } = answer;
      return news(true, { case: topic, value }, value.stamp);
    }
    case 'feed':
      // It tells of time itself, so it is always news.
      return news(true, { case: topic, value: port.market.feed() }, 1);
  }
}

/** One key is a text to look for, as the tree's `match`; several are whole addresses. */
function actorsOf(port: SluicePort, keys: readonly string[]): Answer<TreeResponse> {
  if (keys.length < 2) {
    return port.actors.tree(create(TreeRequestSchema, { match: keys[0] ?? '' }));
  }
  const wanted = new Set(keys);
  const answer = port.actors.tree(create(TreeRequestSchema, { limit: ACTORS_MAX }));
  if (!answer.ok) return answer;
  const { actors, stamp } = answer.value;
  const found = actors.filter(({ address }) => wanted.has(address));
  const value = create(TreeResponseSchema, { actors: found, total: found.length, stamp });
  return { ok: true, value };
}

function news(isNews: boolean, payload: Payload, stamp: number): Answer<Reading | undefined> {
  return { ok: true, value: isNews ? { payload: () => payload, stamp } : undefined };
}
