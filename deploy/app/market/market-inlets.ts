// The way into a market: the sequencer that gives all a place, and what counts its quality.

import { nextEndOf, rowsWithBars } from '../../../actors/bars/index.js';
import type { Columns, Journal } from '../../../engine/index.js';
import type { Recorder } from '../../recorder/recorder.js';
import { bookPointsOf } from '../feed/book-points.js';
import { QualityPart, type QualitySources } from '../feed/quality-part.js';
import type { RunProgress } from '../feed/run-progress.js';
import { Sequencer } from '../feed/sequencer.js';
import type { MarketOptions } from '../market-options.js';
import type { Shards } from '../shards/shards.js';
import type { Logs } from './logs.js';

/** What a sequencer is set up with. */
export interface SequencerOptions {
  readonly options: MarketOptions;
  readonly shards: Shards;
  readonly symbols: readonly string[];
  readonly rowOf: ReadonlyMap<string, number>;
  readonly columns: Columns;
  readonly journal: Journal;
  readonly recorder: Recorder | undefined;
  readonly feed: string;
  readonly progress: RunProgress;
  /** The last session of history. */
  readonly warmDay: number;
  /** Recorded batches that are of another feed, and left out. */
  readonly foreign: number;
}

/** Makes the sequencer of a market, with what order books say at its points. */
export function createSequencer(given: SequencerOptions): Sequencer {
  const { options, shards, symbols, rowOf, columns, journal, recorder, feed, progress } = given;
  const takesLate = rowsWithBars(options.bars, symbols);
  const sequencer = new Sequencer(shards, symbols.length, given.warmDay, takesLate);
  sequencer.countRejected('recorded_for_another_feed', given.foreign);
  if (takesLate.includes(1)) sequencer.nextBarEnd = nextEndOf(options.bars.series);
  sequencer.books = bookPointsOf({
    ...{ journal, feed, columns, rowOf, progress },
    record: async (point) => recorder?.point(point),
    counts: sequencer,
  });
  return sequencer;
}

/** What the quality of a market is made with. */
interface QualityOptions extends Pick<QualitySources, 'missing' | 'dataDir'> {
  readonly logs: Logs;
}

/** Makes what counts and keeps the records that a sequencer refuses. */
export function createQuality(
  sequencer: Sequencer,
  symbols: readonly string[],
  { dataDir, missing, logs }: QualityOptions,
): QualityPart {
  return new QualityPart({
    book: sequencer.quality,
    symbols,
    dataDir,
    rejectedByReason: () => sequencer.rejectedByReason(),
    missing,
    prints: () => sequencer.prints,
    warn: (error) =>
      logs.process.say('warn', 'market', `the quarantine took nothing: ${String(error)}`),
  });
}
