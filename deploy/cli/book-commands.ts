// Registers the commands on order books.

import type { Command } from 'commander';
import type { AskOptions } from './ask.js';
import { bookCheck, bookList, bookShow } from './book.js';
import { remote } from './flags.js';

/** Adds `sluice book`. */
export function addBookCommands(program: Command): void {
  const book = program.command('book').description('order books');
  remote(book.command('list'))
    .description('every symbol with a book in the running system')
    .action((options: AskOptions) => bookList(options));
  remote(book.command('show <symbol>'))
    .description('the ladder and the measures of one book')
    .action((symbol: string, options: AskOptions) => bookShow(symbol, options));
  book
    .command('check <path>')
    .description("rebuild the books of a file or folder and hold them against the exchange's word")
    .option('--json', 'print JSON')
    .action((path: string, options: { readonly json?: boolean }) => bookCheck(path, options));
}
