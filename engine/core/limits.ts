// Every bound of the runtime in one place, each with the reason for its value.

/** The bounds. */
export const LIMITS = {
  /** Messages a lane of one mailbox holds; a burst of a few seconds of one client's commands. */
  laneCapacity: 1024,
  /** Messages one actor handles per visit, so that a busy one cannot starve the others. */
  turnsPerVisit: 64,
  /** Effects of one turn: a turn that wants more is a runaway loop. */
  effectsPerTurn: 10_000,
  /** Dead letters kept to look at; all are counted. */
  deadLettersKept: 100,
  /** Asks that may be waiting at one time in one system. */
  asksOpen: 100_000,
  /** Timers that may be pending in one system. */
  timersPending: 100_000,
  /** Turns of one actor that may wait for their commit; more means the disk has stopped. */
  commitsWaiting: 1024,
} as const;

/** How an actor that fails is treated. Source: Erlang/OTP supervisor, intensity and period. */
export interface SupervisorPolicy {
  /** Restarts allowed within `periodUs`; one more stops the actor. */
  readonly intensity: number;
  readonly periodUs: number;
  /** First delay before a restart; doubles with each further one in the period. */
  readonly backoffUs: number;
  readonly backoffUsMax: number;
}

/** Five restarts in a minute, waiting 1 ms first and at most a second. */
export const DEFAULT_POLICY: SupervisorPolicy = {
  intensity: 5,
  periodUs: 60_000_000,
  backoffUs: 1_000,
  backoffUsMax: 1_000_000,
};
