// What a refusal's code means on each wire: a gRPC status and an HTTP status.

import { CallRefused, type CallStatus, type Refusal } from '../../engine/index.js';
import type { Answer } from '../app/port.js';

interface Meaning {
  /** Matches a whole code. */
  readonly code: RegExp;
  readonly grpc: CallStatus;
  readonly http: number;
}

const INVALID: Meaning = { code: /./, grpc: 'INVALID_ARGUMENT', http: 400 };

/**
 * The first that matches counts; what matches none is an invalid argument: the same request is
 * refused again, whenever it comes. Families go by the code behind its area.
 */
const MEANINGS: readonly Meaning[] = [
  // Nothing is wrong with the request: the same one may pass later, or has passed already.
  { code: /\.(timed_out|restarting|died|failed)/, grpc: 'UNAVAILABLE', http: 503 },
  {
    code: /^(ingest\.(busy|stopped)|shard\.(moving|catching_up)|limits\.unrecorded|supervision\.(unaudited|unplaced|profile_failed)|source\.unavailable)$/,
    grpc: 'UNAVAILABLE',
    http: 503,
  },
  { code: /\.(unknown|no_such|not_found)|^history\.none$/, grpc: 'NOT_FOUND', http: 404 },
  { code: /\.(full|too_many)/, grpc: 'RESOURCE_EXHAUSTED', http: 429 },
  // The state says no, not the form: another request may have to come first.
  {
    code: /\.(repeated|event_repeated|already_|not_enough|no_price|no_rate|no_position|no_point|cannot|dies_again|expired|same_person|wiped_out|only_one)|^pretrade\./,
    grpc: 'FAILED_PRECONDITION',
    http: 409,
  },
];

function meaningOf(code: string): Meaning {
  return MEANINGS.find((meaning) => meaning.code.test(code)) ?? INVALID;
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
