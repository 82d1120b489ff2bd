// Asks a vendor for the past, page by page: within its limits, with patience, never for ever.

import { Fault, type HttpReply, httpCall } from '../../../engine/index.js';
import { no } from '../../app/answers.js';
import type { Answer } from '../../app/port.js';
import type { SourceClock } from './clock.js';
import type { HistoryDialect, PageReading, RefusalCode } from './dialect.js';
import { type Breaker, createBreaker, delayMs, RateLimiter } from './patience.js';
import type { RawSink } from './raw.js';
import { faultOfRecord, type MarketRecord } from './record.js';
import type { Capabilities, HistoryPage, HistoryRequest, MarketDataSource } from './source.js';

/** Tries of one page. */
const TRIES_MAX = 6;

/** Pages of one request: a year of a liquid stock's trades in pages of ten thousand. */
const PAGES_MAX = 100_000;

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

/** What a client is made of. */
export interface HistoryClientOptions {
  readonly name: string;
  readonly capabilities: Capabilities;
  readonly dialect: HistoryDialect;
  readonly clock: SourceClock;
  /** Asked before each call; a refusal ends the request. */
  readonly budget?: CallBudget;
  readonly onRaw?: RawSink;
}

/** What a client has done. */
export interface HistoryCounters {
  calls: number;
  retries: number;
  records: number;
  /** Calls not made as the breaker was open. */
  blocked: number;
}

/** Asks one vendor. */
export class HistoryClient {
  readonly #options: HistoryClientOptions;
  readonly #limiter: RateLimiter | undefined;
  readonly #breaker: Breaker;
  readonly counters: HistoryCounters = { calls: 0, retries: 0, records: 0, blocked: 0 };

  constructor(options: HistoryClientOptions) {
    this.#options = options;
    const { rate } = options.capabilities;
    this.#limiter = rate === undefined ? undefined : new RateLimiter(options.clock, rate);
    this.#breaker = createBreaker(options.clock);
  }

  /** Times the breaker has opened. */
  get opened(): number {
    return this.#breaker.opened();
  }

  /** The past of a symbol, as `MarketDataSource.history`. */
  async *history(request: HistoryRequest): AsyncGenerator<Answer<HistoryPage>, void> {
    const unsupported = unsupportedOf(this.#options, request);
    if (unsupported !== undefined) {
      yield unsupported;
      return;
    }
    let cursor: string | undefined;
    for (let page = 0; page < PAGES_MAX; page++) {
      const answer = await this.#page(request, cursor);
      if (!answer.ok) {
        yield answer;
        return;
      }
      const { records, next, sinceUs } = answer.value;
      this.counters.records += records.length;
      const isLast = next === undefined || next === cursor;
      const value = { ...sifted(records, request), isLast };
      yield { ok: true, value: sinceUs === undefined ? value : { ...value, sinceUs } };
      if (isLast) return;
      cursor = next;
    }
    yield no('source.unreadable', `expected at most ${PAGES_MAX} pages of ${request.symbol}`);
  }

  async #page(
    request: HistoryRequest,
    cursor: string | undefined,
  ): Promise<Answer<Extract<PageReading, { kind: 'page' }>>> {
    const { name, clock } = this.#options;
    let last = 'did not answer';
    let isLimited = false;
    for (let attempt = 0; attempt < TRIES_MAX; attempt++) {
      if (attempt > 0) this.counters.retries++;
      if (!this.#breaker.allows()) {
        this.counters.blocked++;
        return no('source.unavailable', `${name}: it failed too often just now; try again later`);
      }
      const allowed = await this.#turn();
      if (allowed?.ok === false) return allowed;
      const reading = await this.#call(request, cursor);
      if (typeof reading === 'string') {
        last = reading;
        this.#breaker.failed();
        await clock.sleep(delayMs(attempt, clock.random));
        continue;
      }
      this.#breaker.succeeded();
      if (reading.kind === 'page') return { ok: true, value: reading };
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
  async #call(request: HistoryRequest, cursor: string | undefined): Promise<PageReading | string> {
    const { dialect, name, onRaw } = this.#options;
    const { url, headers } = dialect.call(request, cursor);
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
    const { status, body: message } = reply;
    const asked = { request, ...(cursor === undefined ? {} : { cursor }) };
    onRaw?.({ form: 'reply', source: name, asked, status, message });
    if (status === 200) return dialect.read(reply, request, cursor);
    return dialect.readFailure?.(reply) ?? commonFailure(reply);
  }
}

/** What statuses mean with every vendor. */
function commonFailure(reply: HttpReply): PageReading | string {
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

/** The refusal of what a source does not have; undefined where it has it. */
export function unsupportedOf(
  { name, capabilities }: Pick<MarketDataSource, 'name' | 'capabilities'>,
  { kind, every, afterSequence }: HistoryRequest,
): Answer<never> | undefined {
  const { history, bars, repair } = capabilities;
  const isRepair = afterSequence !== undefined && repair.includes(kind);
  if (!history.includes(kind) && !isRepair) {
    const has = history.join(', ') || 'no history';
    return no('source.unsupported', `${name}: expected one of ${has}, was ${kind}`);
  }
  if (kind !== 'bar' || bars.includes(every)) return undefined;
  return no('source.unsupported', `${name}: expected bars of ${bars.join(', ')}, was ${every}`);
}

/** A page without what can't be right and what lies outside of the request. */
export function sifted(records: readonly MarketRecord[], request: HistoryRequest): HistoryPage {
  const rejected: Record<string, number> = {};
  const { fromUs, toUs, afterSequence } = request;
  const kept = records.filter((record) => {
    const fault = faultOfRecord(record);
    if (fault !== undefined) {
      rejected[fault] = (rejected[fault] ?? 0) + 1;
      return false;
    }
    if (afterSequence !== undefined && record.kind === 'trade') {
      return record.sequence > afterSequence;
    }
    return record.timeUs >= fromUs && record.timeUs < toUs;
  });
  return { records: kept, rejectedByReason: rejected };
}
