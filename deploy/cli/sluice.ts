#!/usr/bin/env -S node --v8-pool-size=1
// The command line's entry: reads what was typed, does it, and ends with its code.

import { flagHint } from './help.js';
import { fail, outliveReaders } from './output.js';
import { sluiceProgram } from './program.js';

const program = sluiceProgram();
outliveReaders();
try {
  await program.parseAsync();
} catch (error) {
  fail(error, flagHint());
}
