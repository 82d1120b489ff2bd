// The tree of actors over HTTP: what it shows, and its levers.

import { create, toJsonString } from '@bufbuild/protobuf';
import type { HttpAnswer, HttpRequest } from '../../engine/index.js';
import {
  ActorRequestSchema,
  ActorResponseSchema,
  AuditRequestSchema,
  AuditResponseSchema,
  DeadLettersRequestSchema,
  DeadLettersResponseSchema,
  DrainRequestSchema,
  LogLevelRequestSchema,
  LogLevelsResponseSchema,
  MessageRequestSchema,
  MoveRequestSchema,
  ProfileRequestSchema,
  QuarantineRequestSchema,
  QuarantineResponseSchema,
  ThreadsResponseSchema,
  TreeRequestSchema,
  TreeResponseSchema,
} from '../../proto/gen/sluice/supervision/v1/supervision_pb.js';
import type { Lever, SluicePort } from '../app/port.js';
import { ACTOR_LEVERS } from '../roles/shard-messages.js';
import { answer, found, malformed, missing, parse } from './http-answers.js';
import { chosen, whole } from './http-paths.js';
import { httpStatusOf } from './refusals.js';

/** Answers below `actors`. */
export async function actors(
  port: SluicePort,
  parts: readonly string[],
  request: HttpRequest,
): Promise<HttpAnswer> {
  const { query } = request;
  const page = { limit: whole(request, 'limit'), offset: whole(request, 'offset') };
  switch (parts[1]) {
    case undefined: {
      const match = query.get('match') ?? '';
      const sort = query.get('sort') ?? '';
      const state = query.get('state') ?? '';
      const below = query.get('below') ?? '';
      const reverse = chosen(request, 'reverse');
      const wanted = create(TreeRequestSchema, { ...page, match, sort, state, below, reverse });
      await port.actors.looked();
      return answer(TreeResponseSchema, port.actors.tree(wanted));
    }
    case 'quarantine': {
      const address = query.get('address') ?? '';
      const wanted = create(QuarantineRequestSchema, { ...page, address });
      return found(QuarantineResponseSchema, await port.actors.quarantine(wanted));
    }
    case 'letters': {
      const address = query.get('address') ?? '';
      const code = query.get('code') ?? '';
      const wanted = create(DeadLettersRequestSchema, { ...page, address, code });
      return found(DeadLettersResponseSchema, await port.actors.deadLetters(wanted));
    }
    case 'threads':
      return found(ThreadsResponseSchema, await port.actors.threads());
    case 'logs':
      return found(LogLevelsResponseSchema, port.actors.logLevels());
    case 'audit':
      return found(AuditResponseSchema, port.actors.audit(create(AuditRequestSchema, page)));
    default:
      return missing(request);
  }
}

/** Pulls a lever. */
export async function lever(
  port: SluicePort,
  parts: readonly string[],
  request: HttpRequest,
): Promise<HttpAnswer> {
  const pulled = leverOf(parts[1] ?? '', request.body);
  if (pulled === undefined) return missing(request);
  if (typeof pulled === 'string') return malformed(`${pulled} of sluice.supervision.v1 as JSON`);
  const { lever, by, reason } = pulled;
  const response = await port.actors.pull(lever, { by, reason, door: 'http' });
  return {
    status: response.accepted ? 200 : httpStatusOf(response.code),
    json: toJsonString(ActorResponseSchema, response),
  };
}

/** The lever that a request pulls; the name of the message its body is not; undefined for none. */
function leverOf(
  name: string,
  body: string,
): { readonly lever: Lever; readonly by: string; readonly reason: string } | string | undefined {
  const kind = ACTOR_LEVERS.find((lever) => lever === name);
  if (kind !== undefined) {
    const parsed = parse(ActorRequestSchema, body);
    if (parsed === undefined) return 'an ActorRequest';
    return { ...parsed, lever: { kind, address: parsed.address } };
  }
  if (name === 'replay' || name === 'discard') {
    const parsed = parse(MessageRequestSchema, body);
    if (parsed === undefined) return 'a MessageRequest';
    return { ...parsed, lever: { kind: name, message: parsed.id } };
  }
  if (name === 'move') {
    const parsed = parse(MoveRequestSchema, body);
    if (parsed === undefined) return 'a MoveRequest';
    const { address, shard } = parsed;
    return { ...parsed, lever: { kind: name, address, shard } };
  }
  if (name === 'drain') {
    const parsed = parse(DrainRequestSchema, body);
    if (parsed === undefined) return 'a DrainRequest';
    return { ...parsed, lever: { kind: name, shard: parsed.shard } };
  }
  if (name === 'log_level') {
    const parsed = parse(LogLevelRequestSchema, body);
    if (parsed === undefined) return 'a LogLevelRequest';
    const { target, area, level } = parsed;
    return { ...parsed, lever: { kind: name, target, area, level } };
  }
  if (name !== 'profile') return undefined;
  const parsed = parse(ProfileRequestSchema, body);
  if (parsed === undefined) return 'a ProfileRequest';
  const { shard, seconds } = parsed;
  return { ...parsed, lever: { kind: name, shard, seconds } };
}
