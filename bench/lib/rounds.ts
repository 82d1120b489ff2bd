// Interleaved rounds: A B C, C B A, A B C, so that a slow spell of the machine meets all alike.

import type { Case, Outcome, Sample } from './case.js';

/** One case with what its rounds gave. */
export interface Measured {
  readonly one: Case;
  /** Values by figure, in the order of the rounds. */
  readonly values: Readonly<Record<string, readonly number[]>>;
  /** Why there are fewer rounds than asked for; empty when there are not. */
  readonly note: string;
}

/** How the rounds are run. */
export interface RoundsOptions {
  readonly rounds: number;
  /** No round of a case begins when its last one would end after this. Units: milliseconds. */
  readonly budgetMs: number;
  readonly run: (one: Case) => Promise<Outcome>;
  /** Called before each run. */
  readonly onRun: (one: Case, round: number) => void;
  /** Milliseconds since the start. */
  readonly elapsedMs: () => number;
}

interface Open {
  readonly one: Case;
  readonly samples: Sample[];
  tookMs: number;
  note: string;
  isEnded: boolean;
}

/** Runs every case so many times, each once before any goes again. */
export async function runRounds(
  cases: readonly Case[],
  options: RoundsOptions,
): Promise<readonly Measured[]> {
  const open = cases.map(
    (one): Open => ({ one, samples: [], tookMs: 0, note: '', isEnded: false }),
  );
  for (let round = 0; round < options.rounds; round++) {
    for (const entry of round % 2 === 0 ? open : open.toReversed()) {
      if (entry.isEnded || round >= (entry.one.roundsMax ?? options.rounds)) continue;
      await runEntry(entry, round, options);
    }
  }
  return open.map(({ one, samples, note }) => ({ one, values: byFigure(one, samples), note }));
}

async function runEntry(entry: Open, round: number, options: RoundsOptions): Promise<void> {
  const startedMs = options.elapsedMs();
  if (startedMs + entry.tookMs > options.budgetMs) {
    entry.isEnded = true;
    entry.note = `out of time after ${entry.samples.length} of ${options.rounds} rounds`;
    return;
  }
  options.onRun(entry.one, round);
  const outcome = await options.run(entry.one);
  entry.tookMs = options.elapsedMs() - startedMs;
  if (outcome.kind === 'sample') {
    entry.samples.push(outcome.sample);
    return;
  }
  // One that fails would fail again: its time is better spent on the others.
  entry.isEnded = true;
  entry.note = `${outcome.kind}: ${outcome.reason}`;
}

function byFigure(one: Case, samples: readonly Sample[]): Record<string, number[]> {
  return Object.fromEntries(
    one.figures.map(({ name }) => [
      name,
      samples.map((sample) => sample[name] ?? Number.NaN).filter((value) => !Number.isNaN(value)),
    ]),
  );
}
