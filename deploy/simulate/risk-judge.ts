// The judge of limits and alerts: each told alike every time, kept once, under one number.

import { type GroupFigures, RiskBoard } from '../../actors/groups/index.js';
import type { PortfolioFigures } from '../../actors/portfolio/index.js';
import type { Judge, Message, StoredRecord } from '../../engine/index.js';
import { toJson } from '../../engine/index.js';
import { ControlsOracle } from './controls-oracle.js';
import { SYMBOLS } from './market-walk.js';
import type { RiskDesk } from './risk-desk.js';
import { limitsOn, type Watched } from './watched.js';

/** Steps from one look at the overrides to the next. */
const LOOK_EVERY = 16;

/** What a limit or a rule has come to, as far as the judge needs it. */
export interface Told extends Message {
  readonly scope: string;
  /** The measure of a limit, the id of a rule. */
  readonly name: string;
  readonly severity: string;
  readonly asOfUs: number;
  readonly text: string;
}

/** What is told by a topic of what a shard published, and the event time that it makes known. */
interface Heard {
  readonly told: readonly Told[];
  readonly groups: readonly GroupFigures[];
  readonly nowUs: number;
}

interface Published extends Message {
  readonly pointIndex?: number;
  readonly asOfUs?: number;
  readonly timeUs?: number;
  readonly portfolio?: string;
  readonly group?: string;
  readonly scope?: string;
  readonly rule?: string;
  readonly measure?: string;
  readonly severity?: string;
  readonly transitions?: readonly Published[];
  readonly groups?: readonly GroupFigures[];
}

/** Reads what was published as the judge does. */
export function heardOf(topic: string, event: Message): Heard {
  // Shards publish nothing else by these topics, and the judge reads it on its own.
  const said = event as Published;
  if (topic === 'groups') {
    const { timeUs = 0, transitions = [], groups = [] } = said;
    const told = transitions.map((one) => toldOf(one, `group/${one.group}`, timeUs));
    return { told, groups, nowUs: timeUs };
  }
  const { asOfUs = 0 } = said;
  const isLimit = topic === 'limits';
  if (isLimit || topic === 'alerts') {
    const scope = isLimit ? `portfolio/${said.portfolio}` : (said.scope ?? '');
    return { told: [toldOf(said, scope, asOfUs)], groups: [], nowUs: 0 };
  }
  return { told: [], groups: [], nowUs: event.kind === 'portfolio_marked' ? asOfUs : 0 };
}

/** One transition, as both a shard and a replay tell it. */
export function toldOf(event: Message, scope: string, asOfUs: number): Told {
  // As above.
  const { kind, measure, rule, severity = '' } = event as Published;
  return { kind, scope, name: rule ?? measure ?? '', severity, asOfUs, text: toJson(event) };
}

/** What an alert is known by. */
function idOf({ scope, name, severity, kind, asOfUs }: Told): string {
  return [scope, name, severity, kind, asOfUs].join(' ');
}

/** What the judge asks its world. */
export interface RiskJudged {
  /** Undefined while the process is away. */
  readonly desk: () => RiskDesk | undefined;
  /** Steps of the market before the point of an event time. */
  readonly stepsBefore: (timeUs: number) => number;
  /** What replays of the portfolios that can be judged tell, by their scope. */
  readonly replayed: () => ReadonlyMap<string, readonly Told[]>;
}

/** Looks at limits, alerts and decisions. */
export class RiskJudge implements Judge {
  readonly name = 'alerts are kept once, decisions hold';
  readonly #world: RiskJudged;
  readonly #watched: Watched;
  readonly #board: RiskBoard;
  readonly #controls = new ControlsOracle();
  /** Texts of what was told, by id: of groups in this life, for others have others away. */
  readonly #told = new Map<string, string>();
  readonly #groupsTold = new Map<string, string>();
  /** What portfolios told that they are worth, by key and event time. */
  readonly #equities = new Map<string, number>();
  /** Steps of the market that each portfolio has told of. */
  readonly #reached = new Map<string, number>();
  /** Numbers of the alerts in the journal. */
  readonly #kept = new Map<string, number>();
  #nowUs = 0;
  #problem: string | undefined;

  constructor(world: RiskJudged, watched: Watched, memory: SharedArrayBuffer) {
    this.#world = world;
    this.#watched = watched;
    this.#board = new RiskBoard(memory, watched.board, SYMBOLS.length);
  }

  /** How much there was to judge. */
  get counts(): Readonly<Record<string, number>> {
    return {
      alerts: this.#kept.size,
      decisions: this.#controls.count,
    };
  }

