// The recording that a run may make: begun with what its data directory has, ended with its state.

import type { Journal } from '../../../engine/index.js';
import { recordEarlier } from '../../recorder/earlier.js';
import type { Recorder } from '../../recorder/recorder.js';
import type { RecordedBatches } from '../feed/recorded-batches.js';
import type { MarketOptions } from '../market-options.js';

/** Which run is recorded, and where. */
export interface RunRecordingOptions {
  readonly options: Pick<MarketOptions, 'flags' | 'recordDir' | 'resume'>;
  readonly recorder: Recorder | undefined;
  readonly journal: Journal;
  readonly feed: string;
}

/** The recording of a run; where none is made, nothing of this does anything. */
export class RunRecording {
  readonly #run: RunRecordingOptions;

  constructor(run: RunRecordingOptions) {
    this.#run = run;
  }

  /**
   * Begins it with what the data directory has already; `position` is that of the last event there.
   * Errors: `recording.*`.
   */
  async begin(recorded: RecordedBatches, position: number): Promise<void> {
    const { feed, journal, options, recorder } = this.#run;
    const { flags, recordDir, resume } = options;
    if (recorder === undefined || recordDir === undefined) return;
    await recordEarlier(recorder, recordDir, { journal, recorded, feed, position, resume });
    recorder.note({ flags, feed });
  }

  /**
   * Notes the state that the run has come to, for a replay to be held to; nothing where it is no
   * longer wanted before it is known.
   */
  async end(state: () => Promise<string | undefined>, ticks: () => number): Promise<void> {
    const { feed, options, recorder } = this.#run;
    if (recorder === undefined) return;
    const hash = await state();
    if (hash === undefined) return;
    recorder.note({ flags: options.flags, feed, hash, ticks: ticks() });
  }
}
