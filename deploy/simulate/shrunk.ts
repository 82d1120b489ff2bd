// A failing run made small: as few operations and faults as still lead to the same objection.

import { describeFault, faultAt, shrink } from '../../engine/index.js';
import { operationAt } from './operations.js';
import { SHARDS } from './setting.js';
import { type SimResult, simulate } from './simulate.js';
import type { SimulateOptions } from './world.js';

/** Steps that one shrinking may take in all, and the fewest runs each half of it gets. */
const STEPS_MAX = 2_000_000;
const RUNS_MIN = 20;

/** Longest range of numbers in a plan: more operations than a run of ten million steps sends. */
const RANGE_MAX = 2_000_000;

/** Faults, and operations, that a plan shows. */
const LINES_MAX = 25;

/** A small failing run, and how it is run again. */
export interface Shrunk {
  readonly options: SimulateOptions;
  readonly result: SimResult;
}

/** Shrinks a run that failed; the judge that objects stays the same. */
export async function shrinkRun(options: SimulateOptions, result: SimResult): Promise<Shrunk> {
  const steps = Math.min(options.steps, result.failure?.step ?? options.steps);
  const runsMax = Math.max(RUNS_MIN, Math.floor(STEPS_MAX / 2 / Math.max(1, steps)));
  let best: Shrunk = { options, result };
  const fails = async (
    faults: readonly number[],
    operations: readonly number[],
  ): Promise<boolean> => {
    const tried: SimulateOptions = {
      ...options,
      steps,
      faults: new Set(faults),
      operations: new Set(operations),
    };
    const outcome = await simulate(tried);
    if (outcome.failure?.judge !== result.failure?.judge) return false;
    best = { options: tried, result: outcome };
    return true;
  };
  // Without the later faults and operations the run is the same up to its failure.
  if (!(await fails(result.faults, result.operations))) return best;
  const faults = await shrink(result.faults, (kept) => fails(kept, result.operations), runsMax);
  await shrink(result.operations, (kept) => fails(faults, kept), runsMax);
  return best;
}

/** The plan of a shrunk run in words: its faults, then what clients ask for. */
export function describePlan({ options }: Shrunk): string[] {
  const { seed, faults, operations } = options;
  return [
    ...shown(faults, 'faults', (index) => describeFault(faultAt(seed, index, SHARDS))),
    ...shown(operations, 'operations', (index) => {
      const { to, message, flood, client, decision } = operationAt(seed, index);
      if (decision !== undefined) return `operation ${index}: ${JSON.stringify(decision)}`;
      const what = flood > 0 ? `${flood} questions at once` : JSON.stringify(message);
      return `operation ${index} of client ${client} to ${to}: ${what}`;
    }),
  ];
}

/** The first lines of a list, and how many there are besides. */
function shown(
  numbers: ReadonlySet<number> | undefined,
  name: string,
  describe: (index: number) => string,
): string[] {
  const all = [...(numbers ?? [])];
  const lines = all.slice(0, LINES_MAX).map(describe);
  return all.length > LINES_MAX ? [...lines, `and ${all.length - LINES_MAX} ${name}`] : lines;
}

/** The command that runs the same again. */
export function repeatCommand({ options, result }: Shrunk, plant: string | undefined): string {
  const { seed, faults, operations } = options;
  const steps = Math.min(options.steps, result.failure?.step ?? options.steps);
  const parts = [`npm run sim -- --seed ${seed} --steps ${steps}`];
  if (plant !== undefined) parts.push(`--plant ${plant}`);
  if (faults !== undefined) parts.push(`--faults ${rangesOf([...faults])}`);
  if (operations !== undefined) parts.push(`--operations ${rangesOf([...operations])}`);
  return parts.join(' ');
}

/** Writes ascending numbers as `1,4-7`, or `none`. */
export function rangesOf(numbers: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const number of numbers) {
    const last = ranges.at(-1);
    if (last !== undefined && last[1] === number - 1) last[1] = number;
    else ranges.push([number, number]);
  }
  const words = ranges.map(([from, to]) => (from === to ? String(from) : `${from}-${to}`));
  return words.length === 0 ? 'none' : words.join(',');
}

/** Reads what `rangesOf` wrote; undefined for anything else. */
export function readRanges(text: string): ReadonlySet<number> | undefined {
  const numbers = new Set<number>();
  if (text === 'none') return numbers;
  for (const word of text.split(',')) {
    const found = /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(word);
    if (found === null) return undefined;
    const from = Number(found[1]);
    const to = Number(found[2] ?? found[1]);
    if (to < from || to - from > RANGE_MAX) return undefined;
    for (let number = from; number <= to; number++) numbers.add(number);
  }
  return numbers;
}
