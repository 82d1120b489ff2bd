// What a refusal's code means on each wire: a gRPC status and an HTTP status.

import { CallRefused, type CallStatus, type Refusal } from '../../engine/index.js';
import type { Answer } from '../app/port.js';

interface Meaning {
  /** How a code, or the part of it behind its area, begins: whole families. */
  readonly families: readonly string[];
  /** Whole codes beyond the families. */
  readonly codes: readonly string[];
  readonly grpc: CallStatus;
  readonly http: number;
}

const INVALID: Meaning = { families: [], codes: [], grpc: 'INVALID_ARGUMENT', http: 400 };

/** Nothing is wrong with the request: the same one may pass later, or has been done already. */
const LATER: Meaning = {
  families: ['timed_out', 'restarting', 'died', 'failed'],
  codes: [
    'ingest.busy',
    'ingest.stopped',
    'limits.unrecorded',
    'risk.study_busy',
    'risk.study_failed',
    'shard.catching_up',
    'shard.moving',
    'source.unavailable',
    'supervision.profile_failed',
    'supervision.unaudited',
    'supervision.unplaced',
  ],
  grpc: 'UNAVAILABLE',
  http: 503,
};

/** The state says no, not the form: something else has to come first. */
const STATE: Meaning = {
  families: [
    'pretrade.',
    'repeated',
    'already_',
    'not_enough',
    'no_price',
    'no_point',
    'cannot',
    'dies_again',
  ],
  codes: [
    'limits.expired',
    'limits.not_yet',
    'limits.revoked',
    'limits.same_person',
    'portfolio.event_repeated',
    'portfolio.no_position',
    'portfolio.no_rate',
    'portfolio.wiped_out',
    'supervision.only_one_shard',
  ],
  grpc: 'FAILED_PRECONDITION',
  http: 409,
};

/**
 * The first that matches counts; what matches none is an invalid argument: the same request is
 * refused again, whenever it comes.
 */
const MEANINGS: readonly Meaning[] = [
  LATER,
  {
    families: ['unknown', 'no_such', 'not_found'],
    codes: ['history.none'],
    grpc: 'NOT_FOUND',
    http: 404,
  },
  { families: ['full', 'too_many'], codes: [], grpc: 'RESOURCE_EXHAUSTED', http: 429 },
  STATE,
];

function meaningOf(code: string): Meaning {
  const reason = code.slice(code.indexOf('.') + 1);
  const isOf = ({ families, codes }: Meaning): boolean =>
    codes.includes(code) || families.some((one) => reason.startsWith(one) || code.startsWith(one));
  return MEANINGS.find(isOf) ?? INVALID;
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
