// How fast what enters is recorded: acknowledged once on disk, and made into tables.

import { Recorder } from '../../deploy/recorder/recorder.js';
import { PACKED_PRINT } from '../../proto/frames/market.js';
import type { Sample } from '../lib/case.js';
import { nowUs } from '../lib/clock.js';
import { withScratch } from '../lib/scratch.js';

/** Prints of a batch, batches in flight, and batches in all. */
const PRINTS = 1_000;
const IN_FLIGHT = 64;
const BATCHES = 1_500;

/** Records batches as fast as they are acknowledged, and closes: all are in tables then. */
export function run(): Promise<Sample> {
  return withScratch(async (folder) => {
    const recorder = await Recorder.open(folder);
    const prints = Buffer.alloc(PRINTS * PACKED_PRINT.bytes);
    for (let row = 0; row < PRINTS; row++) {
      prints.writeDoubleLE(1.6e15 + row, row * PACKED_PRINT.bytes + PACKED_PRINT.timeUs);
      prints.writeDoubleLE(100 + (row % 7), row * PACKED_PRINT.bytes + PACKED_PRINT.price);
    }
    let next = 0;
    const lane = async (): Promise<void> => {
      while (next < BATCHES) {
        const sequence = BigInt(++next);
        const batch = { source: 'bench', sequence, symbols: ['AAPL'], prints };
        await recorder.batch(batch, { step: 0, prints: 0 });
      }
    };
    const startedUs = nowUs();
    await Promise.all(Array.from({ length: IN_FLIGHT }, lane));
    const recordedUs = nowUs() - startedUs;
    await recorder.close();
    const sealedUs = nowUs() - startedUs;
    const all = BATCHES * PRINTS * 1e6;
    return { rate: all / recordedUs, tables: all / sealedUs };
  });
}
