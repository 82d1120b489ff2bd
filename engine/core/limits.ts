// Every bound of the runtime in one place, each with the reason for its value.

/** The bounds. */
export const LIMITS = {
  /**
   * Messages a lane of one mailbox holds; a burst of a few seconds of one client's commands. Lanes
   * grow by doubling, so this and the next are powers of two.
   */
  laneCapacity: 1024,
  /** Messages of the system lane: answers, bounded by what the actor asked, and terminations. */
  systemLaneCapacity: 16_384,
  /** Messages waiting in all mailboxes of a system that count as full pressure on its sources. */
  queuedAtFullPressure: 100_000,
  /** Messages one actor handles per visit, so that a busy one cannot starve the others. */
  turnsPerVisit: 64,
  /** Effects of one turn: a turn that wants more is a runaway loop. */
  effectsPerTurn: 10_000,
  /** Dead letters kept of each reason, newest last; all are counted. */
  deadLettersKept: 20,
  /** Reasons of dead letters told apart; the codes are a handful, their kinds a few hundred. */
  deadLetterReasons: 500,
  /** Messages kept in quarantine; a hundred states fit in memory, the oldest goes with a count. */
  quarantineKept: 100,
  /** Command keys an actor remembers: a client that retries does so within a thousand commands. */
  commandKeys: 1_000,
  /** Longest command key. Units: UTF-16 code units. */
  commandKeyLength: 200,
  /** Stopped actors remembered, so that their messages are refused instead of starting them. */
  stoppedKept: 10_000,
  /** Actors that watch one other. */
  watchersOfOne: 10_000,
  /** Watches that the owner of threads knows of, over all of them. */
  watchesRouted: 100_000,
  /** Asks that may be waiting at one time in one system. */
  asksOpen: 100_000,
  /** Asks between threads that their owner knows of at one time. */
  asksRouted: 100_000,
  /** Answers and words of watches that wait for room on the full link of one shard. */
  routesOwed: 10_000,
  /** Messages of other threads that wait while their actor moves. */
  messagesHeld: 10_000,
  /**
   * Open asks of one actor: half of what its system lane holds, so that refusals of further ones
   * have a place there too.
   */
  asksOfOne: 8_192,
  /** Places that an actor's asks leave in the lane of their answers, for terminations. */
  placesKeptFromAsks: 64,
  /** Timers that actors of one system may have pending. */
  timersPending: 250_000,
  /** Timers of one actor: with more it is a runaway loop, and its turn fails. */
  timersOfOne: 10_000,
  /** Turns of one actor that may wait for their commit; more means the disk has stopped. */
  commitsWaiting: 1024,
} as const;
