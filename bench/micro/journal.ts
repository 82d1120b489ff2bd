// Durable commands a second: events of 64 actors in flight, each acknowledged once on disk.

import { Journal } from '../../engine/index.js';
import type { Sample } from '../lib/case.js';
import { IN_FLIGHT, inFlight } from '../lib/in-flight.js';
import { withScratch } from '../lib/scratch.js';

/** An event of about 200 bytes, as a booked command is. */
const NOTE = 'x'.repeat(100);

/** Appends one event at a time for each of 64 actors. */
export function run(): Promise<Sample> {
  return withScratch(async (folder) => {
    const journal = Journal.open(folder);
    const sequences = new Int32Array(IN_FLIGHT);
    const sample = await inFlight((lane) => {
      const sequence = ++sequences[lane]!;
      const event = { kind: 'added', commandId: `c-${lane}-${sequence}`, note: NOTE };
      return journal.append([
        { address: `portfolio/p${lane}`, sequence, event, cause: 'bench', timeUs: sequence },
      ]);
    });
    await journal.close();
    return sample;
  });
}
