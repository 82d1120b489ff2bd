// Interleaved rounds: A B C, C B A, A B C, so that a slow spell of the machine meets all alike.

import type { Case, Outcome, Sample } from './case.js';

/** One case with what its rounds gave. */
export interface Measured {
  readonly one: Case;
  /** Values by figure, in the order of the rounds. */
  readonly values: Readonly<Record<string, readonly number[]>>;
  /** Processor time stolen in each of these rounds, NaN where it is not known. Units: percent. */
  readonly stolen: readonly number[];
  /** Why there are fewer rounds than asked for; empty when there are not. */
  readonly note: string;
}

/** How the rounds are run. */
export interface RoundsOptions {
  readonly rounds: number;
  /** No round of a case begins when its last one would end after this. Units: milliseconds. */
  readonly budgetMs: number;
  readonly run: (one: Case) => Promise<Outcome>;
  /** Begins to watch a run; the function tells how much was stolen of it, in percent. */
  readonly watchStolen: () => () => number;
  /** Most runs of a round: more than one where those that were robbed are to be run again. */
  readonly attempts: number;
  /** Called before each run. */
  readonly onRun: (one: Case, round: number) => void;
  /** Milliseconds since the start. */
  readonly elapsedMs: () => number;
}

/** A run of which the host took more is not one of this machine. Units: percent. */
const STOLEN_MAX = 5;

/** What a round gave, and how much of its processor time was stolen. */
interface Taken {
  readonly sample: Sample;
  readonly stolen: number;
}

interface Open {
  readonly one: Case;
  readonly taken: Taken[];
  tookMs: number;
  note: string;
  isEnded: boolean;
}

/** Runs every case so many times, each once before any goes again. */
export async function runRounds(
  cases: readonly Case[],
  options: RoundsOptions,
): Promise<readonly Measured[]> {
  const open = cases.map((one): Open => ({ one, taken: [], tookMs: 0, note: '', isEnded: false }));
  for (let round = 0; round < options.rounds; round++) {
    for (const entry of round % 2 === 0 ? open : open.toReversed()) {
      if (entry.isEnded || round >= (entry.one.roundsMax ?? options.rounds)) continue;
      await runEntry(entry, round, options);
    }
  }
  return open.map(({ one, taken, note }) => {
    const stolen = taken.map((round) => round.stolen);
    return { one, values: byFigure(one, taken), stolen, note };
  });
}

/** One round: of runs that were all robbed, the one that was least. */

async function runEntry(entry: Open, round: number, options: RoundsOptions): Promise<void> {
  const startedMs = options.elapsedMs();
  if (startedMs + entry.tookMs > options.budgetMs) {
    entry.isEnded = true;
    entry.note = `out of time after ${entry.taken.length} of ${options.rounds} rounds`;
    return;
  }
  let best: Taken | undefined;
  for (let attempt = 0; attempt < options.attempts; attempt++) {
    const beganMs = options.elapsedMs();
    options.onRun(entry.one, round);
    const stolenSince = options.watchStolen();
    const outcome = await options.run(entry.one);
    entry.tookMs = options.elapsedMs() - beganMs;
    if (outcome.kind !== 'sample') {
      // One that fails would fail again: its time is better spent on the others.
      entry.isEnded = true;
      entry.note = `${outcome.kind}: ${outcome.reason}`;
      break;
    }
    const stolen = stolenSince();
    if (best === undefined || stolen < best.stolen) best = { sample: outcome.sample, stolen };
    if (!(best.stolen > STOLEN_MAX)) break;
  }
  if (best !== undefined) entry.taken.push(best);
}

function byFigure(one: Case, taken: readonly Taken[]): Record<string, number[]> {
  return Object.fromEntries(
    one.figures.map(({ name }) => [
      name,
      taken.map(({ sample }) => sample[name] ?? Number.NaN).filter((value) => !Number.isNaN(value)),
    ]),
  );
}
