// Failures of the environment: raised only in drivers, delivered as values or messages elsewhere.

/** What a fault says beyond its text. */
export interface FaultOptions {
  /** True where the same call may succeed when tried again. */
  readonly retryable?: boolean;
  /** The lower-level error, kept for the log. */
  readonly cause?: unknown;
}

/** The world failed: a disk, a socket, a file. Carries a stable code from the error table. */
export class Fault extends Error {
  /** Stable code, `area.what_failed`. */
  readonly code: string;
  /** True where the same call may succeed when tried again. */
  readonly retryable: boolean;

  constructor(code: string, message: string, options: FaultOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'Fault';
    this.code = code;
    this.retryable = options.retryable ?? false;
  }
}

/** A domain "no": a value or a reply, never an exception. */
export interface Refusal {
  readonly kind: 'refusal';
  /** Stable reason code, `area.reason`. */
  readonly code: string;
  /** What was expected, what was found, where, and what to do. */
  readonly text: string;
}

/** Builds a refusal. */
export function refusal(code: string, text: string): Refusal {
  return { kind: 'refusal', code, text };
}
