// What of a market's journal is kept when its end is cut off, beside the events.

import type { Cut, Until } from '../../../engine/index.js';
import { stepOfBookPoint } from '../feed/kept-book-points.js';
import { placeOfBatch } from '../feed/recorded-batches.js';
import { markBefore } from '../feed/run-mark.js';

/**
 * A cut that `run --resume` goes on from: batches of prints and words of books that came before the
 * first event left out, and the mark of the replay set back to before it. Results of the last run
 * are left out. What does not tell the event before it, as books and journals of 0.2.0, is judged
 * by its place in the market.
 */
export function marketCut(until: Until): Cut {
  return {
    until,
    keepsInput(bytes, { place, position }) {
      const batch = placeOfBatch(bytes);
      if (batch?.position !== undefined) return batch.position < position;
      const step = batch?.step ?? stepOfBookPoint(bytes);
      return step === undefined || place === undefined || step < place;
    },
    keptView: (name, bytes, first) => markBefore(name, bytes, first),
  };
}
