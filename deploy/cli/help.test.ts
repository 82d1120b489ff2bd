// Help tells the defaults of flags as they would be typed, within a narrow terminal.

import { Command } from 'commander';
import t from 'tap';
import { explainItself } from './help.js';
import { sluiceProgram } from './program.js';

t.test('a default is told where there is one to type', async (t) => {
  const program = new Command('sluice');
  const shown = program
    .command('show')
    .option('--text <text>', 'a text')
    .option('--empty <text>', 'an empty text', '')
    .option('--view <text>', 'as often as needed', (text: string) => [text], [])
    .option('--top <n>', 'rows shown', '30')
    .option('--zero <n>', 'none', Number, 0);
  explainItself(program);
  const help = shown.helpInformation();
  t.match(help, /--top <n> +rows shown \(default: 30\)/);
  t.match(help, /--zero <n> +none \(default: 0\)/);
  t.equal(help.split('(default:').length, 3, 'of the others none is told');
});

/** What a command says of itself, and all below it. */
function helpOf(command: Command): string[] {
  const lines: string[] = [];
  const writeOut = (text: string): void => void lines.push(...text.split('\n'));
  command.configureOutput({ writeOut, getOutHelpWidth: () => 80 }).outputHelp();
  return [...lines, ...command.commands.flatMap(helpOf)];
}

t.test('no line of any help is wider than a terminal of 80 columns', async (t) => {
  const wide = helpOf(sluiceProgram()).filter((line) => line.length > 80);
  t.same(wide, []);
});
