// Heikin-Ashi: time bars averaged with the bar before, and redrawn when one of them is amended.

import {
  type Bar,
  type BarBuilder,
  type BarState,
  DRAFTS_KEPT,
  type Emit,
  type Trade,
} from './bar.js';

/** A time bar and what it was drawn as. */
interface Drawn {
  bar: Bar;
  open: number;
  close: number;
  version: number;
}

/** What a builder of these bars remembers. */
export interface HeikinAshiState extends BarState {
  /** Of the time bars beneath. */
  readonly times: BarState;
  /** The last bars, oldest first; and the body before the first of them. */
  readonly drawn: Drawn[];
  before: Drawn | undefined;
}

/**
 * Draws the bars of a builder of time bars as Heikin-Ashi: the close is the mean of the four
 * prices, the open the middle of the body before (of the bar itself, for the first one), high and
 * low reach over both. A late trade that amends a bar amends every bar drawn after it.
 * Source: D. Valcu, Using the Heikin-Ashi Technique, Stocks & Commodities 22:2, 2004.
 */
export function createHeikinAshi(
  timeBars: BarBuilder<Trade>,
  kept?: HeikinAshiState,
): BarBuilder<Trade> {
  const state: HeikinAshiState = {
    counters: timeBars.counters,
    times: timeBars.state,
    drawn: kept?.drawn ?? [],
    before: kept?.before,
  };
  const draw = (emit: Emit) => (event: { readonly bar: Bar }) => drawBar(state, event.bar, emit);
  return {
    counters: timeBars.counters,
    state,
    push: (trade, emit) => timeBars.push(trade, draw(emit)),
    advance: (timeUs, emit) => timeBars.advance(timeUs, draw(emit)),
    finish: (emit) => timeBars.finish(draw(emit)),
    forming() {
      const bar = timeBars.forming();
      if (bar === undefined || Number.isNaN(bar.open)) return undefined;
      return shown(bar, bodyOf(bar, state.drawn.at(-1) ?? state.before), 0);
    },
  };
}

function drawBar(state: HeikinAshiState, bar: Bar, emit: Emit): void {
  // Without a price there is nothing to draw, nor to average the next bar with.
  if (Number.isNaN(bar.open)) return;
  const { drawn } = state;
  let at = drawn.length;
  while (at > 0 && drawn[at - 1]!.bar.id > bar.id) at--;
  const known = drawn[at - 1];
  if (known?.bar.id === bar.id) {
    known.bar = bar;
    redraw(state, at - 1, emit);
    return;
  }
  drawn.splice(at, 0, { bar, open: Number.NaN, close: Number.NaN, version: 0 });
  redraw(state, at, emit);
  // One more than can be amended, so that the bar before the oldest of those is at hand.
  if (drawn.length > DRAFTS_KEPT + 1) state.before = drawn.shift();
}

function redraw({ drawn, before }: HeikinAshiState, from: number, emit: Emit): void {
  for (let index = from; index < drawn.length; index++) {
    const item = drawn[index]!;
    const body = bodyOf(item.bar, drawn[index - 1] ?? before);
    const isSame = item.version > 0 && index > from && same(item, body);
    // What follows hangs on the open and close alone.
    if (isSame) return;
    item.open = body.open;
    item.close = body.close;
    item.version++;
    const bar = shown(item.bar, body, item.version);
    emit({ kind: item.version === 1 ? 'closed' : 'amended', bar });
  }
}

/** Open and close of a drawn bar. */
type Body = Pick<Bar, 'open' | 'close'>;

function bodyOf({ open, high, low, close }: Bar, previous: Drawn | undefined): Body {
  return {
    open: previous === undefined ? (open + close) / 2 : (previous.open + previous.close) / 2,
    close: (open + high + low + close) / 4,
  };
}

function shown(bar: Bar, { open, close }: Body, version: number): Bar {
  const high = Math.max(bar.high, open, close);
  const low = Math.min(bar.low, open, close);
  return { ...bar, open, high, low, close, version };
}

function same(item: Drawn, { open, close }: Body): boolean {
  return Object.is(item.open, open) && Object.is(item.close, close);
}
