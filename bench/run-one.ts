// Runs one case, by name, in this process, and tells its figures to the one that forked it.

import process from 'node:process';
import { CASES } from './catalogue.js';
import { type Outcome, Unavailable } from './lib/case.js';

const name = process.argv[2] ?? '';

async function outcome(): Promise<Outcome> {
  const found = CASES.find((one) => one.name === name);
  if (found === undefined) return { kind: 'failed', reason: `expected a case, was "${name}"` };
  try {
    const { run } = await found.load();
    return { kind: 'sample', sample: await run() };
  } catch (error) {
    if (error instanceof Unavailable) return { kind: 'unavailable', reason: error.message };
    const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { kind: 'failed', reason };
  }
}

const told = await outcome();
if (process.send === undefined) {
  process.stdout.write(`${JSON.stringify(told, null, 2)}\n`);
  process.exitCode = told.kind === 'failed' ? 1 : 0;
} else {
  // What a case left running, a timer or a thread, must not hold the next one up.
  process.send(told, () => process.exit(0));
}
