// Registers the commands on order books.

import type { Command } from 'commander';
import type { AskOptions } from './ask.js';
import { remote } from './flags.js';

// Loaded when a command runs: help and refused flags need none of it.
const loadBook = () => import('./book.js');

/** Adds `sluice book`. */
export function addBookCommands(program: Command): void {
  const book = program.command('book').description('order books');
  remote(book.command('list'))
    .description('every symbol with a book in the running system')
    .action(async (options: AskOptions) => (await loadBook()).bookList(options));
  remote(book.command('show <symbol>'))
    .description('the ladder and the measures of one book')
    .action(async (symbol: string, options: AskOptions) =>
      (await loadBook()).bookShow(symbol, options),
    );
  book
    .command('check <path>')
    .description("rebuild the books of a file or folder and hold them against the exchange's word")
    .option('--json', 'print JSON')
    .action(async (path: string, options: { readonly json?: boolean }) =>
      (await loadBook()).bookCheck(path, options),
    );
}
