// Calls a vendor over HTTP: within its limits, with patience, never for ever.

import { Fault, type HttpReply, httpCall } from '../../../engine/index.js';
import { no } from '../../app/answers.js';
import type { Answer } from '../../app/port.js';
import type { SourceClock } from './clock.js';
import type { Denial, RefusalCode, VendorCall, VendorReply } from './dialect.js';
import { type Breaker, createBreaker, delayMs, RateLimiter } from './patience.js';
import type { Capabilities } from './source.js';

/** Tries of one call. */
const TRIES_MAX = 6;

/** Longest answer: fifty thousand bars in JSON are seven million bytes. Units: bytes. */
const BODY_BYTES_MAX = 64 * 1024 * 1024;

/** Longest wait for an answer. Units: milliseconds. */
const TIMEOUT_MS = 30_000;

/** Longest pause a vendor may ask for. Units: milliseconds. */
const PAUSE_MS_MAX = 120_000;

/** What may end a request before a call. */
export interface CallBudget {
  /** Whether a call could be made now: asked before one waits for its turn. */
  check(): Answer<void>;
  /** Counts a call that is made at once. */
  take(): Promise<Answer<void>>;
}

/** What a caller has done. */
interface CallCounters {
  calls: number;
  retries: number;
  /** Calls not made as the breaker was open. */
  blocked: number;
}

/** What a caller is made of. */
interface PatientCallerOptions {
  readonly name: string;
  readonly clock: SourceClock;
  readonly rate: Capabilities['rate'] | undefined;
  /** Asked before each call; a refusal ends it. */
  readonly budget: CallBudget | undefined;
}

/** What a reply says; undefined for what its status says with every vendor. */
type Read<T> = (reply: VendorReply) => T | Denial | undefined;

/** Calls one vendor. */
export class PatientCaller {
  readonly counters: CallCounters = { calls: 0, retries: 0, blocked: 0 };
  readonly #options: PatientCallerOptions;
  readonly #limiter: RateLimiter | undefined;
  readonly #breaker: Breaker;

  constructor(options: PatientCallerOptions) {
    this.#options = options;
    const { rate, clock } = options;
    this.#limiter = rate === undefined ? undefined : new RateLimiter(clock, rate);
    this.#breaker = createBreaker(clock);
  }

  /**
   * Makes a call until it is answered, six times at most. Errors: `source.*`, as of
   * `MarketDataSource.history`.
   */
  async ask<T extends { readonly kind: string }>(
    call: VendorCall,
    read: Read<T>,
  ): Promise<Answer<T>> {
    const { counters } = this;
    const { name, clock } = this.#options;
    let last = 'failed';
    let isLimited = false;
    for (let attempt = 0; attempt < TRIES_MAX; attempt++) {
      if (attempt > 0) counters.retries++;
      if (!this.#breaker.allows()) {
        counters.blocked++;
        return no('source.unavailable', `${name}: it ${last} too often just now; try again later`);
      }
      const allowed = await this.#turn();
      if (allowed?.ok === false) return allowed;
      const reading = await this.#call(call, read);
      if (typeof reading === 'string') {
        last = reading;
        this.#breaker.failed();
        await clock.sleep(delayMs(attempt, clock.random));
        continue;
      }
      this.#breaker.succeeded();
      if (!isDenial(reading)) return { ok: true, value: reading };
      if (reading.kind === 'refused') return no(reading.code, `${name}: ${reading.text}`);
      isLimited = true;
      last = 'asked to wait';
      const pauseMs = reading.afterMs ?? delayMs(attempt + 2, clock.random);
      await clock.sleep(Math.min(PAUSE_MS_MAX, pauseMs));
    }
    const code = isLimited ? 'source.rate_limited' : 'source.unavailable';
    return no(code, `${name}: expected an answer within ${TRIES_MAX} tries, it ${last}`);
  }

  /** Waits for a call's turn; what is left of the budget is asked before and taken behind it. */
  async #turn(): Promise<Answer<void> | undefined> {
    const { budget } = this.#options;
    const open = budget?.check();
    if (open?.ok === false) return open;
    await this.#limiter?.take();
    return budget?.take();
  }

  /** One call; a text says how the world failed, and that it may be tried again. */
  async #call<T>({ url, headers }: VendorCall, read: Read<T>): Promise<T | Denial | string> {
    this.counters.calls++;
    let reply: HttpReply;
    try {
      reply = await httpCall({
        url,
        ...(headers === undefined ? {} : { headers }),
        timeoutMs: TIMEOUT_MS,
        bytesMax: BODY_BYTES_MAX,
      });
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      if (error.retryable) return error.code === 'http.timed_out' ? 'timed out' : 'was unreachable';
      return { kind: 'refused', code: 'source.unreadable', text: error.message };
    }
    return read(reply) ?? commonFailure(reply);
  }
}

function isDenial(reading: { readonly kind: string }): reading is Denial {
  return reading.kind === 'refused' || reading.kind === 'later';
}

/** What statuses mean with every vendor. */
function commonFailure(reply: HttpReply): Denial | string {
  const { status } = reply;
  if (status === 401 || status === 403) {
    const text = `expected to be let in, was answered ${status}; check the credentials`;
    return { kind: 'refused', code: 'source.unauthorised', text };
  }
  if (status === 429 || status === 418) {
    const seconds = Number(reply.header('retry-after') ?? 'NaN');
    return seconds >= 0 ? { kind: 'later', afterMs: seconds * 1000 } : { kind: 'later' };
  }
  if (status >= 500) return `answered ${status}`;
  const isUnknown = status === 404;
  const code: RefusalCode = isUnknown ? 'source.unknown_symbol' : 'source.refused';
  return { kind: 'refused', code, text: `expected data, was answered ${status}` };
}
