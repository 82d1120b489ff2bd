// Registers the commands on the journal and its copies.

import type { Command } from 'commander';
import { local } from './flags.js';
import type { UntilOptions } from './journal.js';
import type { LocalOptions } from './local.js';

// Loaded when a command runs: help and refused flags need none of it.
const loadJournal = () => import('./journal.js');

/** Help of `--until`. */
const UNTIL =
  'last position, or event time such as 2021-02-16 or 2021-02-16T15:30Z: the first later event ends it';

/** Adds `sluice journal`, `sluice backup` and `sluice restore`. */
export function addJournalCommands(program: Command): void {
  const journal = program.command('journal').description('the journal in the data directory');
  local(journal.command('inspect'))
    .description('how many events of which kinds')
    .option('--until <end>', UNTIL)
    .action(async (options: UntilOptions) => (await loadJournal()).journalInspect(options));
  local(journal.command('verify'))
    .description('find any damage: pages, hash chain, checksums; also while the system runs')
    .action(async (options: LocalOptions) => (await loadJournal()).journalVerify(options));
  local(program.command('backup <target>'))
    .description('copy the journal to a file, or into a folder, also while the system runs')
    .action(async (target: string, options: LocalOptions) =>
      (await loadJournal()).backup(target, options),
    );
  local(program.command('restore <from>'))
    .description('make a backup, or the newest of a folder, the journal of a new data directory')
    .option('--until <end>', UNTIL)
    .action(async (from: string, options: UntilOptions) =>
      (await loadJournal()).restore(from, options),
    );
}
