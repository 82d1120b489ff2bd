// The record of every lever that was pulled: who, when, what, why, and what became of it.

import { create } from '@bufbuild/protobuf';
import { Fault, type Journal, type Message, type StoredRecord } from '../../../engine/index.js';
import {
  type AuditEntry,
  AuditEntrySchema,
  type AuditRequest,
  type AuditResponse,
  AuditResponseSchema,
} from '../../../proto/gen/sluice/supervision/v1/supervision_pb.js';
import type { Puller } from '../port.js';
import { JournalWriter, type JournalWriterOptions } from './journal-writer.js';

/** Address of the record in the journal: part of its hash chain as any actor's events. */
const ADDRESS = 'audit/levers';

/** Entries of a page at most, and when the request does not say. */
const PAGE_MAX = 1_000;
const PAGE_DEFAULT = 100;

/** Longest name of a person and longest reason kept. Units: characters. */
const BY_MAX = 100;
const REASON_MAX = 500;

/** A lever and what it is pulled on. */
export interface Pull {
  readonly lever: string;
  readonly target: string;
}

/** What became of a lever. */
export interface PullOutcome {
  readonly accepted: boolean;
  readonly code: string;
  readonly text: string;
}

interface Asked extends Message, Puller, Pull {
  readonly kind: 'lever_asked';
  /** Wall clock. Units: microseconds since 1970. */
  readonly wallUs: number;
}

interface Done extends Message {
  readonly kind: 'lever_done';
  /** Sequence of the event that asked. */
  readonly asked: number;
  readonly outcome: 'accepted' | 'refused' | 'failed';
  readonly code: string;
  readonly text: string;
}

/** The record of one run; it goes on where the one before ended. */
export class LeverAudit {
  readonly #writer: JournalWriter<Asked | Done>;
  readonly #wallUs: () => number;
  /** Outcomes that the journal did not take. */
  outcomesLost = 0;

  /** `timeUs` is the event time that the record is kept under; `wallUs` that of people. */
  constructor(
    journal: JournalWriterOptions['journal'],
    timeUs: () => number,
    wallUs = () => Date.now() * 1000,
  ) {
    this.#wallUs = wallUs;
    this.#writer = new JournalWriter({ journal, address: ADDRESS, cause: 'operator', timeUs });
  }

  /**
   * Pulls a lever between two records: who asked is on disk before anything is done. Errors:
   * `supervision.unaudited` where that can't be written; then nothing was done.
   */
  async around<T extends PullOutcome>(
    puller: Puller,
    pull: Pull,
    act: () => Promise<T>,
  ): Promise<T> {
    const asked = await this.#ask(puller, pull);
    try {
      const outcome = await act();
      const { accepted, code, text } = outcome;
      await this.#done(asked, accepted ? 'accepted' : 'refused', code, text);
      return outcome;
    } catch (error) {
      const code = error instanceof Fault ? error.code : 'error';
      await this.#done(asked, 'failed', code, String(error));
      throw error;
    }
  }

  async #ask(puller: Puller, { lever, target }: Pull): Promise<number> {
    const asked: Asked = {
      kind: 'lever_asked',
      by: puller.by.slice(0, BY_MAX),
      door: puller.door,
      reason: puller.reason.slice(0, REASON_MAX),
      lever,
      target: target.slice(0, REASON_MAX),
      wallUs: this.#wallUs(),
    };
    try {
      return await this.#writer.append(asked);
    } catch (error) {
      const text =
        'expected to record who pulls the lever, the journal took it not; nothing was done';
      throw new Fault('supervision.unaudited', text, { cause: error });
    }
  }

  /** An outcome that can't be recorded stays `unknown` in the record, and is counted. */
  async #done(asked: number, outcome: Done['outcome'], code: string, text: string): Promise<void> {
    try {
      await this.#writer.append({ kind: 'lever_done', asked, outcome, code, text });
    } catch {
      this.outcomesLost++;
    }
  }
}

/** A page of the record in a journal, the latest first. Errors: `journal.corrupt`. */
export function readAudit(journal: Journal, request: AuditRequest): AuditResponse {
  const entries = entriesOf(journal.recordsOf(ADDRESS));
  const limit = Math.min(PAGE_MAX, request.limit || PAGE_DEFAULT);
  return create(AuditResponseSchema, {
    entries: entries.toReversed().slice(request.offset, request.offset + limit),
    total: entries.length,
  });
}

function entriesOf(records: readonly StoredRecord[]): AuditEntry[] {
  const entries: AuditEntry[] = [];
  const bySequence = new Map<number, AuditEntry>();
  for (const { event, sequence } of records) {
    // Only `LeverAudit` writes at this address.
    const told = event as Asked | Done;
    if (told.kind === 'lever_asked') {
      const { by, door, lever, target, reason, wallUs } = told;
      const head = { number: entries.length + 1, askedUs: wallUs, by, door, lever, target, reason };
      const entry = create(AuditEntrySchema, { ...head, outcome: 'unknown' });
      entries.push(entry);
      bySequence.set(sequence, entry);
      continue;
    }
    const entry = bySequence.get(told.asked);
    if (entry === undefined) continue;
    entry.outcome = told.outcome;
    entry.code = told.code;
    entry.text = told.text;
  }
  return entries;
}
