// Limits of a running system: every scope with how much is used, and what people decide about them.

import { setTimeout as sleep } from 'node:timers/promises';
import { create } from '@bufbuild/protobuf';
import type { AlertTransition } from '../../../actors/alerts/index.js';
import { Breakers } from '../../../actors/breakers/index.js';
import {
  type GroupsMarked,
  limitsOfPortfolio,
  limitsOfScope,
  RiskBoard,
} from '../../../actors/groups/index.js';
import type {
  LimitConfig,
  LimitState,
  LimitTransition,
  Standing,
} from '../../../actors/limits/index.js';
import type { PortfolioFigures } from '../../../actors/portfolio/index.js';
import type { Message } from '../../../engine/index.js';
import { LimitStatusSchema } from '../../../proto/gen/sluice/portfolio/v1/portfolio_pb.js';
import {
  type ApproveRequest,
  type ControlResponse,
  ControlResponseSchema,
  type KillRequest,
  type LimitScope,
  LimitScopeSchema,
  type LimitsRequest,
  type LimitsResponse,
  LimitsResponseSchema,
  type OverrideRequest,
  OverrideSchema,
  type RevokeRequest,
} from '../../../proto/gen/sluice/risk/v1/risk_pb.js';
import type { LimitTold } from '../../roles/shard-messages.js';
import { no } from '../answers.js';
import type { LeverAudit, PullOutcome } from '../journal/lever-audit.js';
import type { Market } from '../market/market.js';
import type { Answer, Puller } from '../port.js';
import { Alerts } from './alerts.js';
import { haltsOf } from './halts.js';
import { stateOf } from './overrides.js';
import { type Controlled, RiskControls } from './risk-controls.js';

/** A limit that has just been broken or kept again, as a portfolio or a group tells it. */
type Told = LimitTransition & { readonly scope: string; readonly asOfUs: number };

/** What the limits of a market stand on. */
export interface LimitsOptions {
  readonly market: Market;
  readonly audit: LeverAudit;
  /** Latest figures of every portfolio. */
  figures(): readonly PortfolioFigures[];
  /** Ids of all portfolios that there are. */
  declared(): ReadonlySet<string>;
  /** Called when an alert can be read. */
  onAlert(): void;
  /** Waits; for tests and the simulator. Units: milliseconds. */
  readonly pause?: (ms: number) => Promise<unknown>;
}

/** How long what the disk has no room for waits before it is written again. */
const AGAIN_MS = 1_000;

/** The limits of a running system. */
export class LimitsPart {
  readonly alerts: Alerts;
  readonly #board: RiskBoard;
  readonly #controls: RiskControls;
  readonly #breakers: Breakers;
  readonly #audit: LeverAudit;
  readonly #market: Market;
  readonly #figures: LimitsOptions['figures'];
  readonly #declared: LimitsOptions['declared'];
  readonly #pause: NonNullable<LimitsOptions['pause']>;
  #groups: GroupsMarked | undefined;
  #nowUs = 0;

