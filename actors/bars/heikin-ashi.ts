// Heikin-Ashi: time bars averaged with the bar before, and redrawn when one of them is amended.

import { type Bar, type BarBuilder, DRAFTS_KEPT, type Emit, type Trade } from './bar.js';

/** A time bar and what it was drawn as. */
interface Drawn {
  bar: Bar;
  open: number;
  close: number;
  version: number;
}

/**
 * Draws the bars of a builder of time bars as Heikin-Ashi: the close is the mean of the four
 * prices, the open the middle of the body before (of the bar itself, for the first one), high and
 * low reach over both. A late trade that amends a bar amends every bar drawn after it.
 * Source: D. Valcu, Using the Heikin-Ashi Technique, Stocks & Commodities 22:2, 2004.
 */
export function createHeikinAshi(timeBars: BarBuilder<Trade>): BarBuilder<Trade> {
  /** The last bars, oldest first; and the body before the first of them. */
  const drawn: Drawn[] = [];
  let before: Drawn | undefined;

  const redraw = (from: number, emit: Emit): void => {
    for (let index = from; index < drawn.length; index++) {
      const item = drawn[index]!;
      const { open, high, low, close } = item.bar;
      const previous = drawn[index - 1] ?? before;
      const drawnOpen = previous === undefined ? (open + close) / 2 : middle(previous);
      const drawnClose = (open + high + low + close) / 4;
      const isSame = item.version > 0 && index > from && same(item, drawnOpen, drawnClose);
      // What follows hangs on the open and close alone.
      if (isSame) return;
      item.open = drawnOpen;
      item.close = drawnClose;
      item.version++;
      const bar: Bar = {
        ...item.bar,
        open: drawnOpen,
        high: Math.max(high, drawnOpen, drawnClose),
        low: Math.min(low, drawnOpen, drawnClose),
        close: drawnClose,
        version: item.version,
      };
      emit({ kind: item.version === 1 ? 'closed' : 'amended', bar });
    }
  };
  const draw = (emit: Emit) => (event: { readonly bar: Bar }) => {
    const { bar } = event;
    // Without a price there is nothing to draw, nor to average the next bar with.
    if (Number.isNaN(bar.open)) return;
    let at = drawn.length;
    while (at > 0 && drawn[at - 1]!.bar.id > bar.id) at--;
    const known = drawn[at - 1];
    if (known?.bar.id === bar.id) {
      known.bar = bar;
      redraw(at - 1, emit);
      return;
    }
    drawn.splice(at, 0, { bar, open: Number.NaN, close: Number.NaN, version: 0 });
    redraw(at, emit);
    // One more than can be amended, so that the bar before the oldest of those is at hand.
    if (drawn.length > DRAFTS_KEPT + 1) before = drawn.shift();
  };
  return {
    counters: timeBars.counters,
    push: (trade, emit) => timeBars.push(trade, draw(emit)),
    advance: (timeUs, emit) => timeBars.advance(timeUs, draw(emit)),
    finish: (emit) => timeBars.finish(draw(emit)),
  };
}

function middle({ open, close }: Drawn): number {
  return (open + close) / 2;
}

function same(item: Drawn, open: number, close: number): boolean {
  return Object.is(item.open, open) && Object.is(item.close, close);
}
