// What of a market's journal is kept when its end is cut off, beside the events.

import type { Cut, Until } from '../../../engine/index.js';
import { stepOfBookPoint } from '../feed/kept-book-points.js';
import { placeOfBatch } from '../feed/recorded-batches.js';
import { markBefore } from '../feed/run-mark.js';

/**
 * A cut that `run --resume` goes on from: batches of prints and words of books that came before the first event left
 * out, and the mark of the replay set back to before it. Results of the last run are left out.
 */
export function marketCut(until: Until): Cut {
  return {
    until,
    keepsInput(bytes, { place }) {
      const step = placeOfBatch(bytes)?.step ?? stepOfBookPoint(bytes);
      return step === undefined || place === undefined || step < place;
    },
    keptView: (name, bytes, first) => markBefore(name, bytes, first),
  };
}
