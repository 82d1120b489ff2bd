// Alerts: each transition of a limit or rule is journaled once, then told to stream, log, webhook.

import { create } from '@bufbuild/protobuf';
import type { Message } from '../../../engine/index.js';
import {
  type Alert,
  type AlertBatch,
  AlertBatchSchema,
  AlertSchema,
  type AlertsRequest,
} from '../../../proto/gen/sluice/risk/v1/risk_pb.js';
import { JournalWriter } from '../journal/journal-writer.js';
import { KnownIds } from '../journal/known-ids.js';
import type { Market } from '../market/market.js';
import { Webhook } from './webhook.js';

/** Addresses in the journal: what was raised, and what the webhook has taken. */
const RAISED = 'risk/alerts';
const TAKEN = 'risk/alerts-taken';

/** Alerts shown at most. */
const SHOWN_MAX = 1_000;

/**
 * Ids that are known not to be raised again. One beyond it, of long ago, is raised once more where
 * a run begins anew before its time.
 */
const KNOWN_MAX = 100_000;

/** A transition to be told. */
export interface Raised {
  readonly scope: string;
  readonly measure: string;
  readonly severity: string;
  readonly kind: string;
  readonly limit: number;
  readonly value: number;
  readonly action: string;
  /** Event time. Units: microseconds. */
  readonly asOfUs: number;
  /** What happened, of a rule; a limit's follows from the rest. */
  readonly text?: string;
}

/** What is serious enough for whoever watches the log: a market breaks soft limits every day. */
const GRAVE: ReadonlySet<string> = new Set(['hard limit_breached', 'critical alert_raised']);

type RaisedEvent = Raised & { readonly id: string };
type TakenEvent = Message & { readonly id: string };

/** The alerts of a journal. One that is known is never raised again, in whatever run. */
export class Alerts {
  readonly #market: Market;
  readonly #raised: JournalWriter<RaisedEvent>;
  readonly #taken: JournalWriter<TakenEvent>;
  readonly #onAlert: () => void;
  /** Ids of what was raised, durable or on its way. */
  readonly #known = new KnownIds(KNOWN_MAX);
  readonly #shown: Alert[] = [];
  readonly #webhook: Webhook | undefined;
  #number = 0;
  #isAboutToTell = false;

  /**
   * Takes up what was raised before; what the webhook has not taken is offered again. `again` waits
   * for room on the disk, and answers whether the system still runs.
   */
  constructor(market: Market, onAlert: () => void, again: () => Promise<boolean>) {
    const { journal } = market;
    this.#market = market;
    this.#onAlert = onAlert;
    const timeUs = (): number => market.sequencer.openUs;
    this.#raised = new JournalWriter({ journal, address: RAISED, cause: 'alert', timeUs, again });
    this.#taken = new JournalWriter({ journal, address: TAKEN, cause: 'alert', timeUs });
    const { webhook: url } = market.options.portfolios;
    if (url !== undefined) {
      const onTaken = async (id: string): Promise<void> => {
        await this.#taken.append({ kind: 'alert', id });
      };
      this.#webhook = new Webhook({ url, onTaken, isStopped: () => market.state === 'stopped' });
    }
    // Only this class writes at the addresses.
    const taken = new Set(journal.events(TAKEN).map((event) => (event as TakenEvent).id));
    for (const event of journal.events(RAISED)) {
      const alert = this.#show(event as RaisedEvent);
      this.#known.add(alert.id);
      if (!taken.has(alert.id)) this.#webhook?.offer(alert);
    }
    void this.#webhook?.deliver();
  }

  /** Raises an alert: on disk first, then told. A transition that is known changes nothing. */
  raise(raised: Raised): void {
    const { scope, measure, severity, kind, asOfUs, text } = raised;
    const id = [scope, measure, severity, kind, asOfUs].join(' ');
    if (!this.#known.add(id)) return;
    const { limit, value, action } = raised;
    const event: RaisedEvent = {
      ...{ kind, id, scope, measure, severity, limit, value, action, asOfUs },
      ...(text !== undefined && { text }),
    };
    this.#raised.append(event).then(
      () => {
        const alert = this.#show(event);
        const level = GRAVE.has(`${severity} ${kind}`) ? 'warn' : 'debug';
        this.#market.logs.process.say(level, 'market', alert.text);
        this.#webhook?.offer(alert);
        this.#tellSoon();
      },
      (error: unknown) => {
        // Not told, so it may be raised again: the run ends, or the journal has failed for good.
        this.#known.delete(id);
        this.#market.logs.process.say('error', 'market', `an alert is not recorded: ${error}`);
      },
    );
  }

  /** Resolves once all that was raised so far is on disk, or known not to be. */
  settled(): Promise<void> {
    return this.#raised.settled();
  }

  /** Alerts after a number, in their order. */
  since(after: number): AlertBatch {
    return this.#batch(this.#shown.filter(({ number }) => number > after));
  }

  /** A page of alerts, in their order. */
  page({ limit, before }: AlertsRequest): AlertBatch {
    const meant = this.#shown.filter(({ number }) => before === 0 || number < before);
    return this.#batch(limit === 0 ? meant : meant.slice(-limit));
  }

  #batch(alerts: Alert[]): AlertBatch {
    return create(AlertBatchSchema, {
      alerts,
      stamp: this.#number,
      kept: this.#shown.length,
      hasWebhook: this.#webhook !== undefined,
      trouble: this.#webhook?.trouble ?? '',
      undelivered: this.#webhook?.waiting ?? 0,
      givenUp: this.#webhook?.givenUp ?? 0,
      forgotten: this.#known.forgotten,
    });
  }

  /** Tells once of all that one commit brought: a message each would hold up the last of them. */
  #tellSoon(): void {
    if (this.#isAboutToTell) return;
    this.#isAboutToTell = true;
    queueMicrotask(() => {
      this.#isAboutToTell = false;
      this.#onAlert();
      void this.#webhook?.deliver();
    });
  }

  #show(event: RaisedEvent): Alert {
    const number = ++this.#number;
    const alert = create(AlertSchema, { ...event, number, text: textOf(event) });
    this.#shown.push(alert);
    if (this.#shown.length > SHOWN_MAX) this.#shown.shift();
    return alert;
  }
}

/** What happened, in words. */
function textOf({ kind, scope, measure, severity, limit, value, text }: RaisedEvent): string {
  if (text !== undefined) {
    return `${severity} ${measure} of ${scope}${kind === 'alert_raised' ? '' : ' is over'}: ${text}`;
  }
  const verb = kind === 'limit_breached' ? 'is broken' : 'is kept again';
  return `${severity} limit ${limit} on ${measure} of ${scope} ${verb} at ${value.toFixed(4)}`;
}
