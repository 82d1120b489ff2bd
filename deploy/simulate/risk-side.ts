// Limits and alerts of the simulated host over all its lives: told, decided about, judged.

import { AlertWatch, compileAlertRules, createAlertMemory } from '../../actors/alerts/index.js';
import type { PortfolioDeps } from '../../actors/portfolio/index.js';
import type { Message, Simulation, StoredRecord } from '../../engine/index.js';
import { nextTurn } from '../app/next-turn.js';
import type { LimitTold } from '../roles/shard-messages.js';
import { ALERT_SPAN, watchedNames } from '../roles/watched-names.js';
import type { Decision } from './decisions.js';
import { SYMBOLS } from './market-walk.js';
import { RiskDesk } from './risk-desk.js';
import { heardOf, RiskJudge, type Told, toldOf } from './risk-judge.js';
import type { SharedMemory } from './shared-memory.js';
import { SimJournal } from './sim-journal.js';
import type { Watched } from './watched.js';

/** How long what the disk refused waits. Units: microseconds. */
const AGAIN_US = 700;

/** What a shard published, and as of when. */
interface Said {
  readonly topic: string;
  readonly event: Message;
  readonly asOfUs: number;
}

/** What limits and alerts need of their world. */
export interface RiskSideOptions {
  readonly watched: Watched;
  readonly memory: SharedMemory;
  readonly wrapJournal: (journal: SimJournal) => SimJournal;
  readonly append: () => Simulation['disk']['append'];
  readonly stepsBefore: (timeUs: number) => number;
  readonly replayed: () => ReadonlyMap<string, readonly Told[]>;
}

/** Limits and alerts of one world. */
export class RiskSide {
  readonly judge: RiskJudge;
  readonly #options: RiskSideOptions;
  /** What was told of limits and rules, once each: a process that begins goes through it again. */
  readonly #said = new Map<string, Said>();
  /** Overrides that people know the numbers of. */
  readonly #overrides: number[] = [];
  #desk: RiskDesk | undefined;
  #isStirred = false;

  constructor(options: RiskSideOptions) {
    this.#options = options;
    const { watched, memory, replayed, stepsBefore } = options;
    const { board } = memory.market;
    this.judge = new RiskJudge({ desk: () => this.#desk, replayed, stepsBefore }, watched, board);
  }

  /** Whether this seed's host has groups and rules: of others nothing here is judged. */
  get isWatched(): boolean {
    return this.#options.watched.board.groups.length > 0;
  }

  /** A process begins, with shards that go on from an event time. */
  back(simulation: Simulation, fromUs: number): void {
    const { disk, agenda } = simulation;
    const { watched, memory, append, wrapJournal } = this.#options;
    if (!this.isWatched) return;
    const stirred = (): void => {
      this.#isStirred = true;
    };
    const journal = new SimJournal({ disk, append: append(), stirred });
    const wallUs = (): number => agenda.nowUs;
    const pause = (): Promise<void> =>
      new Promise((done) => {
        simulation.later(AGAIN_US, 'limits: again', () => {
          stirred();
          done();
        });
      });
    this.judge.onLife();
    this.#desk = new RiskDesk({
      journal: wrapJournal(journal),
      memory: memory.market,
      watched,
      wallUs,
      pause,
    });
    for (const [key, { topic, event, asOfUs }] of this.#said) {
      if (asOfUs <= fromUs) this.onPublished(topic, event);
      else this.#said.delete(key);
    }
  }

  /** The process is lost. */
  lost(): void {
    this.#desk = undefined;
  }

  /** A shard has published something. */
  onPublished(topic: string, event: Message): void {
    if (this.#desk === undefined) return;
    const heard = heardOf(topic, event);
    for (const { text, asOfUs } of heard.told) {
      this.#said.set(`${topic} ${asOfUs} ${text}`, { topic, event, asOfUs });
    }
    this.judge.onHeard(heard);
    this.#isStirred = true;
    this.#desk.onPublished(topic, event);
  }

  /** Somebody decides. */
  decide(decision: Decision): void {
    this.#isStirred = true;
    void this.#desk?.decide(decision, this.#overrides).then(({ accepted, id }) => {
      if (!accepted) return;
      this.judge.onDecided(id);
      if (decision.kind === 'override') this.#overrides.push(id);
    });
  }

  /** Records have become durable. */
  onCommitted(records: readonly StoredRecord[]): void {
    if (!this.isWatched) return;
    for (const record of records) this.judge.onCommitted(record);
  }

  /** Lets what was begun go on as far as it can. */
  settle(): Promise<void> | undefined {
    if (!this.#isStirred) return undefined;
    this.#isStirred = false;
    return nextTurn();
  }
}

/** Collects what a replayed portfolio tells of its limits and rules. */
export class ToldByReplay {
  readonly told: Told[] = [];
  readonly #watch: AlertWatch;

  constructor({ board, alerts }: Watched, layout: Parameters<typeof compileAlertRules>[1]) {
    const sets = compileAlertRules(alerts, layout);
    const names = watchedNames(board, SYMBOLS);
    this.#watch = new AlertWatch(
      createAlertMemory(sets, names, ALERT_SPAN),
      sets,
      names,
      ALERT_SPAN,
    );
  }

  /** As a shard does with what a mark has come to. */
  readonly onMarked: NonNullable<PortfolioDeps['onMarked']> = (key, _mark, figures, limits) => {
    const scope = `portfolio/${key}`;
    const { asOfUs } = figures;
    for (const one of limits) {
      const event: LimitTold = { ...one, portfolio: key, asOfUs };
      this.told.push(toldOf(event, scope, asOfUs));
    }
    for (const one of this.#watch.portfolio(figures)) this.told.push(toldOf(one, scope, asOfUs));
  };
}
