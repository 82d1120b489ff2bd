// How the command line explains itself: groups, examples, and what to read after a mistake.

import type { Command, CommanderError, Option } from 'commander';
import { EXIT } from './output.js';
import { painted } from './terminal-text.js';

const RUNNING = 'Run and watch:';

/** Groups of the commands, in the order that they are told in. */
const GROUPS: readonly (readonly [heading: string, commands: readonly string[]])[] = [
  [RUNNING, ['run', 'doctor', 'console', 'actors']],
  ['Research:', ['funnel', 'bars', 'book', 'universe', 'features', 'verify']],
  ['Portfolios and risk:', ['portfolio', 'risk', 'alerts', 'report']],
  ['Data:', ['data', 'sources', 'backfill', 'history', 'sql', 'recording', 'replay']],
  ['Keeping what was done:', ['journal', 'backup', 'restore']],
];

const EXAMPLES = `
Examples:
  sluice run                            stream the sample, with a dashboard
  sluice run --once --pace max          as fast as it goes, then end
  sluice funnel explain AAPL            why a symbol is where it is
  sluice risk show megacaps --json      for a program
  sluice portfolio trade --help         every command has its help

Environment:
  SLUICE_ADDRESS        system to ask (host:port)
  SLUICE_<SOURCE>_KEY   see sluice sources list
  NO_COLOR              no colours
  CHROME_PATH           browser that prints PDFs

Exit codes:
  0 done   1 refused, failed or different   2 a wrong flag, argument or file
  3 nothing there to ask   4 asked, but not answered: it may have been done`;

/** Beside the longest name of a command that much is left in a terminal of 80 columns. */
const DESCRIPTION_COLUMNS_MIN = 24;

/** The command that runs; what its options are refused for is in its own help. */
let running: Command | undefined;

/** Completes a whole tree of commands; ends the process with its code on a wrong use of one. */
export function explainItself(program: Command): void {
  program.addHelpText('after', EXAMPLES);
  for (const [heading, names] of GROUPS) {
    for (const name of names) commandNamed(program, name)?.helpGroup(heading);
  }
  complete(program);
  commandNamed(program, 'help')?.helpGroup(RUNNING);
  program.hook('preAction', (_program, command) => {
    running = command;
  });
}

/** Where to read what a flag of the running command takes; '' where none runs. */
export function flagHint(): string {
  return running === undefined ? '' : ` (see ${pathOf(running)} --help)`;
}

function complete(command: Command): void {
  const path = pathOf(command);
  const usage = command.createHelp().commandUsage(command);
  const isGroup = command.commands.length > 0;
  command
    .showHelpAfterError(isGroup ? `(see ${path} --help)` : `usage: ${usage}\n(see ${path} --help)`)
    .configureHelp({
      styleTitle: (title) => painted(title, 'head', process.stdout),
      optionDescription: described,
      subcommandTerm: named,
      minWidthToWrap: DESCRIPTION_COLUMNS_MIN,
    })
    .configureOutput({
      outputError: (text, write) => write(text.replace(/^error: /, 'sluice: ')),
    })
    .exitOverride(endProcess);
  for (const below of command.commands) complete(below);
  if (isGroup) addHelp(command);
}

/** Adds `help`, which the package would make too, but answer an unknown name without naming it. */
function addHelp(group: Command): void {
  group.helpCommand(false);
  const help = group
    .command('help')
    .argument('[command...]')
    .description('the help of a command')
    .action((names: readonly string[]) => commandAt(group, names).help());
  help.exitOverride(endProcess);
}

/** The command that names lead to. Errors: ends the process with that of an unknown command. */
function commandAt(group: Command, [name, ...rest]: readonly string[]): Command {
  if (name === undefined) return group;
  const below = commandNamed(group, name);
  if (below !== undefined) return commandAt(below, rest);
  return group.error(`error: unknown command '${name}' of ${pathOf(group)}`);
}

function endProcess(error: CommanderError): never {
  process.exit(error.exitCode === 0 ? EXIT.ok : EXIT.usage);
}

/** A command in a list: every one has options, which the list does not repeat. */
function named(command: Command): string {
  const args = command.usage().replace('[options]', '').replace('[command]', '').trim();
  return `${command.name()} ${args}`.trimEnd();
}

/** What a flag is for, with its default as it would be typed; an empty one says nothing. */
function described({ description, defaultValue }: Option): string {
  const typed = String(defaultValue ?? '');
  return typed === '' ? description : `${description} (default: ${typed})`;
}

function commandNamed(program: Command, name: string): Command | undefined {
  return program.commands.find((command) => command.name() === name);
}

/** A command as it is typed: `sluice portfolio trade`. */
function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}
