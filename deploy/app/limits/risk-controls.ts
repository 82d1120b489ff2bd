// What people decide about limits, journaled: overrides that two agree on, and the kill switch.

import type { RiskBoard } from '../../../actors/groups/index.js';
import { limitsOfScope, scopesOf } from '../../../actors/groups/index.js';
import { type Journal, type Refusal, refusal } from '../../../engine/index.js';
import { JournalWriter } from '../journal/journal-writer.js';
import { KnownIds } from '../journal/known-ids.js';
import {
  isLimit,
  refuseApproval,
  refuseLimit,
  refuseMinutes,
  refuseName,
  refuseStanding,
} from './control-refusals.js';
import {
  type AskedOverride,
  asked,
  NO_SPAN,
  type OverriddenLimit,
  type Override,
  spanOf,
} from './overrides.js';

/** Address of the decisions in the journal: part of its hash chain as any actor's events. */
const ADDRESS = 'risk/controls';

/** Overrides that may wait for approval or be in force. */
const OVERRIDES_MAX = 1_000;

/** Breaches known to have turned the kill switch; the oldest is forgotten, and may do so again. */
const BREACHES_MAX = 10_000;

type ControlEvent =
  | ({ readonly kind: 'override_requested' } & AskedOverride)
  | { readonly kind: 'override_approved'; readonly id: number; readonly by: string }
  | { readonly kind: 'override_revoked'; readonly id: number; readonly by: string }
  | {
      readonly kind: 'kill_switched';
      readonly on: boolean;
      readonly by: string;
      readonly reason: string;
      /** The breach that did it; empty for a person. One breach kills once. */
      readonly breach: string;
    };

/** What came of a decision. */
export type Controlled = { readonly kind: 'done'; readonly id: number } | Refusal;

/** The decisions of all runs on this journal. */
export class RiskControls {
  readonly #writer: JournalWriter<ControlEvent>;
  readonly #board: RiskBoard;
  readonly #nowUs: () => number;
  readonly #scopes: readonly string[];
  readonly #overrides = new Map<number, Override>();
  readonly #breaches = new KnownIds(BREACHES_MAX);
  /** When the first span on the board is over. */
  #changeUs = 0;

  /** Takes up what was decided before; `nowUs` is event time. */
  constructor(journal: Journal, board: RiskBoard, nowUs: () => number) {
    const timeUs = nowUs;
    this.#writer = new JournalWriter({ journal, address: ADDRESS, cause: 'operator', timeUs });
    this.#board = board;
    this.#nowUs = nowUs;
    this.#scopes = scopesOf(board.config);
    for (const { event, timeUs: atUs } of journal.recordsOf(ADDRESS)) {
      // Only this class writes at the address.
      this.#evolve(event as ControlEvent, atUs);
    }
    this.#setAside();
  }

  /** Overrides, the latest first. */
  get overrides(): readonly Override[] {
    return [...this.#overrides.values()].toReversed();
  }

  /** Event time. Units: microseconds. */
  get nowUs(): number {
    return this.#nowUs();
  }

  /**
   * Asks to set a limit's action aside. Errors: `limits.unknown_scope`, `limits.unknown_limit`,
   * `limits.bad_minutes`, `limits.bad_name`, `limits.too_many_overrides`.
   */
  request(
    wanted: OverriddenLimit & Pick<Override, 'reason' | 'by'>,
    minutes: number,
  ): Promise<Controlled> {
    const { scope, measure, severity, reason } = wanted;
    const by = wanted.by.trim();
    return this.#decide(() => {
      const bad =
        refuseLimit(this.#board.config, wanted) ?? refuseName(by, reason) ?? refuseMinutes(minutes);
      if (bad !== undefined) return bad;
      this.#forgetExpired();
      if (this.#overrides.size >= OVERRIDES_MAX) {
        const text = `expected fewer than ${OVERRIDES_MAX} overrides, there are as many`;
        return refusal('limits.too_many_overrides', text);
      }
      const untilUs = this.#nowUs() + minutes * 60_000_000;
      const id = this.#writer.sequence + 1;
      const asked = { id, scope, measure, severity, reason, by, untilUs };
      return { kind: 'override_requested', ...asked };
    });
  }

