// Flags of the scripts: help on request, and the usage's exit code for what can't be read.

import process from 'node:process';
import { type ParseArgsConfig, parseArgs } from 'node:util';

/** Flags that a script takes, `--help` aside. */
export type ScriptOptions = NonNullable<ParseArgsConfig['options']>;

/** Values of the flags, as typed. */
type ScriptValues<Options extends ScriptOptions> = ReturnType<
  typeof parseArgs<{ options: Options; args: string[] }>
>['values'];

/** Says why a script can't begin, and ends the process with the code of a usage error. */
export function refuseUsage(script: string, text: string): never {
  process.stderr.write(`${script}: ${text}; --help tells every flag\n`);
  process.exit(2);
}

/** Reads the arguments; prints `help` and ends where that was asked for. */
export function scriptFlags<Options extends ScriptOptions>(
  script: string,
  help: string,
  options: Options,
): ScriptValues<Options> {
  const args = process.argv.slice(2);
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(help);
    process.exit(0);
  }
  try {
    return parseArgs({ args, options }).values;
  } catch (error) {
    // Its first sentence says what was wrong, the rest how positional arguments are quoted.
    const [first = ''] = (error instanceof Error ? error.message : String(error)).split('. ');
    return refuseUsage(script, first);
  }
}

/** A whole number of a flag, from 1. Ends the process where it is none. */
export function wholeOf(script: string, name: string, text: string, most: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && value <= most) return value;
  return refuseUsage(
    script,
    `expected a whole number from 1 to ${most} for --${name}, was "${text}"`,
  );
}
