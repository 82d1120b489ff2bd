// Registers the commands on the tree of actors: its levers one by one, and the console.

import type { Command } from 'commander';
import type { ConsoleOptions } from '../console/console.js';
import type { LeverOptions } from './actor-levers.js';
import type { DeadLetterFlags, TreeOptions } from './actors.js';
import type { AskOptions, ViewOptions } from './ask.js';
import { ADDRESS, remote, viewed } from './flags.js';

// Loaded when a command runs: help and refused flags need none of it.
const loadConsole = () => import('../console/console.js');
const loadActors = () => import('./actors.js');
const loadActorLevers = () => import('./actor-levers.js');
const loadActorAudit = () => import('./actor-audit.js');

/** What each lever does to an actor. */
const LEVERS = {
  restart: 'restart an actor or a shard; its state comes back',
  stop: 'stop a portfolio actor until it is restarted',
  suspend: 'hold a portfolio actor: its messages wait',
  resume: 'let a held actor go on, with what it was told meanwhile',
  passivate: 'take an idle portfolio actor out of memory until its next message',
} as const;

/** Flags of what changes a running system. */
function lever(command: Command): Command {
  return remote(command).option('--reason <text>', 'why, for the record');
}

/** Flags of long lists. */
function paged(command: Command, limit: string): Command {
  return command
    .option('--limit <n>', 'at most so many', limit)
    .option('--offset <n>', 'skips', '0');
}

/** Adds `sluice console`. */
export function addConsoleCommand(program: Command): void {
  program
    .command('console')
    .description('the live actor tree in the terminal, with its levers')
    .option(...ADDRESS)
    .option('--once', 'print one frame and end')
    .option('--match <text>', 'only addresses that contain this', '')
    .option('--sort <order>', 'as of actors tree', 'tree')
    .action(async (options: ConsoleOptions) => (await loadConsole()).runConsole(options));
}

/** Adds `sluice actors`. */
export function addActorCommands(program: Command): void {
  const actors = program.command('actors').description('the actor tree of a running system');
  paged(remote(actors.command('tree')), '1000')
    .description('every actor with its state, shard, mailbox, turns and restarts')
    .option('--match <text>', 'only addresses that contain this', '')
    .option('--state <state>', 'only actors in this state, such as stopped', '')
    .option(
      '--sort <order>',
      'tree, address, state, shard, mailbox, age, turns, rate, restarts or quarantined',
      'tree',
    )
    .action(async (options: TreeOptions) => (await loadActors()).actorsTree(options));
  for (const [name, description] of Object.entries(LEVERS)) {
    lever(actors.command(`${name} <actor>`))
      .description(description)
      // The keys of the table above.
      .action(async (actor: string, options: LeverOptions) =>
        (await loadActorLevers()).actorsLever(name as keyof typeof LEVERS, actor, options),
      );
  }
  addShardCommands(actors);
  paged(remote(actors.command('dead-letters [actor]')), '100')
    .description('messages that reached nobody: counted by reason, the newest of each kept')
    .option('--code <code>', 'only of this reason, such as actor.stopped', '')
    .option('--from <time>', 'only from this event time on, such as 2021-01-20T15:00Z', '')
    .option('--to <time>', 'only up to this event time', '')
    .action(async (actor: string | undefined, options: DeadLetterFlags) =>
      (await loadActors()).actorsDeadLetters(actor ?? '', options),
    );
  remote(actors.command('threads'))
    .description('how messages between threads go: sent, refused, waiting, lost')
    .action(async (options: AskOptions) => (await loadActors()).actorsThreads(options));
  remote(actors.command('quarantine [actor]'))
    .description('messages that were put aside because they failed every time')
    .action(async (actor: string | undefined, options: AskOptions) =>
      (await loadActors()).actorsQuarantine(actor ?? '', options),
    );
  lever(actors.command('replay <message>'))
    .description('deliver a message that was put aside once more; its id as in the quarantine')
    .action(async (id: string, options: LeverOptions) =>
      (await loadActorLevers()).actorsPutAside('replay', id, options),
    );
  lever(actors.command('discard <message>'))
    .description('throw a message away that was put aside')
    .action(async (id: string, options: LeverOptions) =>
      (await loadActorLevers()).actorsPutAside('discard', id, options),
    );
  lever(actors.command('profile <shard>'))
    .description("take a CPU profile of a shard's thread into the data directory")
    .option('--seconds <n>', '1 to 30', '5')
    .action(async (shard: string, options: LeverOptions & { readonly seconds: string }) =>
      (await loadActorLevers()).actorsProfile(shard, options),
    );
  paged(viewed(actors.command('audit')), '100')
    .description('every lever that was pulled: who, when, what, why, and what became of it')
    .action(async (options: ViewOptions & { readonly limit: string; readonly offset: string }) =>
      (await loadActorAudit()).actorsAudit(options),
    );
}

/** Adds the levers on where actors are and how loud shards log. */
function addShardCommands(actors: Command): void {
  lever(actors.command('move <actor>'))
    .description('move a symbol or portfolio actor to another shard while it runs')
    .requiredOption('--to <shard>', 'number of the shard')
    .action(async (actor: string, options: LeverOptions & { readonly to: string }) =>
      (await loadActorLevers()).actorsMove(actor, options),
    );
  lever(actors.command('drain <shard>'))
    .description('move every symbol and portfolio actor off a shard, spread over the others')
    .action(async (shard: string, options: LeverOptions) =>
      (await loadActorLevers()).actorsDrain(shard, options),
    );
  lever(actors.command('log [level]'))
    .description('show what is logged, or change it: off, error, warn, info or debug')
    .option('--target <log>', 'process, all, or a shard such as shard/0', 'all')
    .option('--area <area>', 'actors, letters, market or levers; every area when left out', '')
    .action(
      async (level: string | undefined, options: LeverOptions & { target: string; area: string }) =>
        (await loadActorLevers()).actorsLog(level, options),
    );
}