  /** A process begins: what its forerunner wrote on the board is gone. */
  onLife(): void {
    this.#board.setKilled('');
    for (const { place, limit } of limitsOn(this.#watched.board)) {
      this.#board.setOverride(place, limit, { fromUs: 0, untilUs: 0 });
    }
    this.#groupsTold.clear();
    this.#nowUs = 0;
  }

  /** A shard has told something. */
  onHeard({ told, groups, nowUs }: Heard): void {
    this.#nowUs = Math.max(this.#nowUs, nowUs);
    for (const group of groups) this.#problem ??= this.#sumOf(group, nowUs);
    for (const one of told) {
      this.#reach(one.scope, one.asOfUs);
      const all = one.scope.startsWith('group/') ? this.#groupsTold : this.#told;
      const id = idOf(one);
      const before = all.get(id);
      all.set(id, one.text);
      if (before === undefined || before === one.text) continue;
      this.#problem ??= `expected ${id} to be told as ${before}, was ${one.text}`;
    }
  }

  /** A portfolio has told what it is worth at a point. */
  onFigures({ key, asOfUs, equity }: PortfolioFigures): void {
    this.#reach(`portfolio/${key}`, asOfUs);
    this.#equities.set(`${key} ${asOfUs}`, equity);
  }

  #reach(scope: string, asOfUs: number): void {
    if (!scope.startsWith('portfolio/')) return;
    const step = this.#world.stepsBefore(asOfUs);
    this.#reached.set(scope, Math.max(step, this.#reached.get(scope) ?? -1));
  }

  /** A group that lacks nobody is worth what its members told. */
  #sumOf({ id, behind, equity }: GroupFigures, asOfUs: number): string | undefined {
    const { groups, portfolios } = this.#watched.board;
    const members = groups.find((one) => one.id === id)?.members ?? [];
    let sum = 0;
    for (const place of members) {
      const key = portfolios[place]!;
      sum += this.#equities.get(`${key} ${asOfUs}`) ?? Number.NaN;
    }
    // Who was brought forward told the board alone.
    if (behind > 0 || Number.isNaN(sum) || sum === equity) return undefined;
    return `expected group ${id} to be worth ${sum} at ${asOfUs}, was ${equity}`;
  }

  /** Something of the owner's has become durable. */
  onCommitted(record: StoredRecord): void {
    const { address, event, sequence, place = 0 } = record;
    const reached = this.#reached.get(address) ?? -1;
    if (place <= reached) {
      this.#problem ??= `expected ${address} to decide after step ${reached}, was at ${place}`;
    }
    if (address === 'risk/controls') this.#controls.onCommitted(record);
    if (address !== 'risk/alerts') return;
    // Events at this address have an id.
    const { id } = event as unknown as { readonly id: string };
    const before = this.#kept.get(id);
    if (before !== undefined) this.#problem ??= `${id} was kept as alert ${before} and ${sequence}`;
    this.#kept.set(id, sequence);
  }

  /** Somebody was answered that a decision is made. */
  onDecided(id: number): void {
    if (id > this.#controls.count)
      this.#problem ??= `decision ${id} was answered and is not on disk`;
  }

  afterStep(step: number): string | undefined {
    const text = this.#problem ?? this.#controls.problem;
    if (text !== undefined || this.#world.desk() === undefined) return text;
    const { isKilled } = this.#controls;
    if (this.#board.isKilled !== isKilled) {
      return `expected the kill switch to be ${isKilled ? 'on' : 'off'}, it was not`;
    }
    return step % LOOK_EVERY === 0 ? this.#overridden() : undefined;
  }

  atRest(): string | undefined {
    // Nobody watches limits there.
    if (this.#world.desk() === undefined) return undefined;
    return this.afterStep(0) ?? this.#unkept() ?? this.#misnumbered() ?? this.#unreplayed();
  }

  #overridden(): string | undefined {
    const nowUs = this.#nowUs;
    for (const { scope, place, limit, measure, severity } of limitsOn(this.#watched.board)) {
      const name = `${scope} ${measure} ${severity}`;
      const isAside = this.#controls.isAside(name, nowUs);
      if (this.#board.overrideUntil(place, limit, nowUs) > 0 !== isAside) {
        return `expected ${name} to be ${isAside ? 'set aside' : 'in force'} at ${nowUs}`;
      }
    }
    return undefined;
  }

  #unkept(): string | undefined {
    for (const told of [this.#told, this.#groupsTold]) {
      for (const id of told.keys()) {
        if (!this.#kept.has(id)) return `${id} was told and is not in the journal`;
      }
    }
    return undefined;
  }

  /** Alerts are shown under the numbers that they have in the journal, before and after a crash. */
  #misnumbered(): string | undefined {
    const shown = this.#world.desk()?.limits.alerts.since(0);
    if (shown === undefined) return undefined;
    if (shown.stamp !== this.#kept.size) {
      return `expected ${this.#kept.size} alerts to be shown, were ${shown.stamp}`;
    }
    for (const { id, number } of shown.alerts) {
      const kept = this.#kept.get(id);
      if (kept !== number) return `expected ${id} under number ${kept}, was ${number}`;
    }
    return undefined;
  }

  #unreplayed(): string | undefined {
    for (const [scope, told] of this.#world.replayed()) {
      const texts = new Map(told.map((one) => [idOf(one), one.text]));
      for (const [id, text] of texts) {
        const live = this.#told.get(id);
        if (live !== text) return `expected ${id} to be told as ${text}, was ${live}`;
      }
      for (const id of this.#told.keys()) {
        if (id.startsWith(`${scope} `) && !texts.has(id)) return `expected no ${id}, was told`;
      }
    }
    return undefined;
  }
}
