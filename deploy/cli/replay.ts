// `sluice replay DIR`: a recording again, at any pace, held to the state that the run came to.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Market } from '../app/market/market.js';
import { readSettings } from '../app/settings.js';
import { prepareReplay } from '../recorder/replay.js';
import { EXIT, print, say } from './output.js';

/** Flags of the command, as typed. */
export interface ReplayFlags {
  readonly pace: string;
  readonly shards?: string;
  readonly json?: boolean;
}

/** Longest wait for the threads at the end. Units: milliseconds. */
const CLOSE_MS = 2_000;

/** Told of a recording from before books were recorded whose conditions name them. */
const WITHOUT_BOOKS =
  'conditions of this run name order books, and its recording is of a release that did not keep ' +
  'what they said: here they know nothing, so stages and alerts may differ from the recorded ones';

/** Runs the command. Errors: `recording.*`, those of a run. */
export async function replay(dir: string, flags: ReplayFlags): Promise<void> {
  const from = resolve(dir);
  const dataDir = mkdtempSync(join(tmpdir(), 'sluice-replay-'));
  try {
    const { isWithoutBooks, run, ...counts } = await prepareReplay(from, dataDir);
    const { record: _record, ...recorded } = run.flags;
    const shards = flags.shards ?? recorded.shards;
    const settings = readSettings({
      ...recorded,
      dataDir,
      pace: flags.pace,
      resume: true,
      ...(shards === undefined ? {} : { shards }),
    });
    const market = await Market.start(
      { ...settings, isReplay: true },
      {
        onEvent() {},
        onSession: (date, done, of) => say(`${date}  ${done}/${of}`),
        onRestart: (shard, fault) => say(`shard ${shard} was replaced: ${fault.message}`),
      },
    );
    const lacksBooks = isWithoutBooks && market.sequencer.books !== undefined;
    if (lacksBooks) say(`sluice: ${WITHOUT_BOOKS}`);
    let hash: string;
    let ticks: number;
    try {
      await market.stream();
      hash = await market.hash();
      ticks = market.sequencer.prints;
    } finally {
      await market.close(CLOSE_MS);
    }
    const outcome = run.hash === undefined ? 'unknown' : run.hash === hash ? 'same' : 'different';
    const { batches, prints, events } = counts;
    const result = { outcome, hash, recordedHash: run.hash, ticks, ...counts, lacksBooks };
    print(result, flags.json === true, () =>
      [
        `${ticks} ticks, of them ${prints} recorded in ${batches} batches; ${events} events`,
        `state ${hash}`,
        outcome === 'unknown'
          ? 'the recorded run came to no end: there is no state to compare with'
          : `${outcome === 'same' ? 'the same as' : 'NOT the'} state of the recorded run ${run.hash}`,
        ...(lacksBooks && outcome !== 'same' ? [WITHOUT_BOOKS] : []),
      ].join('\n'),
    );
    if (outcome === 'different') process.exitCode = EXIT.failed;
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}
