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

/** Parameters that are whole numbers, wherever they stand. */
const NUMBERS = ['bars', 'before', 'date', 'limit', 'offset', 'year'] as const;

/** The answer to a request with a number that is none; undefined where all are numbers. */
export function wrongNumber({ query }: HttpRequest): HttpAnswer | undefined {
  const wrong = NUMBERS.find((name) => !isWhole(query.get(name)));
  if (wrong === undefined) return undefined;
  const was = (query.get(wrong) ?? '').slice(0, 32);
  return malformed(`${wrong} to be a whole number, was "${was}"`);
}

function isWhole(text: string | null): boolean {
  return text === null || (/^\d{1,10}$/.test(text) && Number(text) < 2 ** 31);
}

/** The number of a parameter, which was looked at before; 0 without it. */
export function whole({ query }: HttpRequest, name: (typeof NUMBERS)[number]): number {
  return Number(query.get(name) ?? 0);
}
