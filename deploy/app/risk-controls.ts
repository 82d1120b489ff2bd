// What people decide about limits, journaled: overrides that two agree on, and the kill switch.

import type { RiskBoard } from '../../actors/groups/index.js';
import { scopesOf } from '../../actors/groups/index.js';
import type { LimitConfig } from '../../actors/limits/index.js';
import { type Journal, type Refusal, refusal } from '../../engine/index.js';
import { JournalWriter } from './journal-writer.js';

/** Address of the decisions in the journal: part of its hash chain as any actor's events. */
const ADDRESS = 'risk/controls';

/** Longest override: a week of market time. Units: minutes. */
const MINUTES_MAX = 10_080;

/** Overrides that may wait for approval or be in force. */
const OVERRIDES_MAX = 1_000;

/** Longest name of a person and longest reason. Units: characters. */
const BY_MAX = 100;
const REASON_MAX = 500;

/** An override as it was asked for. */
export interface Override {
  readonly id: number;
  readonly scope: string;
  readonly measure: string;
  readonly severity: string;
  readonly reason: string;
  readonly by: string;
  /** Event time. Units: microseconds. */
  readonly untilUs: number;
  readonly approvedBy: string;
}

type ControlEvent =
  | ({ readonly kind: 'override_requested' } & Omit<Override, 'approvedBy'>)
  | { readonly kind: 'override_approved'; readonly id: number; readonly by: string }
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
  readonly #breaches = new Set<string>();
  #killedWhy = '';

  /** Takes up what was decided before; `nowUs` is event time. */
  constructor(journal: Journal, board: RiskBoard, nowUs: () => number) {
    const timeUs = nowUs;
    this.#writer = new JournalWriter({ journal, address: ADDRESS, cause: 'operator', timeUs });
    this.#board = board;
    this.#nowUs = nowUs;
    this.#scopes = scopesOf(board.config);
    // Only this class writes at the address.
    for (const event of journal.events(ADDRESS)) this.#evolve(event as ControlEvent);
  }

  /** Who turned the kill switch on, and why; empty where it is off. */
  get killedWhy(): string {
    return this.#killedWhy;
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
    wanted: Pick<Override, 'scope' | 'measure' | 'severity' | 'reason' | 'by'>,
    minutes: number,
  ): Promise<Controlled> {
    const { scope, measure, severity, reason } = wanted;
    const by = wanted.by.trim();
    return this.#decide(() => {
      const bad = this.#refuseLimit(wanted) ?? refuseName(by, reason);
      if (bad !== undefined) return bad;
      if (!(Number.isInteger(minutes) && minutes >= 1 && minutes <= MINUTES_MAX)) {
        const text = `expected 1 to ${MINUTES_MAX} minutes of market time, was ${minutes}`;
        return refusal('limits.bad_minutes', text);
      }
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
   * Approves an override.
   * Errors: `limits.unknown_override`, `limits.same_person`, `limits.expired`.
   */
  approve(id: number, name: string): Promise<Controlled> {
    const by = name.trim();
    return this.#decide(() => {
      const found = this.#overrides.get(id);
      if (found === undefined) {
        return refusal('limits.unknown_override', `expected the id of an override, was ${id}`);
      }
      const bad = refuseName(by, found.reason);
      if (bad !== undefined) return bad;
      if (found.by.toLowerCase() === by.toLowerCase()) {
        const text = `expected another person than ${found.by}, who asked for it`;
        return refusal('limits.same_person', text);
      }
      if (found.untilUs <= this.#nowUs()) {
        return refusal('limits.expired', `expected an override that has time left, ${id} has none`);
      }
      return { kind: 'override_approved', id, by };
    });
  }

  /** Turns the kill switch, for all portfolios. Errors: `limits.bad_name`. */
  kill(on: boolean, name: string, reason: string, breach = ''): Promise<Controlled> {
    const by = name.trim();
    return this.#decide(() => {
      if (breach !== '' && this.#breaches.has(breach)) return undefined;
      const event: ControlEvent = { kind: 'kill_switched', on, by, reason, breach };
      return refuseName(by, reason) ?? event;
    });
  }

  /** Decisions are taken one by one: each sees what those before it have made durable. */
  #decide(decide: () => ControlEvent | Refusal | undefined): Promise<Controlled> {
    return this.#writer.inTurn(async (append) => {
      const event = decide();
      if (event === undefined) return { kind: 'done', id: 0 };
      if (event.kind === 'refusal') return event;
      // On disk before it has any effect.
      await append(event);
      this.#evolve(event);
      return { kind: 'done', id: event.kind === 'kill_switched' ? 0 : event.id };
    });
  }

  #evolve(event: ControlEvent): void {
    if (event.kind === 'override_requested') {
      const { kind: _kind, ...asked } = event;
      this.#overrides.set(event.id, { ...asked, approvedBy: '' });
    } else if (event.kind === 'override_approved') {
      const asked = this.#overrides.get(event.id);
      if (asked === undefined) return;
      this.#overrides.set(event.id, { ...asked, approvedBy: event.by });
      const scope = this.#scopes.indexOf(asked.scope);
      const limit = this.#limitsOf(asked.scope).findIndex((one) => isLimit(one, asked));
      // The configuration may have changed since: then there is nothing to set aside.
      if (scope >= 0 && limit >= 0) this.#board.setOverride(scope, limit, asked.untilUs);
    } else {
      if (event.breach !== '') this.#breaches.add(event.breach);
      this.#killedWhy = event.on ? `${event.by}: ${event.reason}` : '';
      this.#board.setKilled(event.on);
    }
  }

  #refuseLimit(wanted: Pick<Override, 'scope' | 'measure' | 'severity'>): Refusal | undefined {
    const { scope, measure, severity } = wanted;
    if (!this.#scopes.includes(scope)) {
      const text = `expected portfolio/ID or group/ID of the configuration, was "${scope.slice(0, 80)}"`;
      return refusal('limits.unknown_scope', text);
    }
    if (this.#limitsOf(scope).some((limit) => isLimit(limit, wanted))) return undefined;
    const text = `expected a limit of ${scope}, was "${severity.slice(0, 16)} ${measure.slice(0, 32)}"`;
    return refusal('limits.unknown_limit', text);
  }

  #limitsOf(scope: string): readonly LimitConfig[] {
    const { limits, groups } = this.#board.config;
    if (scope.startsWith('portfolio/')) return limits;
    return groups.find(({ id }) => `group/${id}` === scope)?.limits ?? [];
  }

  /** Those whose time is over make room; the journal keeps them. */
  #forgetExpired(): void {
    if (this.#overrides.size < OVERRIDES_MAX) return;
    const nowUs = this.#nowUs();
    for (const [id, { untilUs }] of this.#overrides) {
      if (untilUs <= nowUs) this.#overrides.delete(id);
    }
  }
}

function isLimit(
  limit: LimitConfig,
  { measure, severity }: Pick<Override, 'measure' | 'severity'>,
): boolean {
  return limit.measure === measure && limit.severity === severity;
}

function refuseName(by: string, reason: string): Refusal | undefined {
  if (
    by.length >= 1 &&
    by.length <= BY_MAX &&
    reason.trim() !== '' &&
    reason.length <= REASON_MAX
  ) {
    return undefined;
  }
  const text = `expected a name of 1 to ${BY_MAX} characters and a reason of 1 to ${REASON_MAX}, was "${by.slice(0, 32)}" and "${reason.slice(0, 32)}"`;
  return refusal('limits.bad_name', text);
}
