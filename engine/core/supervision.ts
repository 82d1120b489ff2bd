// How failing actors are treated: the words of a supervision tree, its defaults and its checks.

import { type Refusal, refusal } from './fault.js';

/** Which children a failure restarts: the failed one, all, or it and those started after it. */
export type Strategy = 'one_for_one' | 'one_for_all' | 'rest_for_one';

/**
 * What a failure leads to: `resume` drops the message and keeps the state, unless the turn had
 * persisted an event; `restart` rebuilds from the journal; `stop` ends the actor; `escalate` makes
 * it the supervisor's own failure.
 */
export type Directive = 'resume' | 'restart' | 'stop' | 'escalate';

/** When a child returns: always, after a failure only, or never. */
export type ChildRestart = 'permanent' | 'transient' | 'temporary';

/** How one child is kept. */
export interface ChildSpec {
  readonly restart: ChildRestart;
  /** Time to finish its commits and its children's when asked to stop. Units: microseconds. */
  readonly shutdownUs: number;
}

/** A transient child with five seconds to finish. Source: Erlang/OTP, supervisor, shutdown. */
export const DEFAULT_CHILD: ChildSpec = { restart: 'transient', shutdownUs: 5_000_000 };

/** How a supervisor treats the failures of its children. Source: Erlang/OTP, supervisor. */
export interface SupervisorPolicy {
  readonly strategy: Strategy;
  /** For failures that `directives` does not name. */
  readonly directive: Directive;
  /** By the failure's stable code; a failure without one has the code `error`. */
  readonly directives: Readonly<Record<string, Directive>>;
  /** Restarts allowed within `periodUs`; one more and the supervisor gives up. */
  readonly intensity: number;
  readonly periodUs: number;
  /** First delay before a restart; doubles with each further one in the period. */
  readonly backoffUs: number;
  readonly backoffUsMax: number;
  /** Part of the delay, 0 to 1, that chance may take away, so that many do not return at once. */
  readonly jitter: number;
  /** Failures of one message before it is put aside and the actor goes on without it. */
  readonly attemptsMax: number;
}

/** Five restarts in a minute, waiting 1 ms first and at most a second; three tries a message. */
export const DEFAULT_POLICY: SupervisorPolicy = {
  strategy: 'one_for_one',
  directive: 'restart',
  directives: {},
  intensity: 5,
  periodUs: 60_000_000,
  backoffUs: 1_000,
  backoffUsMax: 1_000_000,
  jitter: 0.2,
  attemptsMax: 3,
};

/** Every way to keep a child. */
export const CHILD_RESTARTS: readonly string[] = ['permanent', 'transient', 'temporary'];

const STRATEGIES: readonly string[] = ['one_for_one', 'one_for_all', 'rest_for_one'];
const DIRECTIVES: readonly string[] = ['resume', 'restart', 'stop', 'escalate'];

/**
 * Says what contradicts itself in a policy, or undefined.
 * Errors: `supervision.unknown_word`, `supervision.bad_number`, `supervision.backoff_reversed`,
 * `supervision.restarts_never`, `supervision.never_gives_up`, `supervision.never_quarantines`.
 */
export function checkPolicy(policy: SupervisorPolicy): Refusal | undefined {
  const directives = [policy.directive, ...Object.values(policy.directives)];
  if (!STRATEGIES.includes(policy.strategy)) return unknownWord(policy.strategy, STRATEGIES);
  for (const directive of directives) {
    if (!DIRECTIVES.includes(directive)) return unknownWord(directive, DIRECTIVES);
  }
  const { intensity, periodUs, backoffUs, backoffUsMax, jitter, attemptsMax } = policy;
  const isCount = (value: number, least: number): boolean =>
    Number.isSafeInteger(value) && value >= least;
  if (!isCount(intensity, 0)) return badNumber('intensity', 'a whole number from 0', intensity);
  if (!isCount(attemptsMax, 1)) return badNumber('attemptsMax', 'one or more', attemptsMax);
  if (!(periodUs > 0)) return badNumber('periodUs', 'more than 0', periodUs);
  if (!(backoffUs >= 0)) return badNumber('backoffUs', '0 or more', backoffUs);
  if (!(jitter >= 0 && jitter <= 1)) return badNumber('jitter', '0 to 1', jitter);
  if (!(backoffUs <= backoffUsMax)) {
    const text = `expected backoffUs up to backoffUsMax ${backoffUsMax}, was ${backoffUs}`;
    return refusal('supervision.backoff_reversed', text);
  }
  return directives.includes('restart') ? checkRestarts(policy) : undefined;
}

/** Contradictions that matter only to a policy that restarts. */
function checkRestarts(policy: SupervisorPolicy): Refusal | undefined {
  const { intensity, periodUs, backoffUs, attemptsMax } = policy;
  if (intensity === 0) {
    const text = 'expected an intensity of 1 or more beside the directive restart, was 0';
    return refusal('supervision.restarts_never', `${text}; say stop instead`);
  }
  if (backoffUs >= periodUs) {
    const text = `expected backoffUs below periodUs ${periodUs}, was ${backoffUs}`;
    return refusal('supervision.never_gives_up', `${text}: the intensity could not be reached`);
  }
  if (attemptsMax - 1 > intensity) {
    const text = `expected attemptsMax up to intensity + 1 = ${intensity + 1}, was ${attemptsMax}`;
    return refusal('supervision.never_quarantines', `${text}: the supervisor would give up first`);
  }
  return undefined;
}

function unknownWord(was: string, known: readonly string[]): Refusal {
  const text = `expected one of ${known.join(', ')}, was ${was}`;
  return refusal('supervision.unknown_word', text);
}

function badNumber(name: string, expected: string, was: number): Refusal {
  return refusal('supervision.bad_number', `expected ${name} of ${expected}, was ${was}`);
}

/** Delay before the n-th restart of a period, `chance` in [0, 1). Units: microseconds. */
export function backoffDelayUs(policy: SupervisorPolicy, n: number, chance: number): number {
  const fullUs = Math.min(policy.backoffUsMax, policy.backoffUs * 2 ** (n - 1));
  return Math.floor(fullUs * (1 - policy.jitter * chance));
}
