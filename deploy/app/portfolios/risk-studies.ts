// Studies of what portfolios hold: one thread at a time makes them, the latest ones are kept.

import { Worker } from 'node:worker_threads';
import { refusal } from '../../../engine/index.js';
import type { PortfolioDetail } from '../../../proto/gen/sluice/portfolio/v1/portfolio_pb.js';
import type { HeldFigures } from '../../research/asked-figures.js';
import { type RiskStudy, STUDY_SESSIONS_MIN } from '../../research/risk-study.js';
import type { StudyAsk, StudyOutcome, StudyResults, StudyTask } from '../../roles/study-program.js';
import { type No, no, unknownPortfolio } from '../answers.js';
import type { Market } from '../market/market.js';
import type { Answer } from '../port.js';
import { heldOf, sessionsClosed } from './held-weights.js';

/** Studies that wait for their thread: a person looks at one at a time. */
const WAITING_MAX = 8;

/** Studies kept: about a page's worth of portfolios that are gone through. */
const KEPT_MAX = 16;

/** Change of a weight below which a study still holds: a tenth of a per cent of equity. */
const WEIGHT_STEP = 0.001;

/** Heap of the thread: a study of 500 names takes a tenth of it. Units: mebibytes. */
const HEAP_MIB_MAX = 512;

const PROGRAM = new URL('../../roles/study-program.js', import.meta.url);

interface Kept {
  readonly holds: string;
  readonly answer: Promise<Answer<RiskStudy>>;
}

/** Makes studies and keeps the latest. */
export class RiskStudies {
  readonly #market: Market;
  readonly #kept = new Map<string, Kept>();
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #worker: Worker | undefined;
  #isClosed = false;

  constructor(market: Market) {
    this.#market = market;
    market.beforeClose(async () => {
      this.#isClosed = true;
      await this.#worker?.terminate();
    });
  }

  /**
   * The study of what a portfolio holds, as of the last close. One that still holds is given again.
   * Errors: `portfolio.unknown`, `risk.too_little_history`, `risk.nothing_held`,
   * `risk.study_busy`, `risk.study_failed`, `config.*`.
   */
  of(detail: PortfolioDetail): Promise<Answer<RiskStudy>> {
    const task = this.#taskOf(detail, { kind: 'study' });
    if ('ok' in task) return Promise.resolve(task);
    const id = task.portfolio.id;
    const holds = keyOf(task);
    const known = this.#kept.get(id);
    if (known?.holds === holds) return known.answer;
    const answer = this.#queue<'study'>(task);
    this.#keep(id, { holds, answer });
    return answer;
  }

  /** Measures or stress of what it holds; not kept. Errors: those of `of`. */
  async figures<K extends 'measures' | 'stress'>(
    detail: PortfolioDetail,
    ask: StudyAsk & { readonly kind: K },
  ): Promise<Answer<HeldFigures<StudyResults[K]>>> {
    const task = this.#taskOf(detail, ask);
    if ('ok' in task) return task;
    const answer = await this.#queue<K>(task);
    if (!answer.ok) return answer;
    const { equity, optionsByDelta, options } = task.held;
    const value = {
      asOf: task.bars.dates[task.sessions - 1]!,
      equity,
      options: optionsByDelta,
      unpriced: optionsByDelta - options.length,
      figures: answer.value,
    };
    return { ok: true, value };
  }

  /** Makes a task once those before it are made. */
  #queue<K extends keyof StudyResults>(task: StudyTask): Promise<Answer<StudyResults[K]>> {
    if (this.#waiting >= WAITING_MAX) {
      return Promise.resolve(
        no('risk.study_busy', `expected at most ${WAITING_MAX} studies at once, ask again`),
      );
    }
    this.#waiting++;
    const answer = this.#last.then(() => this.#make<K>(task));
    this.#last = answer.finally(() => this.#waiting--);
    return answer;
  }

  #keep(id: string, kept: Kept): void {
    this.#kept.delete(id);
    this.#kept.set(id, kept);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > KEPT_MAX && oldest !== undefined) this.#kept.delete(oldest);
    // What failed is tried again by whoever asks next.
    void kept.answer.then(({ ok }) => {
      if (!ok && this.#kept.get(id) === kept) this.#kept.delete(id);
    });
  }

  #taskOf(detail: PortfolioDetail, ask: StudyAsk): StudyTask | No {
    const { file, options } = this.#market;
    const sessions = sessionsClosed(this.#market);
    const id = detail.summary?.id ?? '';
    const portfolio = options.portfolios.portfolios.find((one) => one.id === id);
    if (portfolio === undefined) return unknownPortfolio(id);
    if (sessions < STUDY_SESSIONS_MIN) {
      return no(
        'risk.too_little_history',
        `expected ${STUDY_SESSIONS_MIN} closed sessions to study, was ${sessions}`,
      );
    }
    const held = heldOf(detail, this.#market);
    if (held.weights.size === 0 || !(held.equity > 0)) {
      return no(
        'risk.nothing_held',
        `expected ${id} to hold stocks with equity above 0, was ${held.weights.size} with ${held.equity}`,
      );
    }
    const { portfolios: config, members } = options;
    return { ask, bars: file.bars, sessions, portfolio, config, members, held };
  }

  #make<K extends keyof StudyResults>(task: StudyTask): Promise<Answer<StudyResults[K]>> {
    return new Promise((resolve) => {
      const failed = (why: string): void =>
        resolve({ ok: false, refusal: refusal('risk.study_failed', `the study ended: ${why}`) });
      if (this.#isClosed) return failed('the system closes');
      const worker = new Worker(PROGRAM, {
        workerData: task,
        resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB_MAX },
      });
      this.#worker = worker;
      worker.once('message', (outcome: StudyOutcome) => {
        // The thread answers what its task asks for.
        if ('result' in outcome) resolve({ ok: true, value: outcome.result as StudyResults[K] });
        else resolve(no(outcome.code, outcome.text));
      });
      worker.once('error', (error) => failed(error.message));
      worker.once('exit', (code) => {
        this.#worker = undefined;
        failed(`code ${code}`);
      });
    });
  }
}

/** What a study depends on, as a word: sessions and weights, to a tenth of a per cent. */
function keyOf({ sessions, held }: StudyTask): string {
  const weights = [...held.weights].map(
    ([row, weight]) => `${row}:${Math.round(weight / WEIGHT_STEP)}`,
  );
  // Options may take each other's delta away and still bend.
  const options = held.options.map(
    ({ row, shares, terms: { type, strike } }) => `${row}${type}${strike}:${shares}`,
  );
  return `${sessions} ${[...weights, ...options].join(' ')}`;
}
