// What services may ask for operators: levers, who pulls them, and what there is to pull.

import type {
  ActorResponse,
  AuditRequest,
  AuditResponse,
  DeadLettersRequest,
  DeadLettersResponse,
  LogLevelsResponse,
  QuarantineRequest,
  QuarantineResponse,
  ThreadsResponse,
  TreeRequest,
  TreeResponse,
} from '../../proto/gen/sluice/supervision/v1/supervision_pb.js';
import type { ActorLever } from '../roles/shard-messages.js';
import type { Answer, TopicReader } from './port-answer.js';

/** Who pulls, through which door, and why. */
export interface Puller {
  readonly by: string;
  /** `limits` where a breach pulled it, and no person. */
  readonly door: 'grpc' | 'http' | 'limits';
  readonly reason: string;
}

/** A lever and what it is pulled on. */
export type Lever =
  | { readonly kind: ActorLever; readonly address: string }
  | { readonly kind: 'move'; readonly address: string; readonly shard: number }
  | { readonly kind: 'drain'; readonly shard: number }
  | {
      readonly kind: 'log_level';
      readonly target: string;
      readonly area: string;
      readonly level: string;
    }
  | { readonly kind: 'replay' | 'discard'; readonly message: string }
  | { readonly kind: 'profile'; readonly shard: number; readonly seconds: number };

/** Actors, threads and dead letters, and the levers on them. */
export interface ActorsPort extends TopicReader {
  /** Resolves once the tree is as of now, or after a second. */
  looked(): Promise<void>;
  /** As of the last look. Errors: `supervision.bad_sort`, `supervision.bad_state`. */
  tree(request: TreeRequest): Answer<TreeResponse>;
  quarantine(request: QuarantineRequest): Promise<QuarantineResponse>;
  /** Pulls a lever and records it. Errors: see `Levers`. */
  pull(lever: Lever, puller: Puller): Promise<ActorResponse>;
  audit(request: AuditRequest): AuditResponse;
  deadLetters(request: DeadLettersRequest): Promise<DeadLettersResponse>;
  threads(): Promise<ThreadsResponse>;
  logLevels(): LogLevelsResponse;
}
