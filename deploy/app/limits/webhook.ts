// Alerts on their way to a webhook: offered one by one, in their order, until each is taken.

import { httpCall } from '../../../engine/index.js';
import type { Alert } from '../../../proto/gen/sluice/risk/v1/risk_pb.js';

/** Alerts that wait; beyond it the oldest that is not just being offered is given up. */
const WAITING_MAX = 10_000;

/** Offers of one alert to a receiver that answers, but will not have it. */
const REFUSED_MAX = 10;

/** Offers to one that is away: a day of them, so that an evening's outage costs no alert. */
const AWAY_MAX = 2_880;

/** Waits between two offers, bounds of a call. */
const RETRY_MS_MIN = 100;
const RETRY_MS_MAX = 30_000;
const CALL_MS_MAX = 5_000;
const ANSWER_BYTES_MAX = 64 * 1024;

/** Longest text of what kept an alert from being taken. */
const TROUBLE_LENGTH_MAX = 200;

/** Answers below 500 that are no word on the alert: asked too late, too early, too often. */
const NOT_NOW: ReadonlySet<number> = new Set([408, 425, 429]);

/** Where alerts go, and who is told. */
export interface WebhookOptions {
  readonly url: string;
  /**
   * Notes that an alert was taken. A note that is lost, as when the process is killed before it,
   * has the alert offered again after the next start, under the same key.
   */
  readonly onTaken: (id: string) => Promise<void>;
  /** Whether the system ends: then nothing more is offered. */
  readonly isStopped: () => boolean;
  /** Waits between two offers. Units: milliseconds. */
  readonly pause?: (ms: number) => Promise<void>;
  /** For tests; the bound above otherwise. */
  readonly waitingMax?: number;
}

/** What came of one offer, and why it was not taken. */
interface Offer {
  readonly kind: 'taken' | 'refused' | 'away';
  readonly trouble: string;
}

const TAKEN: Offer = { kind: 'taken', trouble: '' };

/** One webhook. Each alert is offered at least once; which is given up is counted. */
export class Webhook {
  readonly #options: WebhookOptions;
  readonly #waiting: Alert[] = [];
  #givenUp = 0;
  #isDelivering = false;
  #trouble = '';

  constructor(options: WebhookOptions) {
    this.#options = options;
  }

  /** Alerts that were not taken yet. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Alerts that are offered no more before the next start. */
  get givenUp(): number {
    return this.#givenUp;
  }

  /** What kept it from taking the last that was offered; empty once it has taken one. */
  get trouble(): string {
    return this.#trouble;
  }

  /** Puts an alert behind those that wait. */
  offer(alert: Alert): void {
    const { waitingMax = WAITING_MAX } = this.#options;
    this.#waiting.push(alert);
    if (this.#waiting.length <= waitingMax) return;
    // The first may be on the wire: it stays first until its answer is here.
    this.#waiting.splice(this.#isDelivering ? 1 : 0, 1);
    this.#givenUp++;
  }

  /** Offers what waits until nothing does; one call at a time goes through it. */
  async deliver(): Promise<void> {
    const { url, isStopped, onTaken } = this.#options;
    if (this.#isDelivering) return;
    this.#isDelivering = true;
    while (this.#waiting.length > 0 && !isStopped()) {
      const alert = this.#waiting[0]!;
      const offered = await this.#offerUntil(url, alert);
      if (offered === undefined) break;
      this.#waiting.shift();
      if (offered !== 'taken') this.#givenUp++;
      else await onTaken(alert.id).catch(() => {});
    }
    this.#isDelivering = false;
  }

  /** Offers one until it is taken or given up; undefined where the system ends before. */
  async #offerUntil(url: string, alert: Alert): Promise<Offer['kind'] | undefined> {
    const { isStopped, pause = pauseFor } = this.#options;
    let refused = 0;
    for (let attempt = 1; ; attempt++) {
      const { kind: offered, trouble } = await offerOnce(url, alert);
      this.#trouble = trouble;
      if (offered === 'taken') return offered;
      if (offered === 'refused') refused++;
      if (refused === REFUSED_MAX || attempt === AWAY_MAX) return offered;
      await pause(Math.min(RETRY_MS_MAX, RETRY_MS_MIN * 2 ** attempt));
      if (isStopped()) return undefined;
    }
  }
}

async function offerOnce(url: string, alert: Alert): Promise<Offer> {
  const { $typeName: _type, ...body } = alert;
  try {
    const { status } = await httpCall({
      url,
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': alert.id },
      body: JSON.stringify(body),
      timeoutMs: CALL_MS_MAX,
      bytesMax: ANSWER_BYTES_MAX,
    });
    if (status >= 200 && status < 300) return TAKEN;
    const isWord = status >= 400 && status < 500 && !NOT_NOW.has(status);
    return { kind: isWord ? 'refused' : 'away', trouble: `it answered with status ${status}` };
  } catch (error) {
    // Whatever kept it from being taken, it is offered again: that is counted, not lost.
    const why = error instanceof Error ? error.message : String(error);
    return { kind: 'away', trouble: why.slice(0, TROUBLE_LENGTH_MAX) };
  }
}

/** Waits, without keeping a process that ends. */
function pauseFor(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}
