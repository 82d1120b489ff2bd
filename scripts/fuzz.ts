// Runs the fuzz targets: a budget over all of them, or long on each.

import { randomInt } from 'node:crypto';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { fuzz } from '../deploy/fuzz/fuzz.js';
import { FUZZ_TARGETS } from '../deploy/fuzz/targets.js';

/** Time over all targets where nothing else is said. */
const SECONDS = 20;

const { values } = parseArgs({
  options: {
    /** Of each target; over all of them where absent. */
    seconds: { type: 'string' },
    seed: { type: 'string' },
    match: { type: 'string' },
    json: { type: 'boolean' },
  },
});

await main();

async function main(): Promise<void> {
  const seed = Number(values.seed ?? randomInt(1, 2 ** 31));
  const targets = FUZZ_TARGETS.filter(({ name }) => name.includes(values.match ?? ''));
  const seconds = Number(values.seconds ?? SECONDS / targets.length);
  if (!(seconds > 0) || !Number.isInteger(seed) || targets.length === 0) {
    process.stderr.write('fuzz: expected --seconds above 0, a whole --seed, a --match that fits\n');
    process.exitCode = 2;
    return;
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
