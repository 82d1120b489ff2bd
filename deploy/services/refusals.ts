// What a refusal's code means on each wire: a gRPC status and an HTTP status.

import { CallRefused, type CallStatus, type Refusal } from '../../engine/index.js';
import type { Answer } from '../app/port.js';

interface Meaning {
  /** Matches the code behind its area. */
  readonly code: RegExp;
  readonly grpc: CallStatus;
  readonly http: number;
}

const INVALID: Meaning = { code: /./, grpc: 'INVALID_ARGUMENT', http: 400 };

/** The first that matches counts; what matches none is an invalid argument. */
const MEANINGS: readonly Meaning[] = [
  { code: /^(unknown|no_such|not_found)/, grpc: 'NOT_FOUND', http: 404 },
  { code: /^(full|too_many)/, grpc: 'RESOURCE_EXHAUSTED', http: 429 },
  { code: /^(timed_out|restarting|died|failed)/, grpc: 'UNAVAILABLE', http: 503 },
  {
    code: /^(repeated|not_enough|no_price|no_point|cannot|dies_again)/,
    grpc: 'FAILED_PRECONDITION',
    http: 409,
  },
];

function meaningOf(code: string): Meaning {
  const reason = code.slice(code.indexOf('.') + 1);
  return MEANINGS.find((meaning) => meaning.code.test(reason)) ?? INVALID;
}

/** The HTTP status of a refusal's code. */
export function httpStatusOf(code: string): number {
  return meaningOf(code).http;
}

/** A refusal as an answer of gRPC: to be thrown. */
export function refused({ code, text }: Pick<Refusal, 'code' | 'text'>): CallRefused {
  return new CallRefused(meaningOf(code).grpc, code, text);
}

/** The value of an answer. Errors: throws its refusal as a status. */
export function unwrap<T>(answer: Answer<T>): T {
  if (answer.ok) return answer.value;
  throw refused(answer.refusal);
}
