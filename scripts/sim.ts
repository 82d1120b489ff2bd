// Runs the simulator: one seed, or fresh ones, until a judge objects; then shrinks what failed.

import { randomInt } from 'node:crypto';
import process from 'node:process';
import { PLANT_NAMES, PLANTS } from '../deploy/simulate/planted.js';
import { describePlan, readRanges, repeatCommand, shrinkRun } from '../deploy/simulate/shrunk.js';
import { type SimResult, simulate } from '../deploy/simulate/simulate.js';
import type { SimulateOptions } from '../deploy/simulate/world.js';
import { refuseUsage, scriptFlags, wholeOf } from './script-flags.js';

/** Steps of each fresh seed: long enough for every kind of fault, short enough to shrink. */
const STEPS = 4_000;

/** How long fresh seeds are run where nothing else is said. */
const SECONDS = 10;

const SEED_MAX = 0x7fff_ffff;

const HELP = `npm run sim [-- OPTIONS]   simulate shards that fail in every way, in virtual time

  --seed N             one seed; with --seeds or --seconds the first of many (random)
  --steps M            steps of each seed (${STEPS})
  --seeds K            so many fresh seeds, or until a judge objects
  --seconds S          fresh seeds for so long (${SECONDS} where no seed is given)
  --plant NAME         a build with that bug, which the judges must find
  --faults RANGES      only these faults of the plan, such as 1,4-7 or none
  --operations RANGES  only these operations of the plan
  --json               seed, steps, hash and failure as JSON
  --help

A failure prints its plan, shrunk, and the command that repeats it; then the exit code is 1.

Bugs to plant:
${Object.entries(PLANTS)
  .map(([name, { what }]) => `  ${name.padEnd(20)} ${what}`)
  .join('\n')}
`;

const values = scriptFlags('sim', HELP, {
  seed: { type: 'string' },
  steps: { type: 'string' },
  seeds: { type: 'string' },
  seconds: { type: 'string' },
  plant: { type: 'string' },
  faults: { type: 'string' },
  operations: { type: 'string' },
  json: { type: 'boolean' },
});

await main();

async function main(): Promise<void> {
  const { plant } = values;
  if (plant !== undefined && !PLANT_NAMES.includes(plant)) {
    refuse(`expected --plant to be one of ${PLANT_NAMES.join(', ')}, was ${plant}`);
  }
  const steps = values.steps === undefined ? STEPS : whole('steps', values.steps);
  const seed = values.seed === undefined ? randomInt(1, SEED_MAX) : whole('seed', values.seed);
  const isOne = values.seeds === undefined && values.seconds === undefined;
  if (isOne && values.seed !== undefined) {
    await runOne(optionsOf(seed, steps));
    return;
  }
  const seedsMax = values.seeds === undefined ? SEED_MAX : whole('seeds', values.seeds);
  const isTimed = values.seconds !== undefined || isOne;
  const seconds = values.seconds === undefined ? SECONDS : whole('seconds', values.seconds);
  await runMany(seed, steps, {
    seedsMax,
    untilMs: isTimed ? seconds * 1_000 : Number.POSITIVE_INFINITY,
  });
}

function optionsOf(seed: number, steps: number): SimulateOptions {
  return {
    seed,
    steps,
    plant: values.plant === undefined ? undefined : PLANTS[values.plant],
    faults: values.faults === undefined ? undefined : ranges('faults', values.faults),
    operations:
      values.operations === undefined ? undefined : ranges('operations', values.operations),
  };
}

/** One seed, with all that is known of it. */
async function runOne(options: SimulateOptions): Promise<void> {
  const startedMs = performance.now();
  const result = await simulate(options);
  const stepsPerMinute = perMinute(result.steps + result.restSteps, startedMs);
  if (values.json === true) print({ ...summaryOf(result), stepsPerMinute });
  else {
    const counts = Object.entries(result.counts).map(([name, count]) => `${name} ${count}`);
    console.log(`seed ${result.seed}: ${counts.join(', ')}`);
    console.log(`${result.steps} steps, ${stepsPerMinute} a minute, hash ${result.hash}`);
  }
  if (result.failure !== undefined) await tellFailure(options, result);
}

/** Fresh seeds until the bound, the time or a failure. */
async function runMany(
  first: number,
  steps: number,
  { seedsMax, untilMs }: { readonly seedsMax: number; readonly untilMs: number },
): Promise<void> {
  console.error(`sim: seeds from ${first}, ${steps} steps each`);
  const startedMs = performance.now();
  let done = 0;
  let stepsDone = 0;
  while (done < seedsMax && performance.now() - startedMs < untilMs) {
    const options = optionsOf(first + done, steps);
    const result = await simulate(options);
    done++;
    stepsDone += result.steps + result.restSteps;
    if (values.json === true) print(summaryOf(result));
    if (result.failure === undefined) continue;
    await tellFailure(options, result);
    break;
  }
  const pace = `${stepsDone} steps, ${perMinute(stepsDone, startedMs)} a minute`;
  const verdict = process.exitCode === 1 ? 'a judge objected' : 'no judge objected';
  console.error(`sim: ${done} seeds from ${first}, ${pace}: ${verdict}`);
}

/** Prints what failed, as small as it gets, and the command that repeats it. */
async function tellFailure(options: SimulateOptions, result: SimResult): Promise<void> {
  process.exitCode = 1;
  const say = values.json === true ? console.error : console.log;
  const { judge, step, text } = result.failure!;
  say(`seed ${result.seed}, step ${step}: "${judge}" does not hold: ${text}`);
  const shrunk = await shrinkRun(options, result);
  const { failure } = shrunk.result;
  say(`shrunk: at step ${failure?.step}: ${failure?.text}`);
  for (const line of describePlan(shrunk)) say(`  ${line}`);
  say(`again: ${repeatCommand(shrunk, values.plant)}`);
}

function summaryOf({ seed, steps, hash, failure }: SimResult): object {
  return { seed, steps, hash, ...(failure === undefined ? {} : { failure }) };
}

function print(line: object): void {
  console.log(JSON.stringify(line));
}

function perMinute(steps: number, startedMs: number): number {
  return Math.round((steps / (performance.now() - startedMs)) * 60_000);
}

function ranges(name: string, text: string): ReadonlySet<number> {
  const numbers = readRanges(text);
  return numbers ?? refuse(`expected --${name} such as 1,4-7 or none, was ${text}`);
}

function whole(name: string, text: string): number {
  return wholeOf('sim', name, text, SEED_MAX);
}

function refuse(text: string): never {
  return refuseUsage('sim', text);
}
