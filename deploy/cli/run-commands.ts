// Registers `sluice run`, and `sluice doctor`, which says what would keep it from starting.

import type { Command } from 'commander';
import { FEEDS } from './feeds.js';
import { local, streamed } from './flags.js';
import type { DoctorOptions } from './local.js';
import type { RunOptions } from './run-options.js';

// Loaded when a command runs: help and refused flags need none of it.
const loadRun = () => import('./run.js');
const loadLocal = () => import('./local.js');

/** Where a run listens, and the doctor looks. */
const HOST = ['--host <address>', 'address to listen on', '127.0.0.1'] as const;
const PORT = ['--port <n>', 'dashboard, HTTP and WebSocket', '8080'] as const;
const GRPC_PORT = ['--grpc-port <n>', 'gRPC', '50051'] as const;

/** Adds both. */
export function addRunCommands(program: Command): void {
  streamed(program.command('run'))
    .description('stream a market through symbol and portfolio actors, and serve it')
    .option('--pace <n>', 'sessions a second, or max', '1')
    .option(
      '--feed <name>',
      `${FEEDS.join(', ')}: captured or live order books beside the derived prints`,
      'derived',
    )
    .option('--book-pace <n>', 'captured books: times the speed of life, or max', '1')
    .option('--book-symbols <list>', 'live books: such as BTCUSDT,ETHUSDT (default: BTCUSDT)')
    .option('--resume', 'go on where the replay in the data directory stopped')
    .option(
      '--record <dir>',
      'record all that enters, for sluice replay and sluice sql; a folder for each run',
    )
    .option(
      '--record-raw <gb>',
      'also keep what the vendors of --source send, as it comes: the newest of so many gigabytes',
    )
    .option('--once', 'end after the replay, with no services')
    .option('--report <file>', 'write the results as JSON')
    .option(...HOST)
    .option(...PORT)
    .option(...GRPC_PORT)
    .option('--nng-sub <url>', 'SUB socket for packed frames, such as tcp://127.0.0.1:5555')
    .option('--nng-pull <url>', 'PULL socket for packed frames')
    .option('--source <name>', 'live source of trades, see sources list; needs --symbols')
    .option('--backup-source <name>', 'stands in while --source is away; of the same tape')
    .option('--kill-shard <shard@date>', 'drill: kill a worker thread after that session')
    .option('--quiet', 'no line for each session')
    .option('--json', 'print the report as JSON')
    .action(async (options: RunOptions) => (await loadRun()).run(options));
  local(program.command('doctor'))
    .description('say what would keep a run from starting')
    .option(...HOST)
    .option(...PORT)
    .option(...GRPC_PORT)
    .action(async (options: DoctorOptions) => (await loadLocal()).doctor(options));
}
