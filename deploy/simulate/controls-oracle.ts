// What people have decided about limits, by the journal alone and by other code than theirs.

import type { StoredRecord } from '../../engine/index.js';

/** An event of a decision, as far as the judge needs it. */
interface Decided {
  readonly kind: string;
  readonly id?: number;
  readonly scope?: string;
  readonly measure?: string;
  readonly severity?: string;
  readonly by?: string;
  readonly untilUs?: number;
  readonly on?: boolean;
  readonly breach?: string;
}

interface Span {
  readonly limit: string;
  readonly by: string;
  fromUs: number;
  untilUs: number;
}

/** The judge's own overrides and kill switch. */
export class ControlsOracle {
  readonly #spans = new Map<number, Span>();
  readonly #breaches = new Set<string>();
  /** Decisions in the journal. */
  count = 0;
  isKilled = false;
  /** The first that may not be there. */
  problem: string | undefined;

  /** Takes in a decision that has just become durable. */
  onCommitted({ event, sequence, timeUs }: StoredRecord): void {
    // The limits' own events have these fields; the judge reads them on its own.
    const { kind, id = 0, by = '', untilUs = 0, on = false, ...rest } = event as Decided;
    this.count = sequence;
    if (kind === 'kill_switched') {
      const { breach = '' } = rest;
      if (breach !== '' && this.#breaches.has(breach)) this.#object(`${breach} to kill once`);
      this.#breaches.add(breach);
      this.isKilled = on;
      return;
    }
    if (kind === 'override_requested') {
      const { scope, measure, severity } = rest;
      if (id !== sequence) this.#object(`override ${id} to have the number ${sequence}`);
      const limit = `${scope} ${measure} ${severity}`;
      this.#spans.set(id, { limit, by, fromUs: Number.POSITIVE_INFINITY, untilUs });
      return;
    }
    const span = this.#spans.get(id);
    if (span === undefined) this.#object(`an override ${id}`);
    else if (kind === 'override_revoked') span.untilUs = Math.min(span.untilUs, timeUs);
    else if (span.by === by) this.#object(`override ${id} of ${by} to be approved by another`);
    else span.fromUs = timeUs;
  }

  /** Whether a limit is set aside at an event time. */
  isAside(limit: string, nowUs: number): boolean {
    for (const { limit: of, fromUs, untilUs } of this.#spans.values()) {
      if (of === limit && fromUs <= nowUs && nowUs < untilUs) return true;
    }
    return false;
  }

  #object(text: string): void {
    this.problem ??= `expected ${text}`;
  }
}
