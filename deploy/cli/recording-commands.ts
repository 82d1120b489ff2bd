// Registers the commands on what is kept on disk: recordings, fetched history, queries of both.

import type { Command } from 'commander';
import { local } from './flags.js';
import type { HistoryFlags } from './history.js';
import type { RecordingFlags, RetainFlags } from './recording.js';
import type { ReplayFlags } from './replay.js';
import type { SqlFlags } from './sql.js';

// Loaded when a command runs: help and refused flags need none of it.
const loadRecording = () => import('./recording.js');
const loadReplay = () => import('./replay.js');
const loadHistory = () => import('./history.js');
const loadSql = () => import('./sql.js');

/** Adds `sluice recording` and `sluice replay`. */
export function addRecordingCommands(program: Command): void {
  const recording = program.command('recording').description('what was recorded, and its upkeep');
  recording
    .command('show <dir>')
    .description('tables and bytes of each day and kind')
    .option('--json', 'print JSON')
    .action(async (dir: string, options: RecordingFlags) =>
      (await loadRecording()).recordingShow(dir, options),
    );
  recording
    .command('compact <dir>')
    .description('few large tables out of many small ones; a replay comes to the same state')
    .option('--json', 'print JSON')
    .action(async (dir: string, options: RecordingFlags) =>
      (await loadRecording()).recordingCompact(dir, options),
    );
  recording
    .command('retain <dir>')
    .description('drop all but the last days; what is left can be queried, no longer replayed')
    .option('--days <n>', 'days to keep')
    .option('--raw-days <n>', 'days to keep of what vendors sent, which no replay needs')
    .option('--json', 'print JSON')
    .action(async (dir: string, options: RetainFlags) =>
      (await loadRecording()).recordingRetain(dir, options),
    );
  recording
    .command('reread <dir>')
    .description('read what vendors sent (run --record-raw) again, by the parsers of today')
    .option('--json', 'print JSON')
    .action(async (dir: string, options: RecordingFlags) =>
      (await loadRecording()).recordingReread(dir, options),
    );
  program
    .command('replay <dir>')
    .description('a recording again, at any pace, held to the state of the recorded run')
    .option('--pace <n>', 'sessions a second, or max', 'max')
    .option('--shards <n>', 'worker threads (default: as recorded)')
    .option('--json', 'print JSON')
    .action(async (dir: string, options: ReplayFlags) => (await loadReplay()).replay(dir, options));
}

/** Adds `sluice history`. */
export function addHistoryCommands(program: Command): void {
  const history = program.command('history').description('what backfill fetched, and its upkeep');
  local(history.command('show'))
    .description('files and bytes of each kind and source')
    .action(async (options: HistoryFlags) => (await loadHistory()).historyShow(options));
  local(history.command('compact'))
    .description('few large files out of many small ones, symbol by symbol; every row stays')
    .action(async (options: HistoryFlags) => (await loadHistory()).historyCompact(options));
}

/** Adds `sluice sql`. */
export function addSqlCommand(program: Command): void {
  program
    .command('sql <query>')
    .description(
      'one query over what was recorded and fetched (prints, events, raw, bars_1d, trades ...) and what portfolios hold (portfolios, positions, memberships, scenario_profits, group_profits, desks ...)',
    )
    .option('--dir <dir>', 'a folder of recordings and history (default: that of --data-dir)')
    .option('--rows <n>', 'rows shown at most', '1000')
    .option('--seconds <n>', 'time a query may take', '30')
    .option('--memory <mb>', 'memory a query may take', '1024')
    .option('--address <host:port>', 'system to ask of portfolios')
    .option('--data-dir <dir>', 'whose last run to ask where none runs', 'data')
    .option('--json', 'print JSON')
    .action(async (query: string, options: SqlFlags) => (await loadSql()).sql(query, options));
}
