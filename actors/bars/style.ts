// The styles of bars, and the builder of each.

import type { Bar, BarBuilder, BarEvent, BarState, Trade } from './bar.js';
import { latestBars } from './bar.js';
import { type BricksState, createAtrRenko, createRenko } from './bricks.js';
import { createEventBars, type EventBarsState } from './event-bars.js';
import { createGrid, type Every, type Hours } from './grid.js';
import { createHeikinAshi, type HeikinAshiState } from './heikin-ashi.js';
import { type ColumnsState, createPointAndFigure } from './point-and-figure.js';
import { createTimeBars, type TimeBarsState } from './time-bars.js';

/** A style with its measures. Sizes: trades, shares, dollars, or dollars of price. */
export type BarStyle =
  | { readonly kind: 'time'; readonly every: Every; readonly hours: Hours }
  | { readonly kind: 'heikin-ashi'; readonly every: Every; readonly hours: Hours }
  | { readonly kind: 'tick'; readonly size: number }
  | { readonly kind: 'volume'; readonly size: number }
  | { readonly kind: 'dollar'; readonly size: number }
  | { readonly kind: 'range'; readonly size: number }
  | { readonly kind: 'renko'; readonly size: number }
  | { readonly kind: 'renko-atr'; readonly sessions: number }
  | { readonly kind: 'point-and-figure'; readonly size: number; readonly reversal: number };

/** Names of all styles. */
export const BAR_STYLES: readonly BarStyle['kind'][] = [
  'time',
  'heikin-ashi',
  'tick',
  'volume',
  'dollar',
  'range',
  'renko',
  'renko-atr',
  'point-and-figure',
];

/** The builder of a style; one that goes on where `kept`, of a builder of this style, stands. */
export function createBarBuilder(style: BarStyle, kept?: BarState): BarBuilder<Trade> {
  // What is kept was written by a builder of the same style: that is the caller's promise.
  switch (style.kind) {
    case 'time':
      return timeBars(style, kept);
    case 'heikin-ashi': {
      const drawn = kept as HeikinAshiState | undefined;
      return createHeikinAshi(timeBars(style, drawn?.times), drawn);
    }
    case 'tick':
    case 'volume':
    case 'dollar':
    case 'range':
      return createEventBars(style.kind, style.size, kept as EventBarsState | undefined);
    case 'renko':
      return createRenko(style.size, kept as BricksState | undefined);
    case 'renko-atr': {
      const sessions = createGrid({ unit: 'day', count: 1 }, 'regular');
      return createAtrRenko(style.sessions, sessions, kept as BricksState | undefined);
    }
    case 'point-and-figure': {
      const { size, reversal } = style;
      return createPointAndFigure(size, reversal, kept as ColumnsState | undefined);
    }
  }
}

function timeBars(
  { every, hours }: { readonly every: Every; readonly hours: Hours },
  kept: BarState | undefined,
): BarBuilder<Trade> {
  return createTimeBars(createGrid(every, hours), kept as TimeBarsState | undefined);
}

/** All bars of some trades at once: what the same builder would have streamed. */
export function barsOf(style: BarStyle, trades: Iterable<Trade>): Bar[] {
  const builder = createBarBuilder(style);
  const events: BarEvent[] = [];
  const emit = (event: BarEvent): void => {
    events.push(event);
  };
  for (const trade of trades) builder.push(trade, emit);
  builder.finish(emit);
  return latestBars(events);
}
