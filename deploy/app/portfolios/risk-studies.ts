// Studies of what portfolios hold: one thread at a time makes them, the latest ones are kept.

import { Worker } from 'node:worker_threads';
import { refusal } from '../../../engine/index.js';
import type { PortfolioDetail } from '../../../proto/gen/sluice/portfolio/v1/portfolio_pb.js';
import { type HeldWeights, type RiskStudy, STUDY_SESSIONS_MIN } from '../../research/risk-study.js';
import type { StudyOutcome, StudyTask } from '../../roles/study-program.js';
import { no, unknownPortfolio } from '../answers.js';
import type { Market } from '../market/market.js';
import type { Answer } from '../port.js';

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

  constructor(market: Market) {
    this.#market = market;
    market.beforeClose(async () => {
      await this.#worker?.terminate();
    });
  }

  /**
   * The study of what a portfolio holds, as of the last close. One that still holds is given again.
   * Errors: `portfolio.unknown`, `risk.too_little_history`, `risk.study_busy`,
   * `risk.study_failed`, `config.*`.
   */
  of(detail: PortfolioDetail): Promise<Answer<RiskStudy>> {
    const task = this.#taskOf(detail);
    if ('ok' in task) return Promise.resolve(task);
    const id = task.portfolio.id;
    const holds = keyOf(task);
    const known = this.#kept.get(id);
    if (known?.holds === holds) return known.answer;
    if (this.#waiting >= WAITING_MAX) {
      return Promise.resolve(
        no('risk.study_busy', `expected at most ${WAITING_MAX} studies at once, ask again`),
      );
    }
    this.#waiting++;
    const answer = this.#last.then(() => this.#make(task));
    this.#last = answer.finally(() => this.#waiting--);
    this.#keep(id, { holds, answer });
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

  #taskOf({
    summary,
    positions,
  }: PortfolioDetail): StudyTask | Extract<Answer<never>, { ok: false }> {
    const { file, options, state, sequencer, endDay, rowOf } = this.#market;
    const id = summary?.id ?? '';
    const portfolio = options.portfolios.portfolios.find((one) => one.id === id);
    if (portfolio === undefined) return unknownPortfolio(id);
    const sessions = state === 'finished' ? endDay : sequencer.dayIndex;
    if (sessions < STUDY_SESSIONS_MIN) {
      return no(
        'risk.too_little_history',
        `expected ${STUDY_SESSIONS_MIN} closed sessions to study, was ${sessions}`,
      );
    }
    const held = heldOf(positions, summary?.equity ?? 0, rowOf);
    if (held.weights.size === 0 || !(held.equity > 0)) {
      return no(
        'risk.nothing_held',
        `expected ${id} to hold stocks with equity above 0, was ${held.weights.size} with ${held.equity}`,
      );
    }
    const { portfolios: config, members } = options;
    return { bars: file.bars, sessions, portfolio, config, members, held };
  }

  #make(task: StudyTask): Promise<Answer<RiskStudy>> {
    return new Promise((resolve) => {
      const worker = new Worker(PROGRAM, {
        workerData: task,
        resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB_MAX },
      });
      this.#worker = worker;
      const failed = (why: string): void =>
        resolve({ ok: false, refusal: refusal('risk.study_failed', `the study ended: ${why}`) });
      worker.once('message', (outcome: StudyOutcome) => {
        if ('study' in outcome) resolve({ ok: true, value: outcome.study });
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

/** What is held, by row; an option stands as the shares of its delta. Units: dollars. */
function heldOf(
  positions: PortfolioDetail['positions'],
  equity: number,
  rowOf: ReadonlyMap<string, number>,
): HeldWeights {
  const weights = new Map<number, number>();
  let optionsByDelta = 0;
  for (const { symbol, weight, option } of positions) {
    const row = rowOf.get(option?.underlying ?? symbol);
    const exposure = option === undefined ? weight : option.delta / equity;
    if (option !== undefined) optionsByDelta++;
    if (row === undefined || exposure === 0) continue;
    weights.set(row, (weights.get(row) ?? 0) + exposure);
  }
  return { weights, equity, optionsByDelta };
}

/** What a study depends on, as a word: sessions and weights, to a tenth of a per cent. */
function keyOf({ sessions, held }: StudyTask): string {
  const weights = [...held.weights].map(
    ([row, weight]) => `${row}:${Math.round(weight / WEIGHT_STEP)}`,
  );
  return `${sessions} ${weights.join(' ')}`;
}
