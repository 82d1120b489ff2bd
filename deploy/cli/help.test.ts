// Help tells the defaults of flags as they would be typed.

import { Command } from 'commander';
import t from 'tap';
import { explainItself } from './help.js';

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
