// The calls a source has had: written down before each is made, so that no restart forgets one.

import { performance } from 'node:perf_hooks';
import { httpCall, type Journal } from '../../engine/index.js';
import type { CallBudget } from '../adapters/sources/patient-caller.js';
import { no } from '../app/answers.js';
import type { Answer } from '../app/port.js';

/** A day, and a margin for what the vendor's clock and ours may differ. Units: milliseconds. */
const DAY_MS = 86_400_000;
const MARGIN_MS = 60_000;

/** Most calls a day that are kept one by one. */
const CALLS_MAX = 100_000;

/** Longest wait for the vendor's date. Units: milliseconds. */
const DATE_MS = 10_000;

/** The time that a budget is counted in. Units: milliseconds since 1970 UTC. */
export type TrustedTime = () => number;

/**
 * The vendor's own time, from the date of an answer to a request that costs nothing, and the
 * monotonic clock since: what the clock of this machine is set to does not matter.
 * Errors: `http.*`; undefined where the vendor tells no date.
 */
export async function vendorTime(baseUrl: string): Promise<TrustedTime | undefined> {
  const { origin } = new URL(baseUrl);
  const beforeMs = performance.now();
  const reply = await httpCall({
    url: `${origin}/`,
    method: 'HEAD',
    timeoutMs: DATE_MS,
    bytesMax: 0,
  });
  const dateMs = Date.parse(reply.header('date') ?? '');
  // The vendor's clock is read at the earliest it can have been: late is safe, early is not.
  return Number.isFinite(dateMs) ? () => dateMs + (performance.now() - beforeMs) : undefined;
}

const YES: Answer<void> = { ok: true, value: undefined };

/** A budget that allows no call once somebody has stopped. Errors: `source.stopped`. */
export function stoppable(isStopped: () => boolean, budget?: CallBudget): CallBudget {
  const stopped = no('source.stopped', 'expected to go on, somebody has stopped this');
  return {
    check: () => (isStopped() ? stopped : (budget?.check() ?? YES)),
    take: async () => (isStopped() ? stopped : ((await budget?.take()) ?? YES)),
  };
}

/** What a ledger counts for. */
export interface LedgerOptions {
  readonly journal: Journal;
  readonly source: string;
  readonly callsPerDay: number;
  readonly now: TrustedTime;
}

/** A durable count of calls: never more than the budget in any 24 hours. */
export class CallLedger implements CallBudget {
  readonly #options: LedgerOptions;
  readonly #limit: number;
  /** Times of the last calls, oldest first. Units: milliseconds. */
  #times: number[];

  constructor(options: LedgerOptions) {
    this.#options = options;
    this.#limit = Math.min(CALLS_MAX, options.callsPerDay);
    const bytes = options.journal.view(this.#view);
    // Only `take` writes this view, whole or not at all.
    this.#times = bytes === undefined ? [] : (JSON.parse(bytes.toString()) as number[]);
  }

  get #view(): string {
    return `budget/${this.#options.source}`;
  }

  /** Calls left now. */
  left(): number {
    const sinceMs = this.#nowMs() - DAY_MS - MARGIN_MS;
    return Math.max(0, this.#limit - this.#times.filter((time) => time > sinceMs).length);
  }

  /** When the next call may be made; now or before where one is left. */
  nextMs(): number {
    const nowMs = this.#nowMs();
    return this.left() > 0 ? nowMs : this.#times.at(-this.#limit)! + DAY_MS + MARGIN_MS;
  }

  /** Whether a call is left now. Errors: `source.budget_spent`. */
  check(): Answer<void> {
    if (this.left() > 0) return YES;
    const when = new Date(this.nextMs()).toISOString();
    const expected = `expected calls to be left of ${this.#limit} a day; the next at ${when}`;
    return no('source.budget_spent', `${this.#options.source}: ${expected}`);
  }

  /** Counts a call; resolves once it is on disk. Errors: `source.budget_spent`. */
  async take(): Promise<Answer<void>> {
    const { journal } = this.#options;
    const open = this.check();
    if (!open.ok) return open;
    this.#times = [...this.#times, this.#nowMs()].slice(-this.#limit);
    await journal.putView(this.#view, Buffer.from(JSON.stringify(this.#times)));
    return YES;
  }

  /** Never before the last call: time does not go back. */
  #nowMs(): number {
    return Math.max(this.#options.now(), this.#times.at(-1) ?? 0);
  }
}
