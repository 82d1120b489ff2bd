// Runs the fuzz targets: a budget over all of them, or long on each.

import { randomInt } from 'node:crypto';
import process from 'node:process';
import { fuzz } from '../deploy/fuzz/fuzz.js';
import { FUZZ_TARGETS } from '../deploy/fuzz/targets.js';
import { refuseUsage, scriptFlags } from './script-flags.js';

/** Time over all targets where nothing else is said. */
const SECONDS = 20;

const HELP = `npm run fuzz [-- OPTIONS]   feed every reader of outside bytes what nobody would send

  --seconds S   time of each target (${SECONDS} over all of them)
  --seed N      what inputs follow from (random)
  --match TEXT  only targets whose name has it
  --json        seed and results as JSON
  --help

Targets: ${FUZZ_TARGETS.map(({ name }) => name).join(', ')}
`;

const values = scriptFlags('fuzz', HELP, {
  seconds: { type: 'string' },
  seed: { type: 'string' },
  match: { type: 'string' },
  json: { type: 'boolean' },
});

await main();

async function main(): Promise<void> {
  const seed = Number(values.seed ?? randomInt(1, 2 ** 31));
  const targets = FUZZ_TARGETS.filter(({ name }) => name.includes(values.match ?? ''));
  const seconds = Number(values.seconds ?? SECONDS / targets.length);
  if (!(seconds > 0) || !Number.isInteger(seed) || targets.length === 0) {
    refuseUsage('fuzz', 'expected --seconds above 0, a whole --seed, a --match that fits');
  }
  const results = [];
  for (const target of targets) {
    const untilMs = performance.now() + seconds * 1_000;
    const result = await fuzz(target, { seed, untilMs, inputsMax: Number.POSITIVE_INFINITY });
    results.push(result);
    const { name, inputs, failure } = result;
    const line = `${failure === undefined ? 'ok    ' : 'FAILED'} ${name} ${inputs} inputs`;
    if (values.json !== true) process.stdout.write(`${line}\n`);
    if (failure !== undefined) process.stderr.write(`${failure.error}\n${failure.input}\n`);
  }
  if (values.json === true) process.stdout.write(`${JSON.stringify({ seed, results }, null, 2)}\n`);
  else process.stdout.write(`seed ${seed}\n`);
  if (results.some(({ failure }) => failure !== undefined)) process.exitCode = 1;
}
