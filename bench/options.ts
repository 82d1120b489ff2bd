// The command line of the benchmarks.

import { parseArgs } from 'node:util';

/** Most rounds. */
const ROUNDS_MAX = 99;

/** What `--help` prints. */
export const HELP = `npm run bench [-- OPTIONS]              measure, and write bench/README.md
npm run bench -- compare BASE HEAD      measure two revisions in turn, and say what changed

  --short           the two-minute subset; writes no file
  --only PATTERN    benchmarks whose name or suite matches (a regular expression)
  --rounds N        rounds of each benchmark, interleaved (5; 3 with --short; 7 to compare)
  --json            results as JSON on standard output
  --profile         with --only: where the time goes, into bench/profiles, instead of figures
  --list            names of the benchmarks
  --fail-percent P  compare: exit with 1 when a figure is really worse by more than P per cent;
                    a benchmark that only BASE can run is a failure in any case
  --help

BASE may be "auto": where HEAD left origin/main, or the commit before HEAD if it is on it.
`;

/** What was asked for. */
export interface Options {
  readonly isHelp: boolean;
  readonly isList: boolean;
  readonly isShort: boolean;
  readonly isJson: boolean;
  readonly isProfile: boolean;
  readonly only: RegExp | undefined;
  readonly rounds: number | undefined;
  readonly failPercent: number | undefined;
  readonly revisions: { readonly base: string; readonly head: string } | undefined;
}

/** Reads the arguments; a text instead says what is wrong with them. */
export function readOptions(args: readonly string[]): Options | string {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(args);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  const { values, positionals } = parsed;
  const rounds = values.rounds === undefined ? undefined : Number(values.rounds);
  if (rounds !== undefined && !(Number.isInteger(rounds) && rounds >= 1 && rounds <= ROUNDS_MAX)) {
    return `--rounds: expected a whole number from 1 to ${ROUNDS_MAX}, was "${values.rounds}"`;
  }
  const percent = values['fail-percent'];
  const failPercent = percent === undefined ? undefined : Number(percent);
  if (failPercent !== undefined && !(failPercent >= 0)) {
    return `--fail-percent: expected a number from 0 up, was "${percent}"`;
  }
  const only = values.only === undefined ? undefined : pattern(values.only);
  if (only === null) return `--only: expected a regular expression, was "${values.only}"`;
  if (values.profile === true && only === undefined) return '--profile: expected --only with it';
  const [verb, base, head, ...more] = positionals;
  const isCompare = verb === 'compare' && base !== undefined && head !== undefined;
  if (verb !== undefined && (!isCompare || more.length > 0)) {
    return `expected nothing or "compare BASE HEAD", was "${positionals.join(' ')}"`;
  }
  return {
    isHelp: values.help === true,
    isList: values.list === true,
    isShort: values.short === true,
    isJson: values.json === true,
    isProfile: values.profile === true,
    only,
    rounds,
    failPercent,
    revisions: isCompare ? { base, head } : undefined,
  };
}

function parse(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      help: { type: 'boolean', short: 'h' },
      list: { type: 'boolean' },
      short: { type: 'boolean' },
      json: { type: 'boolean' },
      profile: { type: 'boolean' },
      only: { type: 'string' },
      rounds: { type: 'string' },
      'fail-percent': { type: 'string' },
    },
  });
}

function pattern(text: string): RegExp | null {
  try {
    return new RegExp(text);
  } catch {
    // The caller tells that it is no regular expression.
    return null;
  }
}