  /**
   * Approves an override. Errors: `limits.unknown_override`, `limits.same_person`,
   * `limits.already_approved`, `limits.revoked`, `limits.expired`, `limits.not_yet`.
   */
  approve(id: number, name: string): Promise<Controlled> {
    const by = name.trim();
    return this.#decide(() => {
      const found = this.#find(id, by);
      if (found.kind === 'refusal') return found;
      const bad = refuseApproval(found, by, this.#nowUs());
      return bad ?? { kind: 'override_approved', id, by };
    });
  }

  /**
   * Takes an override back, whoever asked for it: one person is enough for less to be let pass.
   * Errors: `limits.unknown_override`, `limits.revoked`, `limits.expired`.
   */
  revoke(id: number, name: string): Promise<Controlled> {
    const by = name.trim();
    return this.#decide(() => {
      const found = this.#find(id, by);
      return found.kind === 'refusal' ? found : { kind: 'override_revoked', id, by };
    });
  }

  /** An override that has time left. */
  #find(id: number, by: string): ({ readonly kind: 'found' } & Override) | Refusal {
    const found = this.#overrides.get(id);
    if (found === undefined) {
      return refusal('limits.unknown_override', `expected the id of an override, was ${id}`);
    }
    return refuseStanding(found, by, this.#nowUs()) ?? { kind: 'found', ...found };
  }

  /** Turns the kill switch, for all portfolios. Errors: `limits.bad_name`. */
  kill(on: boolean, name: string, reason: string, breach = ''): Promise<Controlled> {
    const by = name.trim();
    return this.#decide(() => {
      const event: ControlEvent = { kind: 'kill_switched', on, by, reason, breach };
      return refuseName(by, reason) ?? event;
    });
  }

  /**
   * Whether a breach has not turned the kill switch yet; from now on it counts as one that has. A
   * new run and a replaced shard tell old breaches again, after somebody may have turned it off.
   */
  claims(breach: string): boolean {
    return this.#breaches.add(breach);
  }

  /** A breach that was claimed and not recorded may be told again. */
  unclaim(breach: string): void {
    this.#breaches.delete(breach);
  }

  /** Tells that event time has moved: where a span is over the next one may begin. */
  onTime(nowUs: number): void {
    if (nowUs >= this.#changeUs) this.#setAside();
  }

  /** Decisions are taken one by one: each sees what those before it have made durable. */
  #decide(decide: () => ControlEvent | Refusal): Promise<Controlled> {
    return this.#writer.inTurn(async (append) => {
      const event = decide();
      if (event.kind === 'refusal') return event;
      // The record is kept under the same time.
      const atUs = this.#nowUs();
      // On disk before it has any effect.
      await append(event);
      this.#evolve(event, atUs);
      this.#setAside();
      return { kind: 'done', id: event.kind === 'kill_switched' ? 0 : event.id };
    });
  }

  #evolve(event: ControlEvent, atUs: number): void {
    if (event.kind === 'kill_switched') {
      if (event.breach !== '') this.#breaches.add(event.breach);
      // Before the first point nobody knows the time.
      const at = atUs > 0 ? ` at ${new Date(atUs / 1_000).toISOString().slice(0, 16)}Z` : '';
      this.#board.setKilled(event.on ? `${event.by}${at}: ${event.reason}` : '');
      return;
    }
    const { id, by } = event;
    if (event.kind === 'override_requested') {
      const { kind: _kind, ...wanted } = event;
      this.#overrides.set(id, asked(wanted, atUs));
      return;
    }
    const found = this.#overrides.get(id);
    if (found === undefined) return;
    const change =
      event.kind === 'override_approved'
        ? { approvedBy: by, approvedUs: atUs }
        : { revokedBy: by, revokedUs: atUs };
    this.#overrides.set(id, { ...found, ...change });
  }

  /** Writes the spans on the board, in which limits are set aside now or next. */
  #setAside(): void {
    const nowUs = this.#nowUs();
    const byLimit = new Map<string, Override[]>();
    for (const override of this.#overrides.values()) {
      const { scope, measure, severity } = override;
      const key = `${scope} ${measure} ${severity}`;
      byLimit.set(key, [...(byLimit.get(key) ?? []), override]);
    }
    this.#changeUs = Number.POSITIVE_INFINITY;
    for (const overrides of byLimit.values()) {
      const one = overrides[0]!;
      const scope = this.#scopes.indexOf(one.scope);
      const limit = limitsOfScope(this.#board.config, one.scope).findIndex((config) =>
        isLimit(config, one),
      );
      // The configuration may have changed since: then there is nothing to set aside.
      if (scope < 0 || limit < 0) continue;
      const span = spanOf(overrides, nowUs);
      this.#board.setOverride(scope, limit, span);
      if (span !== NO_SPAN) this.#changeUs = Math.min(this.#changeUs, span.untilUs);
    }
  }

  /** Those whose time is over make room; the journal keeps them. */
  #forgetExpired(): void {
    if (this.#overrides.size < OVERRIDES_MAX) return;
    const nowUs = this.#nowUs();
    for (const [id, { untilUs, revokedUs }] of this.#overrides) {
      if (Math.min(untilUs, revokedUs) <= nowUs) this.#overrides.delete(id);
    }
  }
}
