// The judge of limits and alerts: each is told alike every time, kept once, and shown under one number.

import { RiskBoard } from '../../actors/groups/index.js';
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
}

/** Reads what was published as the judge does. */
export function heardOf(topic: string, event: Message): Heard {
  // Shards publish nothing else by these topics, and the judge reads it on its own.
  const said = event as Published;
  if (topic === 'groups') {
    const { timeUs = 0, transitions = [] } = said;
    const told = transitions.map((one) => toldOf(one, `group/${one.group}`, timeUs));
    return { told, nowUs: timeUs };
  }
  const { asOfUs = 0 } = said;
  if (topic === 'limits')
    return { told: [toldOf(said, `portfolio/${said.portfolio}`, asOfUs)], nowUs: 0 };
  if (topic === 'alerts') return { told: [toldOf(said, said.scope ?? '', asOfUs)], nowUs: 0 };
  return { told: [], nowUs: event.kind === 'portfolio_marked' ? asOfUs : 0 };
}

/** One transition, as both a shard and a replay tell it. */
export function toldOf(event: Message, scope: string, asOfUs: number): Told {
  // As above.
  const { kind, measure, rule, severity = '' } = event as Published;
  return { kind, scope, name: rule ?? measure ?? '', severity, asOfUs, text: toJson(event) };
}

/** What an alert is known by. */
export function idOf({ scope, name, severity, kind, asOfUs }: Told): string {
  return [scope, name, severity, kind, asOfUs].join(' ');
}

/** What the judge asks its world. */
export interface RiskJudged {
  /** Undefined while the process is away. */
  readonly desk: () => RiskDesk | undefined;
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
  /** Texts of what was told, by id: of groups in this life, for who is away differs between them. */
  readonly #told = new Map<string, string>();
  readonly #groupsTold = new Map<string, string>();
  /** Numbers of the alerts in the journal. */
  readonly #kept = new Map<string, number>();
  #nowUs = 0;
  #problem: string | undefined;

  constructor(world: RiskJudged, watched: Watched, memory: SharedArrayBuffer) {
    this.#world = world;
    this.#watched = watched;
    this.#board = new RiskBoard(memory, watched.board, SYMBOLS.length);
  }

  /** A process begins. */
  onLife(): void {
    this.#groupsTold.clear();
    this.#nowUs = 0;
  }

  /** A shard has told something. */
  onHeard({ told, nowUs }: Heard): void {
    this.#nowUs = Math.max(this.#nowUs, nowUs);
    for (const one of told) {
      const all = one.scope.startsWith('group/') ? this.#groupsTold : this.#told;
      const id = idOf(one);
      const before = all.get(id);
      all.set(id, one.text);
      if (before === undefined || before === one.text) continue;
      this.#problem ??= `expected ${id} to be told as ${before}, was ${one.text}`;
    }
  }

  /** Something of the owner's has become durable. */
  onCommitted(record: StoredRecord): void {
    const { address, event, sequence } = record;
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
