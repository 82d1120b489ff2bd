// What HTTP requests are read as, and answers to them: messages as JSON, refusals with status.

import {
  type DescMessage,
  fromJsonString,
  type MessageShape,
  toJsonString,
} from '@bufbuild/protobuf';
import type { HttpAnswer, HttpRequest } from '../../engine/index.js';
import type { Answer } from '../app/port.js';
import { httpStatusOf } from './refusals.js';

/** Where every path begins. */
export const API_PREFIX = '/api/v1/';

/** A body as a message; undefined where it is none. */
export function parse<D extends DescMessage>(schema: D, body: string): MessageShape<D> | undefined {
  try {
    return fromJsonString(schema, body);
  } catch {
    return undefined;
  }
}

/** A message as an answer. */
export function found<D extends DescMessage>(schema: D, message: MessageShape<D>): HttpAnswer {
  return { status: 200, json: toJsonString(schema, message) };
}

/** A value or a refusal as an answer. */
export function answer<D extends DescMessage>(
  schema: D,
  result: Answer<MessageShape<D>>,
): HttpAnswer {
  if (result.ok) return found(schema, result.value);
  const { code, text } = result.refusal;
  return { status: httpStatusOf(code), json: JSON.stringify({ code, text }) };
}

/** The body, or a parameter, is not what is expected. */
export function malformed(expected: string): HttpAnswer {
  const text = `expected ${expected}`;
  return { status: 400, json: JSON.stringify({ code: 'http.malformed', text }) };
}

/** There is nothing at that path. */
export function missing(request: HttpRequest): HttpAnswer {
  const text = `expected a path of ${API_PREFIX}, was ${request.method} ${request.path.slice(0, 80)}`;
  return { status: 404, json: JSON.stringify({ code: 'http.not_found', text }) };
}
