// Flags that many commands share, and their help.

import type { Command } from 'commander';

/** Flags that choose what is streamed. */
export function streamed(command: Command): Command {
  return command
    .option('--data <file>', 'Parquet file of daily bars (default: the sample)')
    .option('--data-dir <dir>', 'where state is kept', 'data')
    .option('--symbols <list>', 'only these, such as AAPL,MSFT')
    .option('--from <date>', 'first streamed session (default: 2021-01-04, else the last 75)')
    .option('--to <date>', 'last session (default: the last of the file)')
    .option('--warmup <days>', 'sessions of history before it (default: all)')
    .option('--ticks-per-bar <n>', 'derived prints of each daily bar, 8 or more', '8')
    .option('--shards <n>', 'worker threads (default: cores less one, at most 4)')
    .option('--hung-ms <n>', 'a turn this long ends its thread, which is replaced (default: 2000)')
    .option('--shard-heap <MiB>', 'a thread is replaced beyond it (default: that of Node)')
    .option('--residents-max <n>', 'portfolios that each shard keeps in memory', '10000')
    .option('--opened-max <n>', 'those it keeps up to date; others are when addressed', '10000')
    .option('--funnel <file>', 'funnel configuration')
    .option('--portfolios <file>', 'portfolio configuration')
    .option('--alerts <file>', 'alert rules')
    .option('--bars <file>', 'series of bars that are built live');
}

/** Which system is asked. */
export const ADDRESS = [
  '--address <host:port>',
  'gRPC address of the system (default: $SLUICE_ADDRESS, or 127.0.0.1:50051)',
] as const;

/** A system to be asked in place of files. */
export const ASKED = [
  '--address <host:port>',
  'ask the system there, of what it has now (default: the files)',
] as const;

/** Flags of commands that ask a running system. */
export function remote(command: Command): Command {
  return command.option(...ADDRESS).option('--json', 'print JSON');
}

/** Flags of commands that the last run answers where nothing is running. */
export function viewed(command: Command): Command {
  return remote(command).option(
    '--data-dir <dir>',
    'whose last run to show when nothing is running and no --address is given',
    'data',
  );
}

/** Flags of commands on the data directory. */
export function local(command: Command): Command {
  return command
    .option('--data-dir <dir>', 'where state is kept', 'data')
    .option('--json', 'print JSON');
}

/** Flags of research on the portfolios over history. */
export function researched(command: Command): Command {
  return command
    .option('--data <file>', 'Parquet file of daily bars (default: the sample)')
    .option('--portfolios <file>', 'portfolio configuration')
    .option('--to <date>', 'last session (default: the last of the file)')
    .option('--json', 'print JSON');
}