  constructor({ market, audit, figures, declared, onAlert, pause = sleep }: LimitsOptions) {
    this.#pause = pause;
    this.alerts = new Alerts(market, onAlert, () => this.#again());
    market.beforeClose(() => this.alerts.settled());
    const { board, memory, file } = market;
    this.#market = market;
    this.#audit = audit;
    this.#figures = figures;
    this.#declared = declared;
    this.#board = new RiskBoard(memory.board, board, file.bars.symbols.length);
    this.#breakers = new Breakers(memory.breakers, market.options.portfolios.breakers);
    this.#controls = new RiskControls(market.journal, this.#board, () => this.#nowUs);
  }

  /** Takes what a shard published; a breach whose action is to kill turns the switch. */
  onPublished(topic: string, event: Message): void {
    if (topic === 'groups') {
      // Published by the judge of groups alone.
      const marked = event as GroupsMarked;
      this.#moveTo(marked.timeUs);
      // A replaced shard tells old points again.
      if (marked.pointIndex >= (this.#groups?.pointIndex ?? -1)) this.#groups = marked;
      for (const { group, ...transition } of marked.transitions) {
        this.#onTransition({ ...transition, scope: `group/${group}`, asOfUs: marked.timeUs });
      }
    } else if (topic === 'limits') {
      // Published by shards alone, of their portfolios.
      const told = event as LimitTold;
      this.#onTransition({ ...told, scope: `portfolio/${told.portfolio}` });
    } else if (topic === 'alerts') {
      // Published by those alone who judge rules. A rule may read many values, and bounds none.
      const { rule, ...told } = event as AlertTransition;
      this.alerts.raise({ ...told, measure: rule, limit: 0, value: 0, action: 'alert' });
    } else if (event.kind === 'portfolio_marked') {
      this.#moveTo((event as PortfolioFigures).asOfUs);
    }
  }

  #moveTo(timeUs: number): void {
    if (timeUs <= this.#nowUs) return;
    this.#nowUs = timeUs;
    this.#controls.onTime(timeUs);
  }

  #onTransition(told: Told): void {
    const { kind, scope, measure, severity, value, asOfUs } = told;
    const limit = limitsOfScope(this.#board.config, scope).find(
      (one) => one.measure === measure && one.severity === severity,
    );
    this.alerts.raise({ ...told, action: limit?.action ?? 'alert' });
    if (kind !== 'limit_breached' || limit?.action !== 'kill') return;
    const reason = `${severity} limit ${limit.limit} on ${measure} of ${scope} is broken at ${value.toFixed(4)}`;
    // A new run tells the same breach again: it is known by its place in event time.
    const breach = `${scope} ${measure} ${severity} ${asOfUs}`;
    if (!this.#controls.claims(breach)) return;
    void this.#killFor(breach, reason);
  }

  /** Turns the kill switch for a breach, once the disk has room for that. */
  async #killFor(breach: string, reason: string): Promise<void> {
    const puller: Puller = { by: 'limits', door: 'limits', reason };
    const kill = (): Promise<ControlResponse> =>
      this.#audited(puller, 'kill_switch', 'on', () =>
        this.#controls.kill(true, 'limits', reason, breach),
      );
    let outcome = await kill();
    while (!outcome.accepted && (await this.#again())) outcome = await kill();
    const { accepted, text } = outcome;
    if (!accepted) this.#controls.unclaim(breach);
    const level = accepted ? 'warn' : 'error';
    this.#market.logs.process.say(level, 'levers', `kill switch: ${reason} ${text}`);
  }

  /** Waits for room on the disk; whether there is still somebody to write for. */
  async #again(): Promise<boolean> {
    const { logs } = this.#market;
    logs.process.say('error', 'market', 'what limits have come to waits for room on the disk');
    await this.#pause(AGAIN_MS);
    return this.#market.state !== 'stopped';
  }

  /** Every scope asked for, groups first. Errors: `limits.unknown_scope`, `limits.unwatched`. */
  read({ scopes }: LimitsRequest): Answer<LimitsResponse> {
    const figures = this.#figures();
    const declared = this.#declared();
    const all = [...this.#groupScopes(), ...figures.map((one) => this.#portfolioScope(one))];
    const unknown = scopes.find((scope) => !all.some((one) => one.scope === scope));
    if (unknown !== undefined) {
      if (declared.has(unknown.replace(/^portfolio\//, ''))) {
        const text = `expected ${unknown} to be opened, was not: nobody watches its limits`;
        return no('limits.unwatched', `${text} until it is shown or traded in`);
      }
      const text = `expected portfolio/ID or group/ID, was "${unknown.slice(0, 80)}"`;
      return no('limits.unknown_scope', text);
    }
    const { overrides } = this.#controls;
    const wanted = scopes.length === 0 ? all : all.filter(({ scope }) => scopes.includes(scope));
    return {
      ok: true,
      value: create(LimitsResponseSchema, {
        scopes: wanted,
        unwatched: Math.max(0, declared.size - figures.length),
        killed: this.#board.isKilled,
        killedWhy: this.#board.killedWhy,
        halts: haltsOf(this.#breakers, this.#market, this.#nowUs),
        marketHaltedUntilUs: this.#breakers.marketHaltedUntil,
        overrides: overrides.map(({ by: requestedBy, ...rest }) => {
          const state = stateOf({ by: requestedBy, ...rest }, this.#nowUs);
          return create(OverrideSchema, { ...rest, requestedBy, state });
        }),
      }),
    };
  }

  #groupScopes(): LimitScope[] {
    const { portfolios } = this.#board.config;
    return (this.#groups?.groups ?? []).map(({ id, limits, ...figures }, index) => {
      const standing = this.#board.groupStanding(index, this.#nowUs);
      return create(LimitScopeSchema, {
        ...figures,
        scope: `group/${id}`,
        limits: this.#statuses(
          portfolios.length + index,
          limits,
          limitsOfScope(this.#board.config, `group/${id}`),
        ),
        ...shown(standing),
        asOfUs: this.#groups?.timeUs ?? 0,
      });
    });
  }

  #portfolioScope(figures: PortfolioFigures): LimitScope {
    const { config } = this.#board;
    const broken = figures.limits.map(({ breached }) => breached);
    const { equity, grossExposure, netExposure, drawdown, margin } = figures;
    const { var99, cvar99, asOfUs } = figures;
    return create(LimitScopeSchema, {
      scope: `portfolio/${figures.key}`,
      level: 'portfolio',
      members: 1,
      equity,
      grossExposure,
      netExposure,
      drawdown,
      margin,
      var99,
      cvar99,
      limits: this.#statuses(
        config.portfolios.indexOf(figures.key),
        figures.limits,
        limitsOfPortfolio(config, figures.key),
      ),
      ...shown(this.#board.standingOf(figures.key, broken, this.#nowUs)),
      asOfUs,
    });
  }

  #statuses(scope: number, states: readonly LimitState[], configs: readonly LimitConfig[]) {
    return states.map(({ measure, severity, limit, value, utilisation, breached }, index) =>
      create(LimitStatusSchema, {
        name: measure,
        severity,
        limit,
        value,
        utilisation,
        breached,
        action: configs[index]?.action ?? 'alert',
        overriddenUntilUs: this.#board.overrideUntil(scope, index, this.#nowUs),
      }),
    );
  }

  /** Asks for an override. Errors, as refusals: see `RiskControls.request`. */
  requestOverride(request: OverrideRequest, door: Puller['door']): Promise<ControlResponse> {
    const { scope, measure, severity, by, reason } = request;
    return this.#audited({ by, door, reason }, 'override', `${scope} ${severity} ${measure}`, () =>
      this.#controls.request(request, request.minutes),
    );
  }

  /** Approves an override. Errors, as refusals: see `RiskControls.approve`. */
  approveOverride({ id, by }: ApproveRequest, door: Puller['door']): Promise<ControlResponse> {
    return this.#audited({ by, door, reason: '' }, 'approve', `override ${id}`, () =>
      this.#controls.approve(id, by),
    );
  }

  /** Takes an override back. Errors, as refusals: see `RiskControls.revoke`. */
  revokeOverride({ id, by }: RevokeRequest, door: Puller['door']): Promise<ControlResponse> {
    return this.#audited({ by, door, reason: '' }, 'revoke', `override ${id}`, () =>
      this.#controls.revoke(id, by),
    );
  }

  /** Turns the kill switch. Errors, as refusals: `limits.bad_name`. */
  setKillSwitch({ on, by, reason }: KillRequest, door: Puller['door']): Promise<ControlResponse> {
    return this.#audited({ by, door, reason }, 'kill_switch', on ? 'on' : 'off', () =>
      this.#controls.kill(on, by, reason),
    );
  }

  /** Decides between two records of the audit. */
  async #audited(
    puller: Puller,
    lever: string,
    target: string,
    decide: () => Promise<Controlled>,
  ): Promise<ControlResponse> {
    try {
      const outcome = await this.#audit.around(puller, { lever, target }, async () =>
        responseOf(await decide()),
      );
      return outcome;
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      return create(ControlResponseSchema, { accepted: false, code: 'limits.unrecorded', text });
    }
  }
}

function shown({ action, why }: Standing) {
  return { standing: action, why };
}

function responseOf(outcome: Controlled): ControlResponse & PullOutcome {
  return outcome.kind === 'refusal'
    ? create(ControlResponseSchema, { accepted: false, code: outcome.code, text: outcome.text })
    : create(ControlResponseSchema, { accepted: true, id: outcome.id });
}
