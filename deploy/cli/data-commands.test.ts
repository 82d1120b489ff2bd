// Flags of `sluice data quality` that only one of its two meanings has.

import { Command } from 'commander';
import t from 'tap';
import { addDataCommands } from './data-commands.js';

t.test('a flag that would be passed over is refused', async (t) => {
  const run = async (...words: string[]): Promise<void> => {
    const program = new Command('sluice');
    addDataCommands(program);
    await program.parseAsync(['data', 'quality', ...words], { from: 'user' });
  };
  const refusals = [
    [['--chart', 'x.svg'], /--chart: expected a file to judge/],
    [['--quotes', 'q.csv'], /--quotes: expected a file to judge/],
    [['t.csv', '--address', 'a:1'], /--address: expected no file.* was "t.csv"/],
    [['t.csv', '--data-dir', 'd'], /--data-dir: expected no file/],
    [['--last', '-1'], /--last: expected/],
  ] as const;
  for (const [words, message] of refusals) {
    await t.rejects(run(...words), { code: 'flag.invalid', message }, words.join(' '));
  }
  await t.rejects(run('/nowhere.csv', '--last', '1'), { code: 'data.missing_file' });
});
